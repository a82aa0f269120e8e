"""The demonstration: deploy, rotate keys, let links drift and come back, and show what the line carried."""

from sandbox.demo.demonstration import demonstrate

__all__ = ["demonstrate"]
