"""What a look at the link says while the rotation waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dxmacsec.model import Link, ManagedSecret, Watch
from dxmacsec.policy import watching
from tests.unit.policy.situations import DOWN, LAG, NOW, a_key, a_link, a_port, new_key, old_key

DEADLINE = timedelta(minutes=30)
JUST_BEGUN = Watch(NOW, NOW)
LONG_UP = Watch(NOW - 2 * LAG, NOW - 2 * LAG)
OVER = Watch(NOW - DEADLINE)
BOTH = (a_key("old"), a_key("new"))
DARK = (a_port(encryption=DOWN),)


@pytest.mark.parametrize(
    ("link", "dark_at_plan", "watch", "next_"),
    [
        (a_link(*BOTH), (), JUST_BEGUN, "associated"),
        (a_link(*BOTH, ports=DARK), ("dxcon-fg5678gh",), JUST_BEGUN, "associated"),
        (a_link(*BOTH, ports=DARK), (), JUST_BEGUN, "waiting"),
        (a_link(a_key("old"), a_key("new", "associating")), (), JUST_BEGUN, "waiting"),
        (a_link(*BOTH, state="pending"), (), JUST_BEGUN, "waiting"),
        (a_link(*BOTH, ports=(a_port(state="pending"),)), (), JUST_BEGUN, "waiting"),
        (a_link(a_key("old")), (), OVER, "deadline"),
        (a_link(a_key("old"), a_key("new", "associating"), ports=DARK), (), OVER, "deadline"),
    ],
)
def test_association(link: Link, dark_at_plan: tuple[str, ...], watch: Watch, next_: str) -> None:
    verdict = watching.association(link, new_key(), dark_at_plan=dark_at_plan, watch=watch, now=NOW, deadline=DEADLINE)

    assert verdict.next == next_


@pytest.mark.parametrize(
    ("link", "watch", "may"),
    [
        (a_link(a_key("old"), a_key("new", "associating")), LONG_UP, True),
        (a_link(a_key("old"), a_key("new")), LONG_UP, False),
        (a_link(a_key("old")), LONG_UP, False),
        (a_link(a_key("new", "associating")), LONG_UP, False),
        (a_link(a_key("old", "associating"), a_key("new", "associating")), LONG_UP, False),
        (a_link(a_key("old"), a_key("new", "associating"), ports=DARK), LONG_UP, False),
        (a_link(a_key("old"), a_key("new", "associating")), JUST_BEGUN, False),
        (a_link(a_key("old"), a_key("new", "associating")), None, False),
    ],
    ids=[
        "the line surely does not need it",
        "it got associated after all",
        "it is not there",
        "it is the only one",
        "no other is associated",
        "the line is dark",
        "not up for long enough",
        "nobody watched",
    ],
)
def test_may_withdraw(link: Link, watch: Watch | None, *, may: bool) -> None:
    assert watching.may_withdraw(link, new_key(), watch=watch, now=NOW, status_lag=LAG) is may


def test_a_key_that_was_there_before_is_never_withdrawn() -> None:
    link = a_link(a_key("old"), a_key("new", "associating"))

    assert not watching.may_withdraw(link, new_key(was_on_link=True), watch=LONG_UP, now=NOW, status_lag=LAG)


@pytest.mark.parametrize(
    ("link", "minutes", "next_"),
    [(a_link(), 0, "waiting"), (a_link(), 59, "waiting"), (a_link(), 60, "baked"), (a_link(ports=DARK), 60, "dropped")],
)
def test_bake(link: Link, minutes: int, next_: str) -> None:
    watch = Watch(NOW - timedelta(minutes=minutes))

    assert watching.bake(link, watch, now=NOW, length=timedelta(hours=1), look_seconds=300).next == next_


@pytest.mark.parametrize(("unseen", "later"), [(300, 0), (360, 0), (361, 61), (900, 600)])
def test_a_time_in_which_nobody_looked_is_none_of_the_bake(unseen: int, later: int) -> None:
    watch = Watch(NOW - timedelta(hours=1)).seen(up=True, at=NOW - timedelta(seconds=unseen))

    less = watching.without_gaps(watch, now=NOW, look_seconds=300, longest_gap=timedelta(seconds=60))

    assert less.started_at - watch.started_at == timedelta(seconds=later)


def test_the_last_wait_of_a_bake_is_as_short_as_what_is_left() -> None:
    watch = Watch(NOW - timedelta(minutes=59))

    verdict = watching.bake(a_link(), watch, now=NOW, length=timedelta(hours=1), look_seconds=300)

    assert verdict.wait_seconds == 60


@pytest.mark.parametrize(
    ("link", "managed", "reason"),
    [
        (a_link(*BOTH), ManagedSecret.PRESENT, ""),
        (a_link(a_key("old")), ManagedSecret.PRESENT, "NewKeyNotAssociated"),
        (a_link(a_key("old"), a_key("new", "associating")), ManagedSecret.PRESENT, "NewKeyNotAssociated"),
        (a_link(a_key("old"), a_key("new", "disassociated")), ManagedSecret.PRESENT, "NewKeyNotAssociated"),
        (a_link(*BOTH, state="pending"), ManagedSecret.PRESENT, "LinkNotEncrypted"),
        (a_link(*BOTH, ports=DARK), ManagedSecret.PRESENT, "LinkNotEncrypted"),
        (a_link(*BOTH), ManagedSecret.GONE, "NoWayBack"),
        (a_link(*BOTH), ManagedSecret.SCHEDULED, "NoWayBack"),
    ],
)
def test_may_retire(link: Link, managed: ManagedSecret, reason: str) -> None:
    verdict = watching.may_retire(link, new_key(), old_key(adopted=True), managed=managed, accept_no_way_back=False)

    assert (verdict.next, verdict.reason) == ("refused" if reason else "retire", reason)


def test_the_confirmed_key_itself_is_never_retired() -> None:
    link = a_link(*BOTH)

    verdict = watching.may_retire(
        link, new_key("old"), old_key(), managed=ManagedSecret.PRESENT, accept_no_way_back=True
    )

    assert verdict.next == "refused"


def test_without_a_way_back_a_key_goes_only_where_the_owner_accepts() -> None:
    verdict = watching.may_retire(
        a_link(*BOTH), new_key(), old_key(adopted=True), managed=ManagedSecret.GONE, accept_no_way_back=True
    )

    assert verdict.next == "retire"


@pytest.mark.parametrize(
    ("link", "watch", "next_"),
    [
        (a_link(a_key("new")), LONG_UP, "retired"),
        (a_link(a_key("old", "disassociated"), a_key("new")), LONG_UP, "retired"),
        (a_link(a_key("new")), JUST_BEGUN, "waiting"),
        (a_link(*BOTH), LONG_UP, "waiting"),
        (a_link(a_key("new"), state="pending"), LONG_UP, "waiting"),
        (a_link(a_key("new"), ports=DARK), LONG_UP, "lost"),
        (a_link(a_key("new"), ports=(a_port("m1"), a_port("m2", encryption=DOWN))), LONG_UP, "lost"),
        (a_link(a_key("new"), ports=(a_port(state="down", encryption=DOWN),)), LONG_UP, "waiting"),
        (a_link(*BOTH), OVER, "stuck"),
        (a_link(a_key("new")), OVER, "stuck"),
    ],
    ids=[
        "gone and up for long enough",
        "listed as removed",
        "up, not for long",
        "not gone",
        "pending",
        "dark",
        "one member dark",
        "the port itself is down",
        "never left",
        "never up for long enough",
    ],
)
def test_retirement(link: Link, watch: Watch, next_: str) -> None:
    verdict = watching.retirement(link, old_key(), watch=watch, now=NOW, status_lag=LAG, deadline=DEADLINE)

    assert verdict.next == next_


@pytest.mark.parametrize(
    ("link", "watch", "next_"),
    [
        (a_link(*BOTH), JUST_BEGUN, "restored"),
        (a_link(*BOTH), OVER, "restored"),
        (a_link(a_key("new"), ports=DARK), JUST_BEGUN, "ask"),
        (a_link(a_key("old", "disassociating"), ports=DARK), JUST_BEGUN, "ask"),
        (a_link(a_key("old", "disassociated"), ports=DARK), JUST_BEGUN, "ask"),
        (a_link(a_key("old", "associating"), ports=DARK), JUST_BEGUN, "waiting"),
        (a_link(*BOTH, ports=DARK), JUST_BEGUN, "waiting"),
        (a_link(a_key("new"), ports=DARK), OVER, "dark"),
        (a_link(*BOTH, ports=DARK), OVER, "dark"),
    ],
)
def test_restoration(link: Link, watch: Watch, next_: str) -> None:
    assert watching.restoration(link, old_key(), watch=watch, now=NOW, deadline=DEADLINE).next == next_
