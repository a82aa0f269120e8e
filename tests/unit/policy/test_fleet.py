from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dxmacsec.fleet import FleetRequest, KeySince, Maintenance
from dxmacsec.model import LinkKind
from dxmacsec.policy.fleet import MOST_LINKS_A_RUN, MOST_SPANNING, RULES, Survey, lay_out, unknown_links
from dxmacsec.policy.groups import GROUP_TAG
from dxmacsec.policy.tags import Rules
from tests.unit.policy.situations import DOWN, LINK_ID, NOW, a_key, a_link, a_port

OTHER = "dxcon-another1"
OLD, YOUNG = "2025-01-01", "2026-02-20"
ALL = FleetRequest(all=True)


def a_survey(*links: Any, request: FleetRequest | None = None, **fields: Any) -> Survey:  # noqa: ANN401
    rules = Rules(timedelta(days=90), may_loosen=False)
    survey = Survey(links, request or FleetRequest(), NOW, NOW, rules, 40, timedelta(hours=24))
    return replace(survey, **fields)


def left_out(survey: Survey) -> dict[str, str]:
    return {each.link: each.reason for each in lay_out(survey).left_out}


def an_old(link_id: str = LINK_ID, **fields: Any) -> Any:  # noqa: ANN401
    return a_link(a_key("a", start_on=OLD), id=link_id, ports=(a_port(link_id),), **fields)


@pytest.mark.parametrize(
    ("link", "why"),
    [
        (an_old(), "KeyTooOld"),
        (a_link(a_key("a", start_on=None)), "UnknownAge"),
        (a_link(), "NoKey"),
    ],
)
def test_a_link_is_due_because(link: Any, why: str) -> None:  # noqa: ANN401
    [due] = lay_out(a_survey(link)).due

    assert (due.link, due.why) == (LINK_ID, why)


@pytest.mark.parametrize(
    ("link", "fields", "reason"),
    [
        (an_old(kind=LinkKind.HOSTED), {}, "HostedConnection"),
        (an_old(macsec_capable=False), {}, "NotMacSecCapable"),
        (
            an_old(tags={"dxmacsec:rotate": "off"}),
            {"rules": Rules(timedelta(days=90), may_loosen=True)},
            "RotateOff",
        ),
        (a_link(), {"onboard": False}, "OnboardOff"),
        (a_link(a_key("a", start_on=YOUNG)), {}, "NotDue"),
        (an_old(), {"paused": {LINK_ID: "UnknownAnswer of r1"}}, "LinkPaused"),
        (an_old(state="pending"), {}, "LinkNotAvailable"),
        (a_link(a_key("a", start_on=OLD), ports=()), {}, "LinkNotAvailable"),
        (an_old(), {"rotating": {LINK_ID: "r1"}}, "AlreadyRotating"),
        (an_old(), {"rotating": {"undeclared": "r1"}}, "AlreadyRotating"),
        (an_old(), {"maintenances": (Maintenance("e", (LINK_ID,), NOW, None, "M"),)}, "MaintenancePlanned"),
    ],
)
def test_a_link_is_left_out_with_its_reason(link: Any, fields: dict[str, Any], reason: str) -> None:  # noqa: ANN401
    plan = lay_out(a_survey(link, **fields))

    assert plan.waves == ()
    assert [(each.link, each.reason) for each in plan.left_out] == [(LINK_ID, reason)]
    assert plan.left_out[0].sentence.startswith(LINK_ID)


@pytest.mark.parametrize(
    ("link", "fields"),
    [
        (a_link(), {"request": ALL}),
        (a_link(), {"request": FleetRequest(links=(LINK_ID,))}),
        (a_link(), {"key_since": {LINK_ID: KeySince("ab" * 32, NOW, "r1")}}),
        (a_link(a_key("a", "disassociated")), {}),
        (an_old(), {}),
    ],
    ids=["all are asked for", "it is named", "it was rotated once", "its key was removed", "it has a key"],
)
def test_without_onboarding_a_link_still_gets_its_key(link: Any, fields: dict[str, Any]) -> None:  # noqa: ANN401
    assert lay_out(a_survey(link, onboard=False, **fields)).waves == ((LINK_ID,),)


def test_every_rule_of_leaving_out_is_known_here() -> None:
    assert len(RULES) == 10


def test_a_dark_partner_keeps_a_link_out() -> None:
    tags = {GROUP_TAG: "north"}
    dark = a_link(a_key("b", start_on=OLD), id=OTHER, ports=(a_port(OTHER, encryption=DOWN),), tags=tags)

    assert left_out(a_survey(an_old(tags=tags), dark))[LINK_ID] == "PartnerNotEncrypted"


def test_a_tag_that_may_not_loosen_is_reported_and_the_link_is_due() -> None:
    plan = lay_out(a_survey(an_old(tags={"dxmacsec:rotate": "off"})))

    assert plan.waves == ((LINK_ID,),)
    assert plan.warnings[0].startswith(f"{LINK_ID}: dxmacsec:rotate")


def test_a_stricter_age_by_tag_makes_a_link_due() -> None:
    link = a_link(a_key("a", start_on=YOUNG), tags={"dxmacsec:max-age-days": "5"})

    assert lay_out(a_survey(link)).waves == ((LINK_ID,),)


