"""The deployed board: what the dashboard's widget gets, and that its function uses what it is granted, no more."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dxmacsec.board.drawing import Look
from sandbox.pictures import board
from tests.workflow.conftest import Scene
from tests.workflow.roles import covers, granted, used

pytestmark = pytest.mark.deployed

READ_WITH_CONNECTIONS = {"directconnect:ListResiliencyGroupAssociations"}
"""Called where the account has a resiliency group; this estate has none."""


def test_the_widget_shows_every_link_and_its_function_stays_inside_its_grants(scene: Scene) -> None:
    listed: Any = scene.deployed.sandbox.client("directconnect").describe_connections()["connections"]
    links = {each.get("lagId", each["connectionId"]) for each in listed}

    html = board(scene.deployed.sandbox, "dark", 1200)

    counted = re.search(r"<b>(\d+)</b>\s+links", html)
    assert counted is not None
    total = int(counted[1])
    assert total >= len(links) > 5
    assert html.count("<tr>") == 1 + min(Look().show, total)
    assert "dxm-dark dxm-table" in html
    uses = [use for use in used(scene.deployed) if use.function == "draw_board"]
    grants = [grant for grant in granted(scene.deployed) if grant.function == "draw_board"]
    assert [use for use in uses if not any(covers(grant, use) for grant in grants)] == []
    idle = {grant.action for grant in grants} - {use.action for use in uses}
    assert {action for action in idle if not action.startswith(("logs:", "xray:"))} - READ_WITH_CONNECTIONS <= {
        "dynamodb:Query"
    }


def test_the_dashboard_s_widget_calls_that_function(scene: Scene) -> None:
    client = scene.deployed.sandbox.client("cloudwatch")
    [entry] = client.list_dashboards()["DashboardEntries"]

    shown = client.get_dashboard(DashboardName=entry["DashboardName"])["DashboardBody"]

    assert entry["DashboardName"] == "dxmacsec-us-east-1"
    assert ":function:DxMacsec-FunctionsDrawBoard" in shown
    assert scene.deployed.outputs["BoardUrl"] == (
        "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1"
        "#dashboards/dashboard/dxmacsec-us-east-1"
    )
