"""Locks of a dead execution change their owner by conditional writes only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.ledger import DynamoLedger
from dxmacsec.errors import ServiceFault
from dxmacsec.interfaces import Owner

if TYPE_CHECKING:
    from boto3 import Session

TABLE, LINK, GROUP = "ledger", "dxcon-fg5678gh", "datacentre-north"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MINE, DEAD, OTHERS = (Owner(f"arn:{name}", name, NOW) for name in ("mine", "dead", "others"))


@pytest.fixture
def ledger(aws: Session) -> DynamoLedger:
    client = aws.client("dynamodb")
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    return DynamoLedger(client, TABLE)


def test_both_locks_of_a_dead_rotation_are_taken_over(ledger: DynamoLedger) -> None:
    ledger.take_rotation(LINK, GROUP, DEAD)

    assert ledger.take_over_rotation(LINK, GROUP, DEAD.execution, MINE)
    assert ledger.rotation_owner(LINK, None) == MINE
    assert ledger.rotation_owner("dxcon-another1", GROUP) == MINE


def test_a_repeat_finds_them_ours(ledger: DynamoLedger) -> None:
    ledger.take_rotation(LINK, GROUP, DEAD)
    ledger.take_over_rotation(LINK, GROUP, DEAD.execution, MINE)

    assert ledger.take_over_rotation(LINK, GROUP, DEAD.execution, MINE)


def test_a_lock_that_names_another_one_stays_theirs(ledger: DynamoLedger) -> None:
    ledger.take_rotation(LINK, GROUP, OTHERS)

    assert not ledger.take_over_rotation(LINK, GROUP, DEAD.execution, MINE)
    assert ledger.rotation_owner(LINK, GROUP) == OTHERS


def test_a_lock_that_was_freed_is_not_taken(ledger: DynamoLedger) -> None:
    assert not ledger.take_over_rotation(LINK, GROUP, DEAD.execution, MINE)
    assert ledger.rotation_owner(LINK, GROUP) is None


def test_a_group_that_somebody_took_meanwhile_stays_theirs_and_the_link_is_ours(ledger: DynamoLedger) -> None:
    ledger.take_rotation(LINK, None, DEAD)
    ledger.take_rotation("dxcon-another1", GROUP, OTHERS)

    assert ledger.take_over_rotation(LINK, GROUP, DEAD.execution, MINE)
    assert ledger.holds_rotation(LINK, MINE.execution)
    assert ledger.rotation_owner("dxcon-third001", GROUP) == OTHERS


def test_a_link_without_a_group_is_taken_by_itself(ledger: DynamoLedger) -> None:
    ledger.take_rotation(LINK, None, DEAD)

    assert ledger.take_over_rotation(LINK, None, DEAD.execution, MINE)


def test_the_acting_lock_is_taken_over_from_the_dead_one_only(ledger: DynamoLedger) -> None:
    assert not ledger.take_over_acting(LINK, DEAD.execution, MINE)
    ledger.take_acting(LINK, OTHERS)
    assert not ledger.take_over_acting(LINK, DEAD.execution, MINE)
    assert ledger.take_over_acting(LINK, OTHERS.execution, MINE)
    assert ledger.holds_acting(LINK, MINE.execution)


def test_another_transaction_in_the_way_is_a_fault_and_no_answer(aws: Session) -> None:
    client: Any = aws.client("dynamodb")
    with Stubber(client) as wire:
        wire.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": [{"Code": "TransactionConflict"}]},
        )

        with pytest.raises(ServiceFault):
            DynamoLedger(client, TABLE).take_over_acting(LINK, DEAD.execution, MINE)


def test_both_locks_are_taken_from_a_dead_execution(ledger: DynamoLedger) -> None:
    ledger.take_rotation(LINK, GROUP, DEAD)

    assert ledger.take_from_dead(LINK, GROUP, DEAD.execution, MINE)
    assert ledger.take_from_dead(LINK, GROUP, DEAD.execution, MINE)
    assert ledger.rotation_owner(LINK, None) == MINE
    assert ledger.rotation_owner("dxcon-another1", GROUP) == MINE


def test_a_partner_takes_the_groups_lock_from_a_dead_execution(ledger: DynamoLedger) -> None:
    ledger.take_rotation(LINK, GROUP, DEAD)

    assert ledger.take_from_dead("dxcon-another1", GROUP, DEAD.execution, MINE)
    assert ledger.rotation_owner(LINK, None) == DEAD


def test_nothing_is_taken_from_a_dead_execution_beside_somebody_elses_lock(ledger: DynamoLedger) -> None:
    ledger.take_rotation(LINK, None, DEAD)
    ledger.take_rotation("dxcon-another1", GROUP, OTHERS)

    assert not ledger.take_from_dead(LINK, GROUP, DEAD.execution, MINE)
    assert ledger.rotation_owner(LINK, None) == DEAD
