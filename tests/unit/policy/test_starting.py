"""The names of executions: one verdict, one name, which Step Functions takes."""

from __future__ import annotations

import re
from datetime import timedelta

from hypothesis import example, given
from hypothesis import strategies as some

from dxmacsec.compliance import Change, Finding, Judgement, Status
from dxmacsec.model import without_keys
from dxmacsec.policy.request import LINK_ID, MAX_LINKS, MAX_REASON, enforcement_request, fleet_request
from dxmacsec.policy.starting import enforcement_name, fleet_run_name, recovery_name, why_started
from dxmacsec.steps.check_wave import run_name
from tests.unit.policy.situations import NOW

NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
LINKS = some.from_regex(LINK_ID, fullmatch=True)
VERSIONS = some.dictionaries(LINKS, some.integers(1, 10**6), min_size=1, max_size=20)
LINK = "dxcon-fg5678gh"
JUDGEMENT = Judgement(LINK, Status.NON_COMPLIANT, (Finding("ModeNotEnforced", "It is low.", Status.NON_COMPLIANT),))


@given(link=LINKS, version=some.integers(1, 10**9))
def test_an_enforcement_has_a_name_of_its_own_for_each_version(link: str, version: int) -> None:
    name = enforcement_name(link, version, NOW)

    assert NAME.fullmatch(name)
    assert name == enforcement_name(link, version, NOW)
    assert name not in {enforcement_name(link, version + 1, NOW), enforcement_name(f"{link}0", version, NOW)}
    assert name != enforcement_name(link, version, NOW + timedelta(hours=1))


@given(versions=VERSIONS)
def test_a_fleet_run_has_a_name_of_its_own_for_each_set_of_versions(versions: dict[str, int]) -> None:
    name = fleet_run_name(versions, NOW)
    first = next(iter(versions))

    assert NAME.fullmatch(name)
    assert name == fleet_run_name(dict(reversed(list(versions.items()))), NOW)
    assert name != fleet_run_name({**versions, first: versions[first] + 1}, NOW)
    assert name != fleet_run_name({link: version for link, version in versions.items() if link != first}, NOW)


def test_a_run_over_many_links_has_a_short_name() -> None:
    assert NAME.fullmatch(fleet_run_name({f"dxcon-fmany{number:04d}": 1 for number in range(MAX_LINKS)}, NOW))


@given(versions=VERSIONS, execution=some.text(max_size=200))
def test_no_name_of_ours_is_masked_as_a_key(versions: dict[str, int], execution: str) -> None:
    run = fleet_run_name(versions, NOW)
    names = (run, f"{run_name(run)}-{LINK}", recovery_name(execution, NOW), enforcement_name(LINK, 7, NOW))

    assert [without_keys(name, 200) for name in names] == list(names)


@given(execution=some.text(max_size=200))
def test_a_recovery_by_the_sweep_has_one_name_a_day(execution: str) -> None:
    name = recovery_name(execution, NOW)

    assert NAME.fullmatch(name)
    assert name == recovery_name(execution, NOW + timedelta(minutes=1))
    assert name not in {recovery_name(f"{execution}x", NOW), recovery_name(execution, NOW + timedelta(days=1))}


def test_the_reason_says_what_was_seen_and_whose_change_led_to_it() -> None:
    change = Change("event-1", "UpdateConnection", "arn:aws:iam::123456789012:user/ana", NOW)

    assert why_started(JUDGEMENT, change) == f"compliance: ModeNotEnforced after UpdateConnection by {change.by}"


def test_the_reason_of_a_sweep_names_nobody() -> None:
    for change in (None, Change("", "", "", NOW)):
        assert why_started(JUDGEMENT, change) == "compliance: ModeNotEnforced found by the sweep"


@example(by="a" * MAX_REASON)
@given(by=some.text(some.characters(categories=("L", "N", "P", "S")), max_size=2 * MAX_REASON))
def test_both_machines_take_the_reason(by: str) -> None:
    reason = why_started(JUDGEMENT, Change("event-1", "UpdateConnection", by, NOW))

    assert enforcement_request({"link": LINK, "reason": reason})["reason"] == reason
    assert fleet_request({"links": [LINK], "wait_for_window": True, "reason": reason}).wait_for_window
