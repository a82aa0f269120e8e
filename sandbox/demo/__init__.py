"""The demonstration: deploy, rotate every link that can hold keys, and show what the line carried."""

from sandbox.demo.demonstration import demonstrate

__all__ = ["demonstrate"]
