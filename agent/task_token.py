"""A task's token: the right to keep the task alive and to answer it, once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.client import SFNClient

    from agent.driver import PortCkns

DEAD = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})
"""What Step Functions says when nobody waits for the answer any more.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html
"""

ROUTER_FAILED = "RouterFailed"
CAUSE_CHARACTERS = 2_000
"""Enough for a sentence of a device; Step Functions takes 32,768."""


class TaskToken:
    """The calls that a token allows; each returns whether the task was still alive."""

    def __init__(self, step_functions: SFNClient, token: str) -> None:
        """Take a client of Step Functions and the token."""
        self._step_functions = step_functions
        self._token = token

    def beat(self) -> bool:
        """Say that somebody works on the task; a repeat says it again."""
        return self._alive("send_task_heartbeat")

    def succeed(self, task_id: str, ports: PortCkns, by: str) -> bool:
        """Answer with the CKN in use on each port; a repeat finds the task over."""
        answer = {"task_id": task_id, "ports": dict(ports), "by": by}
        return self._alive("send_task_success", output=json.dumps(answer))

    def fail(self, cause: str) -> bool:
        """Answer that the router could not do it; a repeat finds the task over."""
        return self._alive("send_task_failure", error=ROUTER_FAILED, cause=cause[:CAUSE_CHARACTERS])

    def _alive(self, operation: str, **arguments: Any) -> bool:  # noqa: ANN401 - passed on as they are
        try:
            getattr(self._step_functions, operation)(taskToken=self._token, **arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] in DEAD:
                return False
            raise
        return True
