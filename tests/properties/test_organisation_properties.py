"""What holds of every run over many accounts, over generated organisations, and what a large one costs."""

from __future__ import annotations

import sys
from collections import Counter
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxmacsec.organisation import Action, StopOn
from dxmacsec.policy.organisation_course import Course, course_of, plain
from tests.worlds.organisation import PlayedLink, PlayedMember, PlayedOrganisation, an_organisation

GROUPS = ("org:paris", "org:rome", "org:oslo")


@st.composite
def organisations(draw: st.DrawFn) -> PlayedOrganisation:
    """Draw up to eight members, in one account by twos, with links that may be anything."""
    members = []
    for number in range(draw(st.integers(1, 8))):
        links = [
            PlayedLink(
                f"dxcon-{number:04d}{each:04d}",
                draw(st.sampled_from(("undeclared", "north", *GROUPS))),
                draw(st.none() | st.integers(0, 400).map(float)),
                due=draw(st.booleans()),
                carries=draw(st.sampled_from((True, True, True, False))),
                fails=draw(st.sampled_from((False, False, False, True))),
            )
            for each in range(draw(st.integers(0, 4)))
        ]
        region = ("eu-west-1", "us-east-1")[number % 2]
        silent = frozenset(draw(st.sets(st.integers(0, 4), max_size=2))) if draw(st.booleans()) else frozenset()
        postpones = draw(st.sampled_from((False, False, True)))
        members.append(PlayedMember(f"{number // 2:012d}/{region}", links, silent, postpones))
    return PlayedOrganisation(members, draw(st.sampled_from(list(StopOn))), draw(st.integers(1, 4)))


@given(organisations())
def test_no_two_members_of_a_spanning_group_are_in_one_wave(organisation: PlayedOrganisation) -> None:
    organisation.run()

    for wave in organisation.waves:
        at_work: dict[str, set[str]] = {}
        for member, links in wave.items():
            for link in links:
                at_work.setdefault(organisation.group_of(member, link), set()).add(member)
        assert all(len(members) == 1 for group, members in at_work.items() if group in GROUPS)
        assert 1 <= len(wave) <= organisation.most_members


@given(organisations())
def test_each_due_link_is_in_one_turn_or_left_out_or_not_touched(organisation: PlayedOrganisation) -> None:
    due = {
        f"{member.name}/{link.link}"
        for member in organisation.members
        for link in member.links
        if link.due and 0 not in member.silent
    }

    course = organisation.run()

    ended = Counter(end.name for end in course.ends)
    placed = Counter(
        [*ended, *(out.name for out in course.left_out if out.link), *(each.name for each in course.not_touched)]
    )
    assert all(number == 1 for number in (*ended.values(), *placed.values()))
    assert due <= placed.keys()
    assert course.open == course.out == ()


@given(organisations())
def test_every_round_of_asking_takes_something_off_so_that_a_run_ends(organisation: PlayedOrganisation) -> None:
    links = sum(len(member.links) for member in organisation.members)

    organisation.run()

    assert organisation.steps.count(Action.ASK) <= links + 1
    assert organisation.steps.count(Action.ROTATE) <= links


@given(organisations())
def test_a_wave_goes_by_what_was_just_asked(organisation: PlayedOrganisation) -> None:
    organisation.run()

    assert organisation.steps[:1] == [Action.ASK]
    assert [Action.ROTATE] * 2 not in [organisation.steps[at : at + 2] for at in range(len(organisation.steps))]


@given(organisations())
def test_a_spanning_group_with_a_failed_link_goes_no_further(organisation: PlayedOrganisation) -> None:
    course = organisation.run()

    lost = {
        (turn.member, turn.wave) for turn in course.turns if turn.status == "FAILED" and turn.reason == "FleetStopped"
    }
    failed_in: dict[str, int] = {}
    for end in course.ends:
        group = organisation.group_of(end.member, end.link)
        if group in GROUPS and (end.member, end.wave) in lost:
            failed_in.setdefault(group, end.wave)
    for end in course.ends:
        assert end.wave <= failed_in.get(organisation.group_of(end.member, end.link), end.wave)


@given(organisations())
def test_the_first_failure_stops_what_the_deployer_chose(organisation: PlayedOrganisation) -> None:
    course = organisation.run()

    first: dict[str, int] = {}
    for turn in course.turns:
        if turn.reason == "FleetStopped":
            first.setdefault(turn.member.split("/")[0], turn.wave)
    if organisation.stop_on is StopOn.ALL and first:
        assert len(organisation.waves) == min(first.values())
    if organisation.stop_on is StopOn.ACCOUNT:
        assert all(turn.wave <= first.get(turn.member.split("/")[0], turn.wave) for turn in course.turns)


@given(organisations())
def test_no_wave_holds_a_link_whose_partner_is_dark_or_unheard_of(organisation: PlayedOrganisation) -> None:
    course = organisation.run()

    dark = {
        f"{member.name}/{link.link}": link.group
        for member in organisation.members
        for link in member.links
        if not link.carries
    }
    never = {member.name for member in organisation.members if member.name not in course.answered}
    for end in course.ends:
        group = organisation.group_of(end.member, end.link)
        if group in GROUPS:
            assert not never
            assert {name for name, of in dark.items() if of == group} <= {end.name}


@given(organisations())
def test_a_course_is_read_as_it_was_written(organisation: PlayedOrganisation) -> None:
    organisation.run()

    for course in organisation.courses:
        assert course_of(plain(course)) == course


def counted(organisation: PlayedOrganisation) -> tuple[Course, int]:
    """Play a run and count the calls that it makes, instead of seconds: a busy machine changes nothing."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        course = organisation.run()
    finally:
        sys.setprofile(before)
    return course, calls


def test_a_thousand_accounts_are_in_order_in_as_many_waves_as_groups_ask_for_and_linear_calls() -> None:
    few, many = an_organisation(99, 1000), an_organisation(999, 1000)

    course, calls = counted(many)

    assert len(course.ends) == 9_990
    assert len(many.waves) == 3
    assert many.asks <= 3 * 999
    assert calls / counted(few)[1] < 11


@pytest.mark.parametrize("most_members", [100, 250])
def test_a_narrow_wave_asks_nobody_more_often_than_it_takes_to_be_sure(most_members: int) -> None:
    organisation = an_organisation(999, most_members)

    course = organisation.run()

    assert len(course.ends) == 9_990
    assert len(organisation.waves) <= 3 * 999 / most_members + 3
    assert organisation.asks <= 10 * 999
