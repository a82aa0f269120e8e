"""Who needs somebody first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dxmacsec.board.urgency import Urgency, most_urgent_first, urgency_of
from dxmacsec.compliance import Status
from dxmacsec.interfaces import LinkView
from dxmacsec.model import SHOULD_ENCRYPT, LinkKind
from tests.unit.board.views import DARK_PORT, NOW, PAUSE, ROTATING, a_task, a_view

OLD: dict[str, Any] = {"due_at": NOW - timedelta(days=1)}
WRONG = ("KeyUnknown", Status.NON_COMPLIANT)

TABLE = [
    (a_view(), Urgency.WELL),
    (a_view(ports=(DARK_PORT,)), Urgency.DARK),
    (
        a_view(reason="NoKey", status=Status.NON_COMPLIANT, keys=(), mode=SHOULD_ENCRYPT, ports=(DARK_PORT,)),
        Urgency.DARK,
    ),
    (a_view(ports=(DARK_PORT,), pause=PAUSE, rotating=ROTATING), Urgency.DARK),
    (a_view(reason="Exempt", status=Status.EXEMPT, ports=(DARK_PORT,)), Urgency.QUIET),
    (a_view(pause=PAUSE, rotating=ROTATING, tasks=(a_task(),)), Urgency.PAUSED),
    (a_view(enforcement_pause=PAUSE), Urgency.PAUSED),
    (a_view(rotating=ROTATING, tasks=(a_task(),), **OLD), Urgency.WAITING),
    (a_view("dxcon-a", *WRONG), Urgency.WRONG),
    (a_view("dxcon-a", *WRONG, rotating=ROTATING), Urgency.WRONG),
    (a_view(**OLD), Urgency.OVERDUE),
    (a_view(rotating=ROTATING, **OLD), Urgency.ROTATING),
    (a_view(acting=ROTATING), Urgency.ROTATING),
    (a_view(reason="KeyChainFull", status=Status.WARNING), Urgency.WARNING),
    (a_view(standing=None), Urgency.UNKNOWN),
    (a_view(standing=None, kind=LinkKind.HOSTED, keys=(), mode=None, due_at=None), Urgency.QUIET),
    (a_view(reason="HostedConnection", status=Status.NOT_APPLICABLE, keys=(), mode=None, due_at=None), Urgency.QUIET),
]


@pytest.mark.parametrize(("view", "urgency"), TABLE, ids=[each.name for _, each in TABLE])
def test_a_link_has_the_gravest_rank_that_fits(view: LinkView, urgency: Urgency) -> None:
    assert urgency_of(view, NOW) is urgency


def test_the_most_urgent_come_first_and_among_equals_the_first_to_end() -> None:
    soon, later = (a_view(f"dxcon-{name}", due_at=NOW + timedelta(days=d)) for name, d in (("z", 1), ("a", 2)))
    never = a_view("dxcon-b", due_at=None)
    late_task, early_task = (
        replace(a_view(f"dxcon-{name}"), rotating=ROTATING, tasks=(a_task(hours=hours),))
        for name, hours in (("c", 9), ("d", 2))
    )
    dark = a_view(ports=(DARK_PORT,))

    shown = [view.link.id for _, view in most_urgent_first((never, later, soon, late_task, early_task, dark), NOW)]

    assert shown == [dark.link.id, "dxcon-d", "dxcon-c", "dxcon-z", "dxcon-a", "dxcon-b"]


def test_every_rank_is_told_apart_without_colour() -> None:
    assert len({urgency.sign for urgency in Urgency}) == len({urgency.word for urgency in Urgency}) == len(Urgency)
