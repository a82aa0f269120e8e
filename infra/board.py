"""The board: a CloudWatch dashboard of the fleet's figures, the alarms, and every link by a custom widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnCondition, Duration, Fn, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.alarms import of_fleet
from infra.names import BOARD_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_stepfunctions as sfn

    from infra.config import Config

_WHOLE, _HALF, _THIRD = 24, 12, 8
_CONSOLE = "console.aws.amazon.com"
_CONSOLES = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}
_ENDS = {"Succeeded": "succeeded", "Failed": "failed", "Aborted": "stopped", "TimedOut": "out of time"}


class Board(Construct):
    """One dashboard; nothing of it queries a log, so looking at it costs a call of a function and a few metrics."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        draw_board: lambda_.IFunction,
        machines: Mapping[str, sfn.IStateMachine],
        alarms: Sequence[cloudwatch.IAlarm],
    ) -> None:
        """Make the dashboard; `machines` are those whose ends are counted, by their names on the board."""
        super().__init__(scope, construct_id)
        region = Stack.of(self).region
        cloudwatch.Dashboard(
            self,
            "Dashboard",
            # A dashboard is the account's, whatever its Region: without it two stacks would write over each other.
            dashboard_name=f"{BOARD_PREFIX}{region}",
            default_interval=Duration.days(14),
            widgets=[
                [_links(config, draw_board)],
                [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=_WHOLE, height=3)],
                [_now(), _over_time()],
                [_by_verdict(), *[_ends(name, machine) for name, machine in machines.items()]],
            ],
        )
        home = f"https://{region}.{self._console()}/cloudwatch/home?region={region}"
        self.url = f"{home}#dashboards/dashboard/{BOARD_PREFIX}{region}"

    def _console(self) -> str:
        """Return the console's domain, which CloudFormation knows no name for; another partition's is guessed as aws's.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
        """
        domain = _CONSOLE
        for partition, other in _CONSOLES.items():
            name = "".join(word.capitalize() for word in partition.split("-"))
            here = CfnCondition(self, name, expression=Fn.condition_equals(Stack.of(self).partition, partition))
            domain = Fn.condition_if(here.logical_id, other, domain).to_string()
        return domain


def _links(config: Config, draw_board: lambda_.IFunction) -> cloudwatch.IWidget:
    """Return the custom widget; who looks at it calls the function with their own credentials.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
    """
    return cloudwatch.CustomWidget(
        title="MACsec links",
        function_arn=draw_board.function_arn,
        params={"runbook": config.runbook_url} if config.runbook_url else {},
        update_on_refresh=True,
        update_on_resize=True,
        update_on_time_range_change=False,
        width=_WHOLE,
        height=14,
    )


def _now() -> cloudwatch.IWidget:
    period = Duration.hours(1)
    return cloudwatch.SingleValueWidget(
        title="The fleet at the last sweep",
        metrics=[
            of_fleet(name, "Maximum", period).with_(label=label)
            for name, label in (
                ("SweptLinks", "links"),
                ("NonCompliantLinks", "not compliant"),
                ("LinksInTrouble", "not looked at"),
            )
        ],
        width=_HALF,
        height=6,
    )


def _over_time() -> cloudwatch.IWidget:
    period = Duration.hours(1)
    return cloudwatch.GraphWidget(
        title="Links that are not as they should be",
        left=[
            of_fleet("NonCompliantLinks", "Maximum", period).with_(label="not compliant"),
            of_fleet("LinksInTrouble", "Maximum", period).with_(label="not looked at"),
        ],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
        width=_HALF,
        height=6,
    )


def _by_verdict() -> cloudwatch.IWidget:
    found = "SEARCH('{dxmacsec,service,verdict} MetricName=\"Links\"', 'Maximum', 3600)"
    return cloudwatch.GraphWidget(
        title="Links by verdict",
        left=[cloudwatch.MathExpression(expression=found, label="", using_metrics={}, period=Duration.hours(1))],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
        width=_THIRD,
        height=6,
    )


def _ends(name: str, machine: sfn.IStateMachine) -> cloudwatch.IWidget:
    """Return how executions of a machine ended, a bar a day.

    https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
    """
    return cloudwatch.GraphWidget(
        title=f"{name}: ends a day",
        stacked=True,
        left=[
            machine.metric(f"Executions{end}", statistic="Sum", period=Duration.days(1), label=label)
            for end, label in _ENDS.items()
        ],
        width=_THIRD,
        height=6,
    )
