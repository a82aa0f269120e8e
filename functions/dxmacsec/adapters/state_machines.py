"""Executions of state machines under names that a repeat finds taken."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.aws_errors import SdkError, error_code, translate

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.client import SFNClient


def start_once(step_functions: SFNClient, machine_arn: str, name: str, request: dict[str, Any]) -> bool:
    """Start an execution under a name; False when that name was used before, whatever became of it.

    A repeat with the same request while it runs is the same start, says Step Functions itself.
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html

    Raises:
        Transient: AWS is slow, failed, or gave no answer.
        AccessDenied: our role may not start this state machine.
    """
    try:
        step_functions.start_execution(stateMachineArn=machine_arn, name=name, input=json.dumps(request))
    except SdkError as error:
        if error_code(error) == "ExecutionAlreadyExists":
            return False
        raise translate(error, f"start {machine_arn.rpartition(':')[2]} as {name}") from error
    return True


def execution_arn(machine_arn: str, name: str) -> str:
    """Return the ARN of the execution of a name."""
    return f"{machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
