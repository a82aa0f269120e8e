"""What starts things by itself: the schedule of `RotateFleet`, and AWS Health's word of a maintenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.names import SCHEDULE

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_stepfunctions as sfn

    from infra.config import Config

# A run that could not be started for longer is the next schedule's.
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-retries.html
_LONGEST_LATE_SECONDS = 3600
_RETRIES = 20
_KEPT_DAYS = 14


class Triggers(Construct):
    """The schedule and the Health rule; what neither could deliver ends in one dead-letter queue."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        rotate_fleet: sfn.IStateMachine,
        note_health: lambda_.IFunction,
    ) -> None:
        """Make both, with the role that the schedule starts its run in."""
        super().__init__(scope, construct_id)
        # No key of ours: what fails here is `{}` or a public notice, and Scheduler needs no right to decrypt.
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(_KEPT_DAYS),
        )
        self._schedule(config, rotate_fleet)
        self._health(note_health)

    def _schedule(self, config: Config, rotate_fleet: sfn.IStateMachine) -> None:
        flexible = config.schedule_flexible_minutes
        window = scheduler.CfnSchedule.FlexibleTimeWindowProperty
        scheduler.CfnSchedule(
            self,
            "Schedule",
            name=SCHEDULE,
            description="dxmacsec: who is due?",
            schedule_expression=config.schedule,
            schedule_expression_timezone=config.schedule_time_zone,
            flexible_time_window=(
                window(mode="FLEXIBLE", maximum_window_in_minutes=flexible) if flexible else window(mode="OFF")
            ),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=rotate_fleet.state_machine_arn,
                role_arn=self._role(rotate_fleet).role_arn,
                input="{}",
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=self.dead_letters.queue_arn),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=_LONGEST_LATE_SECONDS, maximum_retry_attempts=_RETRIES
                ),
            ),
        )

    def _role(self, rotate_fleet: sfn.IStateMachine) -> iam.Role:
        start = iam.PolicyStatement(
            sid="StartFleetRun", actions=["states:StartExecution"], resources=[rotate_fleet.state_machine_arn]
        )
        keep = iam.PolicyStatement(
            sid="KeepWhatFailed", actions=["sqs:SendMessage"], resources=[self.dead_letters.queue_arn]
        )
        return iam.Role(
            self,
            "ScheduleRole",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            ),
            description="dxmacsec: what the schedule of RotateFleet may do",
            inline_policies={"Allowed": iam.PolicyDocument(statements=[start, keep])},
        )

    def _health(self, note_health: lambda_.IFunction) -> None:
        # A copy of every event goes to a backup Region as well, so the Region that is hit decides:
        # https://docs.aws.amazon.com/health/latest/ug/choosing-a-region.html
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
