"""What starts `RecoverLink`: the ends of executions that ran no Catch, or that may not have closed themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from constructs import Construct

if TYPE_CHECKING:
    from aws_cdk import aws_sqs as sqs
    from aws_cdk import aws_stepfunctions as sfn

_CUT_SHORT = ["ABORTED", "TIMED_OUT"]


class Recovery(Construct):
    """Two rules, one target: `RecoverLink` with the ARN of the execution that ended.

    https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        recover_link: sfn.IStateMachine,
        watched: list[sfn.IStateMachine],
        dead_letters: sqs.IQueue,
    ) -> None:
        """Make the rules for the `watched` machines and for `recover_link` itself."""
        super().__init__(scope, construct_id)
        role = self._role(recover_link)
        target = targets.SfnStateMachine(
            recover_link,
            input=events.RuleTargetInput.from_object(
                {"execution": events.EventField.from_path("$.detail.executionArn")}
            ),
            dead_letter_queue=dead_letters,
            role=role.without_policy_updates(),
        )
        # Most that FAILED closed themselves: a look at the ledger says so.
        arns = [machine.state_machine_arn for machine in watched]
        self._rule("Ends", arns, [*_CUT_SHORT, "FAILED"], target)
        # Of its own ends only those that somebody else made, or one that always fails would start itself for ever.
        self._rule("OwnEnds", [recover_link.state_machine_arn], _CUT_SHORT, target)

    def _rule(self, construct_id: str, machines: list[str], statuses: list[str], target: events.IRuleTarget) -> None:
        events.Rule(
            self,
            construct_id,
            description="dxmacsec: an execution ended without its own end",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={"status": statuses, "stateMachineArn": machines},
            ),
            targets=[target],
        )

    def _role(self, recover_link: sfn.IStateMachine) -> iam.Role:
        start = iam.PolicyStatement(
            sid="StartRecovery", actions=["states:StartExecution"], resources=[recover_link.state_machine_arn]
        )
        return iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "events.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            ),
            description="dxmacsec: what the rules of RecoverLink may do",
            inline_policies={"Allowed": iam.PolicyDocument(statements=[start])},
        )
