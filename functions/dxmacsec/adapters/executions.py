"""Step Functions, as far as locks ask about executions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dxmacsec.adapters.aws_errors import SdkError, error_code, translate
from dxmacsec.adapters.rotations import run_of

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_stepfunctions.client import SFNClient

    from dxmacsec.model import RotationRun


class AwsExecutions:
    """Whether the execution that a lock names still runs."""

    def __init__(self, step_functions: SFNClient) -> None:
        """Take a client of Step Functions."""
        self._step_functions = step_functions

    def run(self, execution_arn: str) -> RotationRun | None:
        """Describe an execution of ours; None when Step Functions doesn't know it.

        One that ended is forgotten after 90 days.
        https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: our role may not describe executions.
        """
        try:
            return run_of(self._step_functions.describe_execution(executionArn=execution_arn))
        except SdkError as error:
            if error_code(error) == "ExecutionDoesNotExist":
                return None
            raise translate(error, f"read the execution {execution_arn}") from error

    def ended_at(self, execution_arn: str) -> datetime | None:
        """Tell when an execution ended; None while it runs or when nobody knows it.

        An unknown one counts as running: a lock is freed on knowledge, never on its absence.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: our role may not describe executions.
        """
        run = self.run(execution_arn)
        return run.ended_at if run is not None and not run.running else None
