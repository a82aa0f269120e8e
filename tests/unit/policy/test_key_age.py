from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dxmacsec.fleet import KeySince
from dxmacsec.model import Key
from dxmacsec.policy.key_age import used_since
from tests.unit.policy.situations import a_key, a_link, ckn

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
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
