"""What starts things by itself: schedules, and AWS Health's word of a maintenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.names import ORGANISATION_SCHEDULE, SCHEDULE, SWEEP

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_stepfunctions as sfn

# A run that could not be started for longer is the next schedule's.
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-retries.html
_LONGEST_LATE_SECONDS = 3600
_RETRIES = 20
_KEPT_DAYS = 14


class Triggers(Construct):
    """The schedules and the Health rule; what none of them could deliver ends in one dead-letter queue."""

    def __init__(self, scope: Construct, construct_id: str, *, time_zone: str) -> None:
        """Make the dead-letter queue, which other rules use, too; cron expressions are read in `time_zone`."""
        super().__init__(scope, construct_id)
        self._time_zone = time_zone
        # No key of ours: what fails here is `{}` or what CloudTrail or a public notice says, and neither
        # Scheduler nor EventBridge needs a right to decrypt.
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(_KEPT_DAYS),
        )

    def start_fleet_runs(self, rotate_fleet: sfn.IStateMachine, expression: str, *, flexible_minutes: int) -> None:
        """Start `RotateFleet` when the deployer says, or somewhat later, so that not all accounts start at once."""
        self._schedule(
            "Schedule",
            name=SCHEDULE,
            why="who is due?",
            expression=expression,
            action="states:StartExecution",
            target_arn=rotate_fleet.state_machine_arn,
            flexible_minutes=flexible_minutes,
        )

    def start_organisation_runs(self, rotate_organisation: sfn.IStateMachine, expression: str) -> None:
        """Start `RotateOrganisation` when the deployer says."""
        self._schedule(
            "Schedule",
            name=ORGANISATION_SCHEDULE,
            why="who is due in all accounts?",
            expression=expression,
            action="states:StartExecution",
            target_arn=rotate_organisation.state_machine_arn,
        )

    def start_sweeps(self, sweep_links: lambda_.IFunction, expression: str) -> None:
        """Call `SweepLinks` when the deployer says."""
        self._schedule(
            "Sweep",
            name=SWEEP,
            why="is every link compliant?",
            expression=expression,
            action="lambda:InvokeFunction",
            target_arn=sweep_links.function_arn,
        )

    def _schedule(
        self,
        construct_id: str,
        *,
        name: str,
        why: str,
        expression: str,
        action: str,
        target_arn: str,
        flexible_minutes: int = 0,
    ) -> None:
        window = scheduler.CfnSchedule.FlexibleTimeWindowProperty
        scheduler.CfnSchedule(
            self,
            construct_id,
            name=name,
            description=f"dxmacsec: {why}",
            schedule_expression=expression,
            schedule_expression_timezone=self._time_zone,
            flexible_time_window=(
                window(mode="FLEXIBLE", maximum_window_in_minutes=flexible_minutes)
                if flexible_minutes
                else window(mode="OFF")
            ),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=target_arn,
                role_arn=self._role(construct_id, name, action, target_arn).role_arn,
                input="{}",
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=self.dead_letters.queue_arn),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=_LONGEST_LATE_SECONDS, maximum_retry_attempts=_RETRIES
                ),
            ),
        )

    def _role(self, construct_id: str, name: str, action: str, target_arn: str) -> iam.Role:
        start = iam.PolicyStatement(sid="Start", actions=[action], resources=[target_arn])
        keep = iam.PolicyStatement(
            sid="KeepWhatFailed", actions=["sqs:SendMessage"], resources=[self.dead_letters.queue_arn]
        )
        return iam.Role(
            self,
            f"{construct_id}Role",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            ),
            description=f"dxmacsec: what the schedule {name} may do",
            inline_policies={"Allowed": iam.PolicyDocument(statements=[start, keep])},
        )

    def hear_of_maintenance(self, note_health: lambda_.IFunction) -> None:
        """Call `NoteHealth` when AWS announces a maintenance of Direct Connect.

        A copy of every event goes to a backup Region as well, so the Region that is hit decides:
        https://docs.aws.amazon.com/health/latest/ug/choosing-a-region.html
        """
        rule = events.Rule(
            self,
            "Maintenance",
            description="dxmacsec: AWS maintains Direct Connect",
            event_pattern=events.EventPattern(
                source=["aws.health"],
                detail_type=["AWS Health Event"],
                detail={
                    "service": ["DIRECTCONNECT"],
                    "eventTypeCategory": ["scheduledChange"],
                    "eventRegion": [Stack.of(self).region],
                },
            ),
        )
        rule.add_target(targets.LambdaFunction(note_health, dead_letter_queue=self.dead_letters))
