from __future__ import annotations

from datetime import UTC, datetime
from threading import Event
from typing import Any, cast

import pytest

from dxmacsec.model import Cak, KeyPair
from real_mka.aws_end import AwsEnd, carried, offered
from real_mka.controls import Control
from real_mka.customer_end import with_wrong_cak
from real_mka.flows import (
    ARRIVAL,
    COUNT,
    Direction,
    Loss,
    Moment,
    Notes,
    direction,
    located,
    longest_gap,
    read_notes,
)
from real_mka.guest import flow as guest_flow
from sandbox.twin import CallRecord, KeyLife

NOW = datetime(2026, 1, 2, tzinfo=UTC)
LINK = "dxcon-fg5678gh"


def life(ckn: str, *, associated: bool = True, removed: bool = False) -> KeyLife:
    return KeyLife(ckn, NOW, NOW if associated else None, NOW if removed else None)


def test_a_flow_that_arrives_whole_has_lost_nothing() -> None:
    sender, receiver = Notes(3, ()), Notes(9, ((0, 10.0), (1, 10.25), (2, 10.5)))

    assert direction(sender, receiver) == Direction(3, 0, 0, 0.25)


def test_what_never_arrived_is_lost_and_what_came_twice_is_no_replacement() -> None:
    receiver = Notes(0, ((0, 10.0), (0, 10.5), (4, 13.0)))

    assert direction(Notes(5, ()), receiver) == Direction(5, 3, 1, 2.5, (Loss(3, 10.0),))


def test_a_flow_of_which_nothing_arrives_is_lost_whole() -> None:
    assert direction(Notes(7, ()), Notes(0, ())) == Direction(7, 7, 0, 0.0, (Loss(7, None),))


def test_losses_in_a_row_are_one_and_those_apart_are_several() -> None:
    receiver = Notes(0, ((1, 10.0), (2, 10.1), (5, 10.4), (6, 10.5)))

    assert direction(Notes(9, ()), receiver).losses == (Loss(1, None), Loss(2, 10.1), Loss(2, 10.5))


def test_a_loss_is_told_by_what_happened_last_before_it() -> None:
    moments = [Moment(20.0, "later"), Moment(5.0, "first"), Moment(10.0, "second")]

    assert located(Loss(2, 10.5), moments) == "2 lost 0.50 s after: second"
    assert located(Loss(1, 4.0), moments) == "1 before anything happened"
    assert located(Loss(3, None), moments) == "3 at the beginning"


def test_the_longest_gap_does_not_depend_on_the_order_of_arrival() -> None:
    assert longest_gap([5.0, 1.0, 2.0]) == 3.0
    assert longest_gap([1.0]) == 0.0


def test_the_notes_of_the_guest_are_read_as_it_writes_them() -> None:
    assert (COUNT.format, ARRIVAL.format) == (guest_flow.COUNT.format, guest_flow.ARRIVAL.format)
    body = COUNT.pack(7) + ARRIVAL.pack(0, 1.5) + ARRIVAL.pack(6, 2.5)

    assert read_notes(body) == Notes(7, ((0, 1.5), (6, 2.5)))


def test_a_control_has_lost_only_if_one_way_lost_more_than_a_hiccup() -> None:
    def way(lost: int) -> Direction:
        return Direction(1000, lost, 0, 0.0)

    assert Control("", way(0), way(100)).loses
    assert Control("", way(100), way(0)).loses
    assert not Control("", way(60), way(60)).loses


def test_a_chain_offers_what_is_associated_and_not_gone_the_newest_first() -> None:
    lives = [life("AA", removed=True), life("BB"), life("CC"), life("DD", associated=False)]

    assert offered(lives) == ("cc", "bb")


def test_the_newest_key_that_works_carries_and_else_the_one_before_it() -> None:
    assert carried(("new", "old"), {"new", "old"}.__contains__) == "new"
    assert carried(("new", "old"), {"old"}.__contains__) == "old"
    assert carried(("new", "old"), set().__contains__) is None


def test_one_digit_of_a_wrong_cak_differs() -> None:
    pair = KeyPair("ab" * 32, Cak("1f" * 32))

    wrong = with_wrong_cak(pair)

    assert wrong.ckn == pair.ckn
    assert wrong.cak.reveal() == "1f" * 31 + "1e"


class Keys:
    """Keys at AWS's end; those in `work` come up."""

    def __init__(self) -> None:
        self.added: list[KeyPair] = []
        self.dropped: list[str] = []
        self.work: set[str] = set()

    def add(self, pair: KeyPair) -> None:
        self.added.append(pair)

    def move_to(self, ckn: str) -> bool:
        return ckn in self.work

    def drop(self, ckn: str) -> None:
        self.dropped.append(ckn)


class Chain:
    """AWS's end with keys and a key chain that a test changes."""

    def __init__(self) -> None:
        self.lives: list[KeyLife] = []
        self.keys = Keys()
        self.seconds = 0.0
        self.end = AwsEnd(LINK, cast("Any", self.keys), lambda: self.lives, lambda: self.seconds)

    def associate(self, ckn: str, *, link: str = LINK) -> None:
        parameters = {"connectionId": link, "ckn": ckn.upper(), "cak": "22" * 32}
        self.end.heard(CallRecord("AssociateMacSecKey", parameters, {}, None, "someone", NOW))


OLD, NEW = "0d" * 32, "ab" * 32


def rotated() -> Chain:
    chain = Chain()
    for ckn in (OLD, NEW):
        chain.associate(ckn)
        chain.lives.append(life(ckn))
        chain.keys.work.add(ckn)
        chain.seconds += 10
        chain.end.look()
    return chain


def test_the_peer_runs_each_key_that_is_associated_and_moves_to_the_newest() -> None:
    chain = rotated()

    assert [pair.ckn.lower() for pair in chain.keys.added] == [OLD, NEW]
    assert chain.end.in_use == NEW
    assert chain.end.moved_at == {OLD: 10, NEW: 20}


def test_the_peer_stays_on_the_last_working_key_while_the_newest_does_not_come_up() -> None:
    chain = rotated()
    chain.keys.work.remove(NEW)

    chain.end.look()

    assert chain.end.in_use == OLD
    assert chain.end.moments[-1].what == f"AWS's end is on {OLD[:8]}"


def test_the_peer_takes_a_key_off_once_the_chain_holds_it_no_more_and_only_once() -> None:
    chain = rotated()
    chain.lives[0] = life(OLD, removed=True)
    chain.seconds = 30

    chain.end.look()
    chain.end.look()

    assert chain.keys.dropped == [OLD]
    assert chain.end.removed_at == {OLD: 30}


def test_the_peer_learns_no_key_of_another_link() -> None:
    chain = Chain()
    chain.associate(NEW, link="dxcon-elsewhere")
    chain.lives.append(life(NEW))

    with pytest.raises(KeyError):
        chain.end.look()


def test_the_peer_is_settled_on_the_newest_key_with_nothing_to_take_off() -> None:
    chain = rotated()
    assert not chain.end.unsettled

    chain.lives[0] = life(OLD, removed=True)
    assert chain.end.unsettled

    chain.end.look()
    assert not chain.end.unsettled
    chain.lives.append(life("ee" * 32))
    assert chain.end.unsettled


def test_the_peer_stops_when_it_is_told_to() -> None:
    chain, stopping = Chain(), Event()
    stopping.set()

    chain.end.run(stopping)

    assert chain.keys.added == []
