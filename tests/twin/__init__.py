"""Tests of the Direct Connect twin: rule by rule, world by world."""
