from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dxmacsec.adapters.coordinator_ledger import DynamoCoordinatorLedger
from dxmacsec.interfaces import Owner

A, B = "111111111111/eu-west-1", "222222222222/eu-west-1"


@pytest.fixture
def ledger(dynamo: Any) -> DynamoCoordinatorLedger:  # noqa: ANN401 - the SDK makes the class at run time
    return DynamoCoordinatorLedger(dynamo, "ledger")


def test_what_members_hold_is_read_as_it_was_written_last(ledger: DynamoCoordinatorLedger) -> None:
    assert ledger.holdings() == {}

    ledger.set_holding(A, ("org:paris",))
    ledger.set_holding(B, ())
    ledger.set_holding(A, ("org:oslo", "org:paris"))

    assert ledger.holdings() == {A: ("org:oslo", "org:paris"), B: ()}


def test_a_coordinator_in_a_members_account_has_a_lock_of_its_own_table(ledger: DynamoCoordinatorLedger) -> None:
    mine = Owner("arn:mine", "mine", datetime(2026, 1, 1, tzinfo=UTC))

    assert ledger.take_fleet(mine) is None
    assert ledger.take_fleet(Owner("arn:other", "other", mine.since)) == mine
    assert ledger.holdings() == {}
