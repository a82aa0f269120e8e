"""Starting `RotateKey`, and asking how it went."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.aws_errors import SdkError, error_code, translate
from dxmacsec.adapters.state_machines import execution_arn, start_once
from dxmacsec.model import RotationRun

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.client import SFNClient
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef


class AwsRotations:
    """Executions of one state machine, found by their names."""

    def __init__(self, step_functions: SFNClient, machine_arn: str) -> None:
        """Take a client of Step Functions and the ARN of `RotateKey`."""
        self._step_functions = step_functions
        self._machine_arn = machine_arn

    def start(self, name: str, request: dict[str, Any]) -> bool:
        """Start a rotation under a name; False when that name was used before, whatever became of it.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: our role may not start rotations.
        """
        return start_once(self._step_functions, self._machine_arn, name, request)

    def run(self, name: str) -> RotationRun | None:
        """Describe the rotation of a name; None when there is none.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: our role may not describe rotations.
        """
        arn = execution_arn(self._machine_arn, name)
        try:
            return run_of(self._step_functions.describe_execution(executionArn=arn))
        except SdkError as error:
            if error_code(error) == "ExecutionDoesNotExist":
                return None
            raise translate(error, f"read the rotation {name}") from error


def run_of(execution: DescribeExecutionOutputTypeDef) -> RotationRun:
    """Return an execution as Step Functions describes it."""
    stopped_at = execution.get("stopDate")
    return RotationRun(
        name=execution["name"],
        status=execution["status"],
        error=execution.get("error", ""),
        cause=execution.get("cause", ""),
        ended_at=stopped_at.astimezone(UTC) if stopped_at else None,
    )
