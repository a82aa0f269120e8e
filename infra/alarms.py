"""The alarms: a fleet not compliant, a sweep that did not run or see all, and work that nobody took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from constructs import Construct

from infra.names import ALARM_PREFIX
from infra.setting_rules import period_minutes

if TYPE_CHECKING:
    from aws_cdk import aws_sns as sns
    from aws_cdk import aws_sqs as sqs
    from aws_cdk import aws_stepfunctions as sfn

# What the sweep counts of the fleet; no metric is about one link.
_NAMESPACE = "dxmacsec"
_DIMENSIONS = {"service": "dxmacsec"}
_LOOK = Duration.minutes(5)
# What to do is the same.
_HEADINGS = {"ChangesWait": "ChangesNotHeard"}
# A change that is older failed more than once, or nobody takes any.
_LATE = Duration.minutes(30)


class Alarms(Construct):
    """A fixed few for the whole fleet; each tells the alert topic, and says what to do.

    One whose end is news tells of it, too.
    """

    def __init__(self, scope: Construct, construct_id: str, *, topic: sns.ITopic) -> None:
        """Begin with none; alarms speak to `topic`, and are in `all` once they are made."""
        super().__init__(scope, construct_id)
        self._tell = actions.SnsAction(topic)
        self.all: list[cloudwatch.Alarm] = []

    def of_the_sweep(self, sweep: str) -> None:
        """Watch what the sweep finds, and that it runs; `sweep` is its schedule's expression.

        Between two sweeps there is no figure, and the last one holds. A sweep of no links counts as a sweep.
        """
        self._alarm(
            "NonCompliantLinks",
            "at least one link is not compliant",
            of_fleet("NonCompliantLinks", "Maximum", _LOOK),
            missing=cloudwatch.TreatMissingData.IGNORE,
        ).add_ok_action(self._tell)
        self._alarm(
            "LinksInTrouble",
            "the last sweep could not look at some links",
            of_fleet("LinksInTrouble", "Maximum", _LOOK),
            missing=cloudwatch.TreatMissingData.IGNORE,
        ).add_ok_action(self._tell)
        period = Duration.minutes(period_minutes(sweep))
        self._alarm(
            "SweepNotRun",
            "no sweep ended in two periods of its schedule",
            of_fleet("SweptLinks", "SampleCount", period),
            below=True,
            periods=2,
            missing=cloudwatch.TreatMissingData.BREACHING,
        ).add_ok_action(self._tell)

    def of_changes(self, queue: sqs.IQueue, dead_letters: sqs.IQueue) -> None:
        """Watch that changes are heard: that they don't wait in `queue`, and none ends in `dead_letters`."""
        self._alarm(
            "ChangesWait",
            f"changes wait for longer than {_LATE.to_minutes():g} minutes: HearChange fails or is not called",
            queue.metric_approximate_age_of_oldest_message(period=_LOOK, statistic="Maximum"),
            threshold=_LATE.to_seconds(),
        ).add_ok_action(self._tell)
        self.of_dead_letters("ChangesNotHeard", "HearChange gave up on a change", dead_letters)

    def of_organisation_runs(self, machine: sfn.IStateMachine) -> None:
        """Watch that runs of the organisation end by themselves: one that is cut short writes no letter."""
        self._alarm(
            "OrganisationRunFailed",
            "a run of the organisation failed, was stopped or ran out of time",
            cloudwatch.MathExpression(
                expression="FILL(failed, 0) + FILL(aborted, 0) + FILL(timed_out, 0)",
                label="runs that did not end well",
                using_metrics={
                    "failed": machine.metric_failed(period=_LOOK, statistic="Sum"),
                    "aborted": machine.metric_aborted(period=_LOOK, statistic="Sum"),
                    "timed_out": machine.metric_timed_out(period=_LOOK, statistic="Sum"),
                },
                period=_LOOK,
            ),
        )

    def of_dead_letters(self, name: str, what: str, queue: sqs.IQueue) -> None:
        """Watch that a dead-letter queue stays empty; that somebody emptied it is no news."""
        metric = queue.metric_approximate_number_of_messages_visible(period=_LOOK, statistic="Maximum")
        self._alarm(name, what, metric)

    def _alarm(
        self,
        name: str,
        what: str,
        metric: cloudwatch.IMetric,
        *,
        threshold: float = 1,
        below: bool = False,
        periods: int = 1,
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
    ) -> cloudwatch.Alarm:
        compare = cloudwatch.ComparisonOperator
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=f"{ALARM_PREFIX}{name}",
            alarm_description=f"dxmacsec: {what}. What to do: docs/runbook.md, heading {_HEADINGS.get(name, name)}.",
            metric=metric,
            threshold=threshold,
            comparison_operator=compare.LESS_THAN_THRESHOLD if below else compare.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=periods,
            treat_missing_data=missing,
        )
        alarm.add_alarm_action(self._tell)
        self.all.append(alarm)
        return alarm


def of_fleet(name: str, statistic: str, period: Duration) -> cloudwatch.Metric:
    """Return a figure of the whole fleet, as the sweep writes it."""
    return cloudwatch.Metric(
        namespace=_NAMESPACE, metric_name=name, dimensions_map=_DIMENSIONS, statistic=statistic, period=period
    )
