"""The demonstration: deploy, rotate keys by hand and by schedule, and show what the line carried."""

from sandbox.demo.demonstration import demonstrate

__all__ = ["demonstrate"]
