"""The dashboard: what it shows, and that it is one a Region."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aws_cdk import App
from aws_cdk.assertions import Template

from dxmacsec.board.console import DOMAIN, DOMAINS
from infra import board
from infra.config import Config
from infra.names import STACK
from infra.permissions.markdown import permissions
from infra.stack import DxMacsecStack

if TYPE_CHECKING:
    from collections.abc import Callable

    Properties = Callable[[str], dict[str, dict[str, Any]]]


def body(properties: dict[str, Any]) -> dict[str, Any]:
    """The dashboard's own JSON; what CloudFormation fills in is written as its logical id."""
    [_, parts] = properties["DashboardBody"]["Fn::Join"]
    text = "".join(part if isinstance(part, str) else str(next(iter(part.values()))).replace('"', "") for part in parts)
    read: dict[str, Any] = json.loads(text)
    return read


def widgets(properties: Properties) -> list[dict[str, Any]]:
    """The widgets of the one dashboard."""
    [dashboard] = properties("AWS::CloudWatch::Dashboard").values()
    found: list[dict[str, Any]] = body(dashboard)["widgets"]
    return found


def test_the_links_come_first_drawn_by_the_function(properties: Properties) -> None:
    first, *_ = widgets(properties)

    assert (first["type"], first["width"]) == ("custom", 24)
    assert "FunctionsDrawBoard" in first["properties"]["endpoint"]
    assert first["properties"]["updateOn"] == {"refresh": True, "resize": True, "timeRange": False}


def test_every_alarm_is_on_the_board(properties: Properties) -> None:
    [alarms] = [each["properties"]["alarms"] for each in widgets(properties) if each["type"] == "alarm"]

    assert len(alarms) == len(properties("AWS::CloudWatch::Alarm"))


def test_the_figures_are_those_that_the_sweep_writes_and_no_log_is_queried(properties: Properties) -> None:
    shown = json.dumps(widgets(properties))

    for name in ("SweptLinks", "NonCompliantLinks", "LinksInTrouble", "ExecutionsFailed"):
        assert f'"{name}"' in shown
    assert "SEARCH('{dxmacsec,service,verdict}" in shown
    assert "log" not in {each["type"] for each in widgets(properties)}


def test_nothing_lies_over_another_widget(properties: Properties) -> None:
    taken: set[tuple[int, int]] = set()
    for each in widgets(properties):
        places = {
            (x, y)
            for x in range(each["x"], each["x"] + each["width"])
            for y in range(each["y"], each["y"] + each["height"])
        }
        assert not places & taken
        assert max(x for x, _ in places) < 24
        taken |= places


def test_each_region_has_its_own_dashboard_because_a_name_is_the_account_s(properties: Properties) -> None:
    [dashboard] = properties("AWS::CloudWatch::Dashboard").values()

    assert dashboard["DashboardName"] == {"Fn::Join": ["", ["dxmacsec-", {"Ref": "AWS::Region"}]]}


def test_the_runbook_is_linked_where_the_deployer_says_where_it_is() -> None:
    config = Config(runbook_url="https://wiki.example/runbook")
    template = Template.from_stack(DxMacsecStack(App(), STACK, config=config, bundling=False))

    [made] = template.find_resources("AWS::CloudWatch::Dashboard").values()

    assert body(made["Properties"])["widgets"][0]["properties"]["params"] == {"runbook": config.runbook_url}


def test_stack_and_function_know_the_same_consoles() -> None:
    assert (board._CONSOLE, board._CONSOLES) == (DOMAIN, DOMAINS)  # noqa: SLF001 - neither may import the other


def test_the_board_only_reads(template: dict[str, Any]) -> None:
    actions = {action for row in permissions(template) if row.who == "DrawBoard" for action in row.actions.split(", ")}

    assert actions == {
        f"`{action}`"
        for action in (
            *("directconnect:DescribeConnections", "directconnect:DescribeInterconnects", "directconnect:DescribeLags"),
            *("directconnect:ListResiliencyGroupAssociations", "directconnect:ListResiliencyGroups"),
            *("dynamodb:BatchGetItem", "dynamodb:Query"),
        )
    }
