"""Addresses in the console."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dxmacsec.board.console import Console
from dxmacsec.model import LinkKind
from tests.unit.board.views import CONSOLE, EXECUTION, LINK, a_view

CONNECTION = a_view().link


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        (LinkKind.CONNECTION, "connections"),
        (LinkKind.LAG, "lags"),
        (LinkKind.INTERCONNECT, "interconnects"),
        (LinkKind.HOSTED, "connections"),
    ],
)
def test_a_link_opens_the_page_of_its_kind(kind: LinkKind, page: str) -> None:
    home = "https://us-east-1.console.aws.amazon.com/directconnect/v2/home?region=us-east-1"

    assert CONSOLE.link(replace(CONNECTION, kind=kind)) == f"{home}#/{page}/{LINK}"


def test_an_execution_opens_by_its_arn() -> None:
    assert CONSOLE.execution(EXECUTION) == (
        f"https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/{EXECUTION}"
    )


def test_a_key_secret_opens_by_its_whole_name() -> None:
    assert CONSOLE.key_secret(CONNECTION) == (
        f"https://us-east-1.console.aws.amazon.com/secretsmanager/secret?name=dxmacsec%2F{LINK}&region=us-east-1"
    )


@pytest.mark.parametrize(
    ("partition", "region", "domain"),
    [
        ("aws-cn", "cn-north-1", "cn-north-1.console.amazonaws.cn"),
        ("aws-us-gov", "us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
    ],
)
def test_each_partition_has_its_own_console(partition: str, region: str, domain: str) -> None:
    assert (
        Console(partition, region, "123456789012", "dxmacsec/")
        .link(CONNECTION)
        .startswith(f"https://{domain}/directconnect/")
    )


def test_a_verdict_opens_its_heading_where_somebody_said_where_the_runbook_is() -> None:
    assert CONSOLE.heading("NoKey") is None
    assert replace(CONSOLE, runbook="https://wiki/runbook.md").heading("NoKey") == "https://wiki/runbook.md#nokey"
