"""Starting `RotateKey`, and asking how it went."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.aws_errors import SdkError, error_code, translate
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

        A repeat with the same request while it runs is the same start, says Step Functions itself.
        https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: our role may not start rotations.
        """
        try:
            self._step_functions.start_execution(
                stateMachineArn=self._machine_arn, name=name, input=json.dumps(request)
            )
        except SdkError as error:
            if error_code(error) == "ExecutionAlreadyExists":
                return False
            raise translate(error, f"start the rotation {name}") from error
        return True

    def run(self, name: str) -> RotationRun | None:
        """Describe the rotation of a name; None when there is none.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: our role may not describe rotations.
        """
        arn = f"{self._machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
        try:
            return _run(self._step_functions.describe_execution(executionArn=arn))
        except SdkError as error:
            if error_code(error) == "ExecutionDoesNotExist":
                return None
            raise translate(error, f"read the rotation {name}") from error


def _run(execution: DescribeExecutionOutputTypeDef) -> RotationRun:
    stopped_at = execution.get("stopDate")
    return RotationRun(
        name=execution["name"],
        status=execution["status"],
        error=execution.get("error", ""),
        cause=execution.get("cause", ""),
        ended_at=stopped_at.astimezone(UTC) if stopped_at else None,
    )
