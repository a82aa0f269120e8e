"""Step Functions, as far as locks ask about executions."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from dxmacsec.adapters.aws_errors import SdkError, error_code, translate

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_stepfunctions.client import SFNClient


class AwsExecutions:
    """Whether the execution that a lock names still runs."""

    def __init__(self, step_functions: SFNClient) -> None:
        """Take a client of Step Functions."""
        self._step_functions = step_functions

    def ended_at(self, execution_arn: str) -> datetime | None:
        """Tell when an execution ended; None while it runs or when nobody knows it.

        An unknown one counts as running: a lock is freed on knowledge, never on its absence.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: our role may not describe executions.
        """
        try:
            execution = self._step_functions.describe_execution(executionArn=execution_arn)
        except SdkError as error:
            if error_code(error) == "ExecutionDoesNotExist":
                return None
            raise translate(error, f"read the execution {execution_arn}") from error
        stopped_at = execution.get("stopDate")
        if execution["status"] == "RUNNING" or stopped_at is None:
            return None
        return stopped_at.astimezone(UTC)
