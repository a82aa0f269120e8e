"""A refusal changes nothing, and says why with a machine reason and a sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.workflow.deployed import RECORDS, Deployed
from tests.workflow.estate import DARK, HOSTED, NO_MACSEC, UNKNOWN

pytestmark = pytest.mark.deployed

LINK = "dxcon-untouch1"
NOBODYS = "00000000-0000-4000-8000-000000000000"

REFUSED: dict[str, tuple[dict[str, object], str, str]] = {
    "an unknown field": ({"link": LINK, "colour": "blue"}, "BadInput", "colour"),
    "no link": ({"reason": "why not"}, "BadInput", "link"),
    "a malformed id": ({"link": "dxcon-ABC"}, "BadInput", "link"),
    "a link that is no text": ({"link": 7}, "BadInput", "link"),
    "a flag that is no flag": ({"link": LINK, "urgent": "yes"}, "BadInput", "urgent"),
    "a malformed version": ({"link": LINK, "version_id": "7"}, "BadInput", "version_id"),
    "a version that is not there": ({"link": LINK, "version_id": NOBODYS}, "VersionNotFound", NOBODYS),
    "an unknown link": ({"link": UNKNOWN}, "LinkNotFound", UNKNOWN),
    "a hosted connection": ({"link": HOSTED}, "HostedConnection", HOSTED),
    "a link without MACsec": ({"link": NO_MACSEC}, "NotMacSecCapable", NO_MACSEC),
    "a link that is down": ({"link": DARK}, "LinkNotAvailable", "down"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_and_changes_nothing(deployed: Deployed, case: str) -> None:
    document, reason, named = REFUSED[case]
    link = str(document["link"]) if re.fullmatch(r"dx(con|lag)-[a-z0-9]{8}", str(document.get("link"))) else LINK
    before = deployed.snapshot(link)

    ended = deployed.ended(deployed.start(document))

    assert (ended.status, ended.error) == ("FAILED", reason)
    assert named in ended.cause
    assert " " in ended.cause
    assert "{" not in ended.cause
    assert deployed.snapshot(link) == before


def test_a_dry_run_shows_the_plan_and_changes_nothing_at_all(deployed: Deployed) -> None:
    link = "dxcon-dryrun01"
    before, rows = deployed.snapshot(link), deployed.rows(link)

    ended = deployed.rotate(link, dry_run=True)

    assert (ended.status, ended.output["status"]) == ("SUCCEEDED", "PLANNED")
    assert len(ended.output["plan"]["supersedes"]) == 1
    assert len(ended.output["plan"]["steps"]) >= 5
    assert deployed.snapshot(link) == before
    assert deployed.rows(link) == rows == []
    assert _changing(deployed, link) == []


def test_a_dry_run_of_a_refused_link_is_refused(deployed: Deployed) -> None:
    ended = deployed.rotate(DARK, dry_run=True)

    assert (ended.status, ended.error) == ("FAILED", "LinkNotAvailable")
    assert [row for row in deployed.rows(DARK) if not row["sk"].startswith(RECORDS)] == []


def test_a_full_chain_of_which_nobody_can_say_what_may_go_is_left_alone(deployed: Deployed) -> None:
    link = "dxcon-fullnow1"
    deployed.behave(link, answers="some-ports")
    before = deployed.snapshot(link)

    ended = deployed.rotate(link)

    assert (ended.status, ended.error) == ("FAILED", "ChainNeedsOperator")
    assert "Nothing was removed" in ended.cause
    assert deployed.snapshot(link) == before
    assert _changing(deployed, link) == []


def _changing(deployed: Deployed, link: str) -> list[Any]:
    return [call for call in deployed.calls(link=link) if not call.action.startswith("Describe")]
