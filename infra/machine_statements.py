"""What a state machine may do: call its functions, follow a nested machine, send its log and its traces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aws_cdk import aws_lambda as lambda_

# Log delivery and X-Ray know no resources:
# https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html, .../concepts-xray-tracing.html
_LOG_DELIVERY = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)
_TRACING = (
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)


def invoke(functions: Iterable[lambda_.IFunction]) -> iam.PolicyStatement:
    """Call exactly these functions, none of their versions or aliases."""
    return iam.PolicyStatement(
        sid="InvokeFunctions",
        actions=["lambda:InvokeFunction"],
        resources=[function.function_arn for function in functions],
    )


def follow(machine: sfn.StateMachine, *, name: str) -> list[iam.PolicyStatement]:
    """Start `machine` and wait for its end, which is what `startExecution.sync:2` does.

    The rule is Step Functions' own, one an account and Region.
    https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
    """
    stack = Stack.of(machine)
    here = f"{stack.region}:{stack.account}"
    rule = f"arn:{stack.partition}:events:{here}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"
    return [
        iam.PolicyStatement(
            sid="StartNested", actions=["states:StartExecution"], resources=[machine.state_machine_arn]
        ),
        iam.PolicyStatement(
            sid="FollowNested",
            actions=["states:DescribeExecution", "states:StopExecution"],
            resources=[f"arn:{stack.partition}:states:{here}:execution:{name}:*"],
        ),
        iam.PolicyStatement(
            sid="HearOfItsEnd",
            actions=["events:DescribeRule", "events:PutRule", "events:PutTargets"],
            resources=[rule],
        ),
    ]


def deliver_log() -> iam.PolicyStatement:
    """Have the machine's log delivered."""
    return _anywhere("DeliverLog", _LOG_DELIVERY)


def send_traces() -> iam.PolicyStatement:
    """Send traces to X-Ray, and read what to sample."""
    return _anywhere("SendTraces", _TRACING)


def _anywhere(sid: str, actions: Sequence[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(sid=sid, actions=list(actions), resources=["*"])
