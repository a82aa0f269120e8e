"""State machines whose definitions are files: `*.asl.json`, each with a role of its own statements."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.log_groups import log_group
from infra.machine_statements import deliver_log, invoke, send_traces
from infra.names import LOG_GROUP_PREFIX, snake_case

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_lambda as lambda_

    from infra.functions import Choices

_DEFINITIONS = Path(__file__).resolve().parent


class DrawnMachines(Construct):
    """What the machines of a stack have in common: how a file becomes a machine that may do what it names."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        choices: Choices,
        functions: Mapping[str, lambda_.IFunction],
        log_key: kms.IKey,
    ) -> None:
        """Make no machine yet; `functions` are under the names of their states."""
        super().__init__(scope, construct_id)
        self._choices = choices
        self._functions = functions
        self._log_key = log_key

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
        return sfn.StateMachine(
            self,
            construct_id,
            state_machine_name=name,
            state_machine_type=sfn.StateMachineType.STANDARD,
            # As text: `cdk diff` then shows a change; of a file asset it shows a hash.
            definition_body=sfn.DefinitionBody.from_string(text),
            definition_substitutions={"Partition": Stack.of(self).partition, **(substitutions or {}), **arns},
            # Without updates: CDK would add statements of its own.
            role=self._role(construct_id, [invoke(called.values()), *statements]).without_policy_updates(),
            logs=self._failures_only(construct_id),
            tracing_enabled=self._choices.tracing,
        )

    def _failures_only(self, machine: str) -> sfn.LogOptions:
        group = log_group(
            self,
            f"{machine}Logs",
            # With this prefix the group needs no place in the account's log resource policy:
            # https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
            name=f"/aws/vendedlogs/states{LOG_GROUP_PREFIX}{machine}",
            retention_days=self._choices.log_retention_days,
            key=self._log_key,
        )
        return sfn.LogOptions(destination=group, level=sfn.LogLevel.ERROR, include_execution_data=False)

    def _role(self, machine: str, statements: Sequence[iam.PolicyStatement]) -> iam.Role:
        allowed = [*statements, deliver_log()]
        if self._choices.tracing:
            allowed.append(send_traces())
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