def test_the_ledger_s_age_counts() -> None:
    since = {LINK_ID: KeySince(a_key("a").ckn, NOW - timedelta(days=1), "r1")}

    assert left_out(a_survey(an_old(), key_since=since)) == {LINK_ID: "NotDue"}


def test_age_is_no_question_where_links_are_named_or_all_are_asked_for() -> None:
    young = a_link(a_key("a", start_on=YOUNG))

    assert lay_out(a_survey(young, request=ALL)).waves == ((LINK_ID,),)
    assert lay_out(a_survey(young, request=FleetRequest(links=(LINK_ID,)))).due[0].why == "Asked"


def test_only_named_links_are_looked_at_and_a_port_stands_for_its_lag() -> None:
    lag = a_link(id="dxlag-fgt5r4e3", ports=(a_port("dxcon-fm1n2p3q"),))
    survey = a_survey(lag, an_old(), request=FleetRequest(links=("dxcon-fm1n2p3q",)))

    plan = lay_out(survey)

    assert (plan.waves, plan.left_out) == (((lag.id,),), ())


def test_names_that_nobody_has_are_found() -> None:
    survey = a_survey(an_old(), request=FleetRequest(links=(LINK_ID, "dxcon-00000000")))

    assert unknown_links(survey) == ("dxcon-00000000",)


def test_what_is_too_much_for_one_run_waits_for_the_next() -> None:
    links = [an_old(f"dxcon-{number:08d}") for number in range(MOST_LINKS_A_RUN + 3)]

    plan = lay_out(a_survey(*links))

    assert len(plan.due) == MOST_LINKS_A_RUN
    assert [each.reason for each in plan.left_out] == ["NextRun"] * 3


def test_the_oldest_key_goes_first_and_an_unknown_age_before_it() -> None:
    unknown = a_link(a_key("u", start_on=None), id="dxcon-unknown1", ports=(a_port("dxcon-unknown1"),))
    older = replace(an_old("dxcon-older001"), keys=(a_key("o", start_on="2020-01-01"),))

    plan = lay_out(a_survey(an_old(), older, unknown))

    assert plan.waves == (("dxcon-unknown1",), ("dxcon-older001",), (LINK_ID,))


PARIS = {GROUP_TAG: "org:paris"}
NAMED = FleetRequest(links=(LINK_ID,))


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (FleetRequest(), "GroupSpansAccounts"),
        (ALL, "GroupSpansAccounts"),
        (replace(NAMED, wait_for_window=True), "GroupSpansAccounts"),
        (NAMED, None),
        (replace(NAMED, wait_for_window=True, coordinated="run"), None),
    ],
    ids=["by age", "all", "handed over by automation", "named by a person", "the coordinator's"],
)
def test_a_link_of_a_spanning_group_is_rotated_by(request_: FleetRequest, reason: str | None) -> None:
    plan = lay_out(a_survey(an_old(tags=PARIS), request=request_))

    assert [each.reason for each in plan.left_out] == ([reason] if reason else [])
    assert len(plan.due) == (0 if reason else 1)


def test_a_link_of_a_spanning_group_that_is_young_is_simply_not_due() -> None:
    young = a_link(a_key("a", start_on=YOUNG), tags=PARIS)

    assert left_out(a_survey(young)) == {LINK_ID: "NotDue"}


def test_a_link_without_a_key_has_nothing_to_lose_in_a_spanning_group() -> None:
    assert left_out(a_survey(a_link(tags=PARIS))) == {}


def test_a_resiliency_group_is_never_one_that_spans_accounts() -> None:
    survey = a_survey(an_old(tags=PARIS), resiliency_groups={LINK_ID: "dxrg-1"})

    assert left_out(survey) == {}


def test_the_coordinator_is_told_of_every_link_of_a_spanning_group_and_which_of_them_can_be_counted_on() -> None:
    dark = a_link(a_key("a", start_on=YOUNG), id="dxcon-dark0001", ports=(a_port("dxcon-dark0001", DOWN),), tags=PARIS)
    at_work = an_old("dxcon-work0001", tags={GROUP_TAG: "org:rome"})
    survey = a_survey(an_old(tags=PARIS), an_old(OTHER), dark, at_work, rotating={"org:rome": "somebody"})

    plan = lay_out(replace(survey, request=FleetRequest(dry_run=True, coordinated="run")))

    told = [(each.link, each.group, each.carries) for each in plan.spanning]
    assert sorted(told) == [
        ("dxcon-dark0001", "org:paris", False),
        (LINK_ID, "org:paris", True),
        ("dxcon-work0001", "org:rome", False),
    ]
    assert lay_out(survey).spanning == ()


def test_a_dark_link_is_never_the_one_of_which_the_coordinator_is_not_told() -> None:
    many = [an_old(f"dxcon-{number:08d}", tags=PARIS) for number in range(MOST_SPANNING)]
    dark = a_link(a_key("a"), id="dxcon-dark0001", ports=(a_port("dxcon-dark0001", DOWN),), tags=PARIS)

    plan = lay_out(a_survey(*many, dark, request=FleetRequest(dry_run=True, coordinated="run")))

    assert len(plan.spanning) == MOST_SPANNING
    assert plan.spanning[0].link == "dxcon-dark0001"
