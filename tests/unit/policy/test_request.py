"""What a person may type."""

from __future__ import annotations

from typing import Any

import pytest

from dxmacsec.errors import BadInput
from dxmacsec.fleet import FleetRequest
from dxmacsec.model import Request
from dxmacsec.organisation import OrganisationRequest, StopOn
from dxmacsec.policy.request import (
    enforcement_request,
    fleet_request,
    organisation_members,
    organisation_request,
    rotation_request,
)

LINK = "dxcon-fg5678gh"
VERSION = "11111111-2222-3333-4444-555555555555"


def test_a_link_is_all_that_it_takes() -> None:
    assert rotation_request({"link": LINK}) == Request(LINK)


def test_every_field_is_read() -> None:
    asked = {
        "link": "dxlag-fg5678gh",
        "reason": "leaked",
        "urgent": True,
        "dry_run": True,
        "version_id": VERSION,
        "accept_no_way_back": True,
    }

    assert rotation_request(asked) == Request("dxlag-fg5678gh", "leaked", True, True, VERSION, True)  # noqa: FBT003


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "input: expected an object"),
        (None, "input: expected an object"),
        ({}, "link: missing"),
        ({"link": LINK, "urgnt": True}, "urgnt: unknown"),
        ({"link": LINK, 7: True}, "7: unknown"),
        ({"link": LINK, "ab" * 32: True}, "a field whose name is not shown: unknown"),
        ({"link": LINK, "": True}, "a field whose name is not shown: unknown"),
        ({"link": "dxcon-FG5678GH"}, "link: expected"),
        ({"link": "dxvif-fg5678gh"}, "link: expected"),
        ({"link": LINK + "\n"}, "link: expected"),
        ({"link": 7}, "link: expected"),
        ({"link": LINK, "urgent": 1}, "urgent: expected true or false"),
        ({"link": LINK, "dry_run": "no"}, "dry_run: expected true or false"),
        ({"link": LINK, "reason": ""}, "reason: expected printable text"),
        ({"link": LINK, "reason": "a\nb"}, "reason: expected printable text"),
        ({"link": LINK, "reason": "x" * 257}, "reason: expected printable text"),
        ({"link": LINK, "reason": 5}, "reason: expected printable text"),
        ({"link": LINK, "version_id": "short"}, "version_id: expected"),
    ],
)
def test_anything_else_is_refused_by_name(data: Any, words: str) -> None:  # noqa: ANN401 - any JSON
    with pytest.raises(BadInput, match=f"^{words}"):
        rotation_request(data)


def test_a_value_that_is_wrong_is_not_repeated() -> None:
    with pytest.raises(BadInput) as refused:
        rotation_request({"link": LINK, "version_id": "ab" * 40})

    assert "abab" not in str(refused.value)


def test_an_enforcement_may_name_its_owner() -> None:
    owner = "arn:aws:states:us-east-1:123456789012:execution:RotateKey:r1"

    assert enforcement_request({"link": LINK, "owner": owner, "reason": "r1"})["owner"] == owner
    with pytest.raises(BadInput, match="owner"):
        enforcement_request({"link": LINK, "owner": "me"})


def test_a_fleet_run_that_names_links_may_wait_for_its_window() -> None:
    asked = {"links": [LINK], "wait_for_window": True}

    assert fleet_request(asked) == FleetRequest(links=(LINK,), wait_for_window=True)


@pytest.mark.parametrize("asked", [{"wait_for_window": "yes"}, {"wait_for_window": True, "urgent": True}])
def test_a_fleet_run_that_waits_and_hurries_is_refused(asked: dict[str, object]) -> None:
    with pytest.raises(BadInput, match=r"^wait_for_window: expected"):
        fleet_request(asked)


@pytest.mark.parametrize("run", ["organisation-1", "9e3a.b_c-D", "r" * 80])
def test_a_fleet_run_may_be_a_part_of_a_run_of_the_coordinator(run: str) -> None:
    assert fleet_request({"dry_run": True, "coordinated": run}).coordinated == run


@pytest.mark.parametrize("run", ["", "a run", "r" * 81, "run/1", 7, None])
def test_what_no_run_of_the_coordinator_is_called_is_refused(run: object) -> None:
    with pytest.raises(BadInput, match="coordinated: expected the name of a run"):
        fleet_request({"coordinated": run})


MEMBERS = (
    "123456789012/eu-west-1",
    "123456789012/us-gov-west-1",
    "210987654321/ap-southeast-2",
    "0" * 12 + "/cn-north-1",
)


def test_a_run_over_an_organisation_is_over_all_of_it_by_what_the_deployer_chose() -> None:
    assert organisation_members(list(MEMBERS)) == MEMBERS
    assert organisation_request({}, MEMBERS, StopOn.GROUP) == OrganisationRequest(stop_on=StopOn.GROUP)


def test_a_run_over_an_organisation_may_be_over_some_of_it_and_stop_otherwise() -> None:
    asked = {"members": [MEMBERS[1], MEMBERS[1]], "dry_run": True, "reason": "CHG1", "stop_on": "account"}

    request = organisation_request(asked, MEMBERS, StopOn.ALL)

    assert request == OrganisationRequest((MEMBERS[1],), dry_run=True, reason="CHG1", stop_on=StopOn.ACCOUNT)


@pytest.mark.parametrize(
    "names", [[], "123456789012/eu-west-1", ["123456789012"], ["1/eu-west-1"], ["123456789012/EU"]]
)
def test_a_list_that_is_none_of_members_is_refused(names: object) -> None:
    with pytest.raises(BadInput, match="members"):
        organisation_members(names)
