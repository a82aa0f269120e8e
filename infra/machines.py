"""The state machines: definitions from the `*.asl.json` files, each with a role of its own statements."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.log_groups import log_group
from infra.names import ENFORCE_ENCRYPTION, LOG_GROUP_PREFIX, ROTATE_KEY, snake_case

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aws_cdk import aws_lambda as lambda_

    from infra.config import Config

_DEFINITIONS = Path(__file__).resolve().parent
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


class Machines(Construct):
    """`RotateKey` and, nested in it, `EnforceEncryption`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        functions: Mapping[str, lambda_.IFunction],
        log_key: kms.IKey,
    ) -> None:
        """Make both machines; `functions` are under the names of their states."""
        super().__init__(scope, construct_id)
        self._config = config
        self._functions = functions
        self._log_key = log_key
        self.enforce_encryption = self._machine("EnforceEncryption", name=ENFORCE_ENCRYPTION)
        self.rotate_key = self._machine(
            "RotateKey",
            name=ROTATE_KEY,
            substitutions={"EnforceEncryptionArn": self.enforce_encryption.state_machine_arn},
            statements=self._nesting(self.enforce_encryption),
        )

    def _machine(
        self,
        construct_id: str,
        *,
        name: str,
        substitutions: Mapping[str, str] | None = None,
        statements: Sequence[iam.PolicyStatement] = (),
    ) -> sfn.StateMachine:
        text = (_DEFINITIONS / f"{snake_case(construct_id)}.asl.json").read_text(encoding="utf-8")
        called = {key: function for key, function in self._functions.items() if f"${{{key}Arn}}" in text}
        arns = {f"{key}Arn": function.function_arn for key, function in called.items()}
        fixed = {"Partition": Stack.of(self).partition, **(substitutions or {})}
        own_log = log_group(
            self,
            f"{construct_id}Logs",
            # This prefix keeps the log's resource policy small, as Step Functions advises (page above).
            name=f"/aws/vendedlogs/states{LOG_GROUP_PREFIX}{construct_id}",
            retention_days=self._config.log_retention_days,
            key=self._log_key,
        )
        return sfn.StateMachine(
            self,
            construct_id,
            state_machine_name=name,
            state_machine_type=sfn.StateMachineType.STANDARD,
            # As text: `cdk diff` then shows a change; of a file asset it shows a hash.
            definition_body=sfn.DefinitionBody.from_string(text),
            definition_substitutions={**fixed, **arns},
            role=self._role(construct_id, [self._invoke(called.values()), *statements]).without_policy_updates(),
            logs=sfn.LogOptions(destination=own_log, level=sfn.LogLevel.ERROR, include_execution_data=False),
            tracing_enabled=self._config.tracing,
        )

    def _role(self, machine: str, statements: Sequence[iam.PolicyStatement]) -> iam.Role:
        allowed = [*statements, _anywhere("DeliverLog", _LOG_DELIVERY)]
        if self._config.tracing:
            allowed.append(_anywhere("SendTraces", _TRACING))
        return iam.Role(
            self,
            f"{machine}Role",
            assumed_by=iam.ServicePrincipal(
                "states.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            ),
            description=f"dxmacsec: what the state machine {machine} may do",
            inline_policies={"Allowed": iam.PolicyDocument(statements=allowed)},
        )

    def _invoke(self, functions: Iterable[lambda_.IFunction]) -> iam.PolicyStatement:
        return iam.PolicyStatement(
            sid="InvokeFunctions",
            actions=["lambda:InvokeFunction"],
            resources=[function.function_arn for function in functions],
        )

    def _nesting(self, machine: sfn.StateMachine) -> list[iam.PolicyStatement]:
        """What `startExecution.sync:2` needs; the rule is Step Functions' own, one an account and Region.

        https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
        """
        stack = Stack.of(self)
        here = f"{stack.region}:{stack.account}"
        rule = f"arn:{stack.partition}:events:{here}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"
        return [
            iam.PolicyStatement(
                sid="StartEnforcement",
                actions=["states:StartExecution"],
                resources=[machine.state_machine_arn],
            ),
            iam.PolicyStatement(
                sid="FollowEnforcement",
                actions=["states:DescribeExecution", "states:StopExecution"],
                resources=[f"arn:{stack.partition}:states:{here}:execution:{ENFORCE_ENCRYPTION}:*"],
            ),
            iam.PolicyStatement(
                sid="HearOfItsEnd",
                actions=["events:DescribeRule", "events:PutRule", "events:PutTargets"],
                resources=[rule],
            ),
        ]


def _anywhere(sid: str, actions: Sequence[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(sid=sid, actions=list(actions), resources=["*"])
