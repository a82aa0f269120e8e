"""A deployed function, as the runtime needs to know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class StoppedError(RuntimeError):
    """A function was invoked after the sandbox stopped."""


@dataclass(frozen=True)
class Function:
    """What CloudFormation said about a function, and its zipped code."""

    name: str
    arn: str
    handler: str
    role: str
    runtime: str
    environment: Mapping[str, str]
    timeout_seconds: int
    memory_mb: int
    log_group: str
    code_sha256: str
    code: bytes = field(repr=False)
    version: str = "$LATEST"
    log_format: str = "Text"
    log_level: str | None = None


@dataclass(frozen=True)
class Invocation:
    """What a function answered.

    `error` is None, or what Lambda puts into X-Amz-Function-Error: "Unhandled".
    """

    payload: bytes
    error: str | None = None
    log_tail: str = ""
