from __future__ import annotations

from datetime import UTC, datetime, timedelta
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


def test_runs_are_read_the_newest_first_and_no_more_than_asked_for(ledger: DynamoCoordinatorLedger) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for day in range(3):
        ledger.fleet_record(f"r{day}", at + timedelta(days=day), {"status": "SUCCEEDED", "day": day})

    newest, before = ledger.runs(2)

    assert (newest.id, newest.started_at, newest.report["day"]) == ("r2", at + timedelta(days=2), 2)
    assert before.id == "r1"


def test_the_run_in_order_is_known_until_it_is_over(ledger: DynamoCoordinatorLedger) -> None:
    mine = Owner("arn:mine", "mine", datetime(2026, 1, 1, tzinfo=UTC))
    assert ledger.at_work() is None

    ledger.take_fleet(mine)
    assert ledger.at_work() == mine

    ledger.free_fleet("arn:mine")
    assert ledger.at_work() is None
