from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dxmacsec.fleet import KeySince
from dxmacsec.model import Key, Link, LinkKind
from dxmacsec.policy.key_age import due_at, used_since
from dxmacsec.policy.tags import Choices
from tests.unit.policy.situations import a_key, a_link, ckn

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
CHOSEN = Choices(timedelta(days=90))
WRITTEN = KeySince(ckn("a").upper(), MARCH, "r1")


def test_the_ledger_knows_best() -> None:
    assert used_since(a_link(a_key("a", start_on="2025-01-01")), WRITTEN) == MARCH


def test_the_ledger_says_nothing_of_a_key_that_somebody_else_brought() -> None:
    assert used_since(a_link(a_key("b", start_on="2026-01-01")), WRITTEN) == datetime(2026, 1, 1, tzinfo=UTC)


def test_the_oldest_of_several_keys_may_be_the_one_in_use() -> None:
    link = a_link(a_key("a", start_on="2026-01-05T00:00:00Z"), a_key("b", start_on="2025-12-05T00:00:00Z"))

    assert used_since(link, None) == datetime(2025, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "keys",
    [(), (a_key("a", start_on=None),), (a_key("a"), a_key("b", start_on=None)), (a_key("a", start_on="some day"),)],
    ids=["no key", "an empty startOn", "one of two without startOn", "no time"],
)
def test_an_age_that_nobody_knows_is_none(keys: tuple[Key, ...]) -> None:
    assert used_since(a_link(*keys), None) is None


def test_a_removed_key_that_is_still_listed_does_not_count() -> None:
    link = a_link(a_key("a", state="disassociated", start_on="2020-01-01"), a_key("b", start_on="2026-01-01"))

    assert used_since(link, None) == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_link_is_due_when_its_key_reaches_the_age_that_holds_for_it() -> None:
    assert due_at(a_link(a_key("a")), MARCH, CHOSEN, MARCH, onboard=False) == MARCH + timedelta(days=90)


def test_a_key_whose_age_nobody_knows_is_due_now() -> None:
    assert due_at(a_link(a_key("a", start_on=None)), None, CHOSEN, MARCH, onboard=False) == MARCH


@pytest.mark.parametrize(
    ("link", "chosen"),
    [
        (a_link(a_key("a"), macsec_capable=False), CHOSEN),
        (a_link(a_key("a"), kind=LinkKind.HOSTED), CHOSEN),
        (a_link(a_key("a")), replace(CHOSEN, rotate=False)),
    ],
    ids=["no MACsec", "a hosted connection", "rotation is off by a tag"],
)
def test_what_is_never_rotated_by_age_is_never_due(link: Link, chosen: Choices) -> None:
    now = MARCH + timedelta(days=1000)

    assert due_at(link, MARCH, chosen, now, keyed_before=True, onboard=True) is None


@pytest.mark.parametrize(
    ("link", "keyed_before", "onboard", "due"),
    [
        (a_link(), False, False, None),
        (a_link(), True, False, MARCH),
        (a_link(), False, True, MARCH),
        (a_link(a_key("a", state="disassociated")), False, False, MARCH),
    ],
    ids=["its first one is somebody's choice", "it had one", "it gets its first one", "a removed one is still listed"],
)
def test_a_link_without_a_key_is_due_where_it_gets_one_by_itself(
    link: Link, *, keyed_before: bool, onboard: bool, due: datetime | None
) -> None:
    assert due_at(link, None, CHOSEN, MARCH, keyed_before=keyed_before, onboard=onboard) == due
