"""What holds of every plan for a fleet, over generated estates."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxmacsec.fleet import DueLink, FleetRequest, KeySince
from dxmacsec.model import ASSOCIATED, AVAILABLE, ENCRYPTION_UP, MUST_ENCRYPT, Key, Link, LinkKind, Port
from dxmacsec.policy.fleet import MOST_LINKS_A_RUN, Survey, lay_out
from dxmacsec.policy.groups import GROUP_TAG, redundancy_group
from dxmacsec.policy.tags import Rules
from dxmacsec.policy.waves import lay_waves

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MAX_AGE = timedelta(days=90)


@st.composite
def links(draw: st.DrawFn, number: int) -> Link:
    """Draw a link that may be anything that an account holds."""
    link_id = f"dxcon-{number:08d}"
    age = draw(st.none() | st.integers(0, 200))
    starts = (NOW - timedelta(days=age)).isoformat() if age is not None else None
    keys = (Key("ab" * 32, f"arn:{number}", ASSOCIATED, starts),) if draw(st.booleans()) else ()
    group = draw(st.none() | st.sampled_from(["north", "south", "east"]))
    state = draw(st.sampled_from([AVAILABLE, AVAILABLE, AVAILABLE, "down"]))
    encryption = draw(st.sampled_from([ENCRYPTION_UP, ENCRYPTION_UP, ENCRYPTION_UP, "Encryption Down"]))
    return Link(
        id=link_id,
        kind=draw(st.sampled_from([LinkKind.CONNECTION, LinkKind.INTERCONNECT, LinkKind.HOSTED])),
        state=state,
        mode=MUST_ENCRYPT,
        macsec_capable=draw(st.booleans()) or draw(st.booleans()),
        keys=keys,
        ports=(Port(link_id, state, encryption),),
        tags={GROUP_TAG: group} if group else {},
    )


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    """Draw an account with up to forty links."""
    count = draw(st.integers(0, 40))
    estate = tuple(draw(links(number)) for number in range(count))
    grouped = draw(st.dictionaries(st.sampled_from([link.id for link in estate]), st.just("dxrg-1"))) if estate else {}
    ages = draw(st.dictionaries(st.sampled_from([link.id for link in estate]), st.integers(0, 200))) if estate else {}
    return Survey(
        links=estate,
        request=draw(st.sampled_from([FleetRequest(), FleetRequest(all=True)])),
        now=NOW,
        until=NOW,
        rules=Rules(MAX_AGE, may_loosen=False),
        max_links_a_wave=draw(st.integers(1, 10)),
        clearance=timedelta(hours=24),
        resiliency_groups=grouped,
        key_since={link: KeySince("ab" * 32, NOW - timedelta(days=age), "r1") for link, age in ages.items()},
    )


@given(surveys())
def test_a_wave_never_holds_two_of_one_group_nor_more_than_its_width(survey: Survey) -> None:
    groups = {link.id: redundancy_group(link, survey.resiliency_groups) for link in survey.links}

    for wave in lay_out(survey).waves:
        assert max(Counter(groups[link] for link in wave).values()) == 1
        assert len(wave) <= survey.max_links_a_wave


@given(st.lists(st.sampled_from("abcdef"), max_size=40), st.integers(1, 7))
def test_there_are_never_more_waves_than_groups_and_width_ask_for(groups: list[str], width: int) -> None:
    waves = lay_waves([DueLink(f"{number:02}", group, True, "Asked") for number, group in enumerate(groups)], width)  # noqa: FBT003

    longest = max(Counter(groups).values(), default=0)
    assert len(waves) == max(longest, -(-len(groups) // width))


@given(st.integers(0, 40), st.integers(1, 7))
def test_where_no_two_are_of_one_group_the_oldest_goes_first(links: int, width: int) -> None:
    due = [DueLink(f"{number:02}", f"group-{number}", True, "KeyTooOld") for number in range(links)]  # noqa: FBT003

    assert [link for wave in lay_waves(due, width) for link in wave] == [each.link for each in due]


@given(surveys())
def test_every_link_is_in_exactly_one_wave_or_left_out_with_one_reason(survey: Survey) -> None:
    plan = lay_out(survey)

    placed = [link for wave in plan.waves for link in wave] + [each.link for each in plan.left_out]

    assert sorted(placed) == sorted(link.id for link in survey.links)
    assert {each.link for each in plan.due} == {link for wave in plan.waves for link in wave}


@given(surveys())
def test_nothing_that_is_not_due_is_touched(survey: Survey) -> None:
    known = {link.id: link for link in survey.links}

    for each in lay_out(survey).due:
        link = known[each.link]
        assert link.macsec_capable
        assert link.kind is not LinkKind.HOSTED
        assert link.state == AVAILABLE
        if survey.request.by_age:
            assert each.age_days is None or each.age_days > MAX_AGE.days


@pytest.mark.parametrize("links_a_group", [2, 10_000], ids=["pairs", "one group for all"])
def test_planning_is_linear_in_the_number_of_links(links_a_group: int) -> None:
    """Counts calls instead of seconds, so that a busy machine changes nothing."""
    few, many = (_calls(number, links_a_group) for number in (500, 5000))

    assert many / few < 11


def _calls(number: int, links_a_group: int) -> int:
    estate = tuple(
        Link(
            id=f"dxcon-{each:08d}",
            kind=LinkKind.CONNECTION,
            state=AVAILABLE,
            mode=MUST_ENCRYPT,
            macsec_capable=True,
            keys=(Key("ab" * 32, f"arn:{each}", ASSOCIATED, None),),
            ports=(Port(f"dxcon-{each:08d}", AVAILABLE, ENCRYPTION_UP),),
            tags={GROUP_TAG: f"group-{each // links_a_group}"},
        )
        for each in range(number)
    )
    survey = Survey(estate, FleetRequest(), NOW, NOW, Rules(MAX_AGE, may_loosen=False), 40, timedelta(hours=24))
    counted = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        plan = lay_out(survey)
    finally:
        sys.setprofile(before)
    assert len(plan.due) == min(number, MOST_LINKS_A_RUN)
    return counted
