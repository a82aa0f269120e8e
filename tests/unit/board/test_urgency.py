"""Who needs somebody first, on the board and in the command."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cli.links.colours import STYLES
from dxmacsec.board.urgency import SAID, Urgency, most_urgent, urgency
from dxmacsec.compliance import Standing, Status
from dxmacsec.interfaces import LinkView, Owner, Pause, TaskRow
from dxmacsec.model import LinkKind, RouterMode, RouterTaskKind
from tests.unit.policy.situations import DOWN, NOW, a_key, a_link, a_port

OWNER = Owner("arn:r1", "r1", NOW)
PAUSE = Pause("LinkDark", "It stayed dark.", "r1", NOW)
TASK = TaskRow("r1.prove.1", "dxcon-fg5678gh", RouterTaskKind.PROVE, "r1", "token", NOW, NOW, {})
AGENT = RouterMode.AGENT
FRESH = replace(TASK, sent_at=NOW - timedelta(minutes=20), deadline=NOW + timedelta(minutes=40))
STALE = replace(TASK, sent_at=NOW - timedelta(minutes=40), deadline=NOW + timedelta(minutes=20))
WELL = LinkView(a_link(a_key("a")), "north", True, due_at=NOW + timedelta(days=9))  # noqa: FBT003
DARK = a_link(a_key("a"), ports=(a_port(), a_port("dxcon-other000", encryption=DOWN)))


def standing(status: Status) -> Standing:
    return Standing("dxcon-fg5678gh", 1, status, ("SomeReason",), "Seen.", NOW)


CASES = {
    "a dark port in must_encrypt": (Urgency.DOWN, replace(WELL, link=DARK, tasks=(TASK,), rotating=OWNER)),
    "a port that is down in must_encrypt": (
        Urgency.DOWN,
        replace(WELL, link=a_link(a_key("a"), ports=(a_port(state="down"),))),
    ),
    "dark in should_encrypt": (Urgency.CLEAR, replace(WELL, link=replace(DARK, mode="should_encrypt"))),
    "not compliant": (Urgency.FIX, replace(WELL, standing=standing(Status.NON_COMPLIANT), tasks=(TASK,))),
    "a router task waits": (Urgency.ANSWER, replace(WELL, tasks=(TASK,), rotating=OWNER, pause=PAUSE)),
    "an agent was asked just now": (Urgency.BUSY, replace(WELL, tasks=(FRESH,), rotating=OWNER, router_mode=AGENT)),
    "an agent lets the time pass": (Urgency.ANSWER, replace(WELL, tasks=(STALE,), rotating=OWNER, router_mode=AGENT)),
    "paused": (Urgency.PAUSED, replace(WELL, pause=PAUSE, standing=standing(Status.WARNING))),
    "enforcement is paused": (Urgency.PAUSED, replace(WELL, enforcement_pause=PAUSE)),
    "a warning": (Urgency.WARN, replace(WELL, standing=standing(Status.WARNING), due_at=NOW)),
    "a rotation of a link that is due": (Urgency.BUSY, replace(WELL, rotating=OWNER, due_at=NOW)),
    "an enforcement": (Urgency.BUSY, replace(WELL, acting=OWNER)),
    "due": (Urgency.DUE, replace(WELL, due_at=NOW, standing=standing(Status.COMPLIANT))),
    "exempt, though due": (Urgency.EXEMPT, replace(WELL, due_at=NOW, standing=standing(Status.EXEMPT))),
    "never judged": (Urgency.NEW, WELL),
    "well": (Urgency.OK, replace(WELL, standing=standing(Status.COMPLIANT))),
    "hosted": (Urgency.NONE, replace(WELL, link=replace(DARK, kind=LinkKind.HOSTED))),
    "not capable": (Urgency.NONE, replace(WELL, link=a_link(macsec_capable=False, mode="no_encrypt"))),
}


@pytest.mark.parametrize(("expected", "view"), CASES.values(), ids=CASES)
def test_the_gravest_thing_a_link_asks_for_is_its_word(expected: Urgency, view: LinkView) -> None:
    assert urgency(view, NOW) is expected


def test_an_exempt_link_in_clear_is_not_called_for() -> None:
    link = replace(DARK, mode="should_encrypt")

    assert urgency(replace(WELL, link=link, standing=standing(Status.EXEMPT)), NOW) is Urgency.EXEMPT


def test_the_most_urgent_come_first_and_then_who_is_due_first() -> None:
    def named(name: str, view: LinkView) -> LinkView:
        return replace(view, link=replace(view.link, id=name))

    late = named("late", replace(WELL, standing=standing(Status.COMPLIANT), due_at=NOW + timedelta(days=30)))
    soon = named("soon", replace(late, due_at=NOW + timedelta(days=1)))
    never = named("never", replace(late, due_at=None))
    dark = named("dark", replace(WELL, link=DARK))

    ordered = most_urgent((never, late, soon, dark), NOW)

    assert [view.link.id for view in ordered] == ["dark", "soon", "late", "never"]


def test_among_those_that_wait_for_the_router_the_first_to_end_comes_first() -> None:
    def waiting(name: str, hours: int) -> LinkView:
        task = replace(TASK, deadline=NOW + timedelta(hours=hours))
        return replace(WELL, link=replace(WELL.link, id=name), rotating=OWNER, tasks=(task,))

    ordered = most_urgent((waiting("a-late", 9), waiting("z-early", 2)), NOW)

    assert [view.link.id for view in ordered] == ["z-early", "a-late"]


def test_every_word_is_told_apart_without_colour() -> None:
    assert set(SAID) == set(STYLES) == set(Urgency)
    assert len({asks.word for asks in Urgency}) == len({asks.sign for asks in Urgency}) == len(Urgency)
