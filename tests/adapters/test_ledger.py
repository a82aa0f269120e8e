from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.ledger import DynamoLedger
from dxmacsec.adapters.ledger_stories import DynamoStories
from dxmacsec.errors import AccessDenied, ServiceFault, Throttled
from dxmacsec.interfaces import Note, Owner, Pause, StoryRow, TaskRow
from dxmacsec.model import RouterTaskKind

if TYPE_CHECKING:
    from collections.abc import Callable

TABLE = "ledger"
LINK = "dxcon-fg5678gh"
OTHER_LINK = "dxcon-fh2j4k6m"
GROUP = "datacentre-north"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MINE = Owner("arn:mine", "mine", NOW)
OTHERS = Owner("arn:others", "others", NOW - timedelta(hours=1))


@pytest.fixture
def ledger(dynamo: Any) -> DynamoLedger:  # noqa: ANN401 - see above
    return DynamoLedger(dynamo, TABLE)


def rows(dynamo: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - see above
    items: list[dict[str, Any]] = dynamo.scan(TableName=TABLE)["Items"]
    return items


def test_takes_both_locks_and_knows_them_as_its_own(ledger: DynamoLedger, dynamo: Any) -> None:  # noqa: ANN401
    other = ledger.take_rotation(LINK, GROUP, MINE)

    assert other is None
    assert ledger.holds_rotation(LINK, MINE.execution)
    assert {(row["pk"]["S"], row["sk"]["S"]) for row in rows(dynamo)} == {
        (f"LINK#{LINK}", "LOCK#rotation"),
        (f"GROUP#{GROUP}", "LOCK#rotation"),
    }


def test_takes_its_own_locks_again_after_a_lost_answer(ledger: DynamoLedger) -> None:
    ledger.take_rotation(LINK, GROUP, MINE)

    assert ledger.take_rotation(LINK, GROUP, MINE) is None


def test_says_who_rotates_the_link_and_takes_nothing(ledger: DynamoLedger) -> None:
    ledger.take_rotation(LINK, None, OTHERS)

    other = ledger.take_rotation(LINK, GROUP, MINE)

    assert other == OTHERS
    assert not ledger.holds_rotation(LINK, MINE.execution)
    assert ledger.take_rotation(OTHER_LINK, GROUP, OTHERS) is None


def test_says_who_rotates_another_link_of_the_group_and_takes_nothing(ledger: DynamoLedger) -> None:
    ledger.take_rotation(OTHER_LINK, GROUP, OTHERS)

    other = ledger.take_rotation(LINK, GROUP, MINE)

    assert other == OTHERS
    assert ledger.rotation_owner(LINK, None) is None
    assert ledger.rotation_owner(LINK, GROUP) == OTHERS


def test_frees_only_its_own_rotation_locks(ledger: DynamoLedger) -> None:
    ledger.take_rotation(LINK, GROUP, OTHERS)

    ledger.free_rotation(LINK, GROUP, MINE.execution)
    assert ledger.holds_rotation(LINK, OTHERS.execution)
    ledger.free_rotation(LINK, GROUP, OTHERS.execution)
    ledger.free_rotation(LINK, GROUP, OTHERS.execution)

    assert ledger.rotation_owner(LINK, GROUP) is None


def test_the_acting_lock_is_one_and_named(ledger: DynamoLedger) -> None:
    assert ledger.take_acting(LINK, MINE) is None
    assert ledger.take_acting(LINK, MINE) is None
    assert ledger.take_acting(LINK, OTHERS) == MINE
    assert ledger.holds_acting(LINK, MINE.execution)
    assert not ledger.holds_acting(LINK, OTHERS.execution)

    ledger.free_acting(LINK, OTHERS.execution)
    assert ledger.holds_acting(LINK, MINE.execution)
    ledger.free_acting(LINK, MINE.execution)

    assert not ledger.holds_acting(LINK, MINE.execution)


def test_two_locks_are_taken_again_though_a_change_waits_at_one(ledger: DynamoLedger, dynamo: Any) -> None:  # noqa: ANN401
    ledger.take_rotation(LINK, None, MINE)
    waiting = {**next(iter(rows(dynamo))), "waiting": {"M": {}}}
    dynamo.put_item(TableName=TABLE, Item=waiting)

    assert ledger.take_rotation(LINK, GROUP, MINE) is None

    assert ledger.rotation_owner(OTHER_LINK, GROUP) == MINE
    assert waiting in rows(dynamo)


def test_a_lock_that_nobody_describes_is_a_fault(ledger: DynamoLedger, dynamo: Any) -> None:  # noqa: ANN401
    with Stubber(dynamo) as wire:
        reasons = [{"Code": "ConditionalCheckFailed"}]
        canceled = "TransactionCanceledException"
        wire.add_client_error("transact_write_items", canceled, modeled_fields={"CancellationReasons": reasons})

        with pytest.raises(ServiceFault, match="does not say what is in the way"):
            ledger.take_acting(LINK, MINE)


def test_both_kinds_of_lock_and_pause_are_apart(ledger: DynamoLedger) -> None:
    ledger.take_rotation(LINK, None, MINE)

    assert ledger.take_acting(LINK, OTHERS) is None


def test_an_earlier_pause_stays(ledger: DynamoLedger) -> None:
    first = Pause("UnknownAnswer", "AWS said something new.", "rotation-1", NOW)
    ledger.set_pause(LINK, first)

    ledger.set_pause(LINK, Pause("LinkDark", "Dark.", "rotation-2", NOW))

    assert ledger.pause(LINK) == first
    assert ledger.enforcement_pause(LINK) is None


def test_enforcement_pauses_by_itself(ledger: DynamoLedger) -> None:
    pause = Pause("ModeLowered", "Encryption was lost.", "enforcement-1", NOW)

    ledger.set_enforcement_pause(LINK, pause)

    assert ledger.enforcement_pause(LINK) == pause
    assert ledger.pause(LINK) is None


BY_HAND = Pause("PausedByHand", "Fibre work.", "arn:aws:iam::123456789012:user/ada", NOW)
DARK = Pause("LinkDark", "Dark.", "rotation-2", NOW)
NOTE = Note("paused", NOW, {"what": "paused", "by": "ada", "why": "Fibre work."})


def test_a_pause_by_hand_and_its_note_are_written_together(ledger: DynamoLedger, dynamo: Any) -> None:  # noqa: ANN401
    assert ledger.pause_by_hand(LINK, BY_HAND, NOTE)

    assert ledger.pause(LINK) == BY_HAND
    assert list(DynamoStories(dynamo, TABLE).of_link(LINK)) == [StoryRow(LINK, "note", "paused", NOW, NOTE.record)]


def test_a_pause_by_hand_leaves_an_earlier_one_and_notes_nothing(ledger: DynamoLedger, dynamo: Any) -> None:  # noqa: ANN401
    earlier = Pause("UnknownAnswer", "AWS said something new.", "rotation-1", NOW)
    ledger.set_pause(LINK, earlier)

    assert not ledger.pause_by_hand(LINK, BY_HAND, NOTE)

    assert ledger.pause(LINK) == earlier
    assert list(DynamoStories(dynamo, TABLE).of_link(LINK)) == []


OVER_BY_HAND = replace(
    DARK,
    sentence=f"Dark. Before that it was paused by hand by {BY_HAND.by}: Fibre work.",
)


def test_the_products_own_pause_takes_the_place_of_one_by_hand_and_keeps_who_and_why(ledger: DynamoLedger) -> None:
    ledger.pause_by_hand(LINK, BY_HAND, NOTE)

    ledger.set_pause(LINK, DARK)
    ledger.set_pause(LINK, replace(DARK, by="rotation-3"))

    assert ledger.pause(LINK) == OVER_BY_HAND
    assert not ledger.clear_pause(LINK, BY_HAND, NOTE)


@pytest.mark.parametrize(
    ("meanwhile", "left"),
    [
        (lambda ledger: ledger.clear_pause(LINK, BY_HAND, NOTE), OVER_BY_HAND),
        (
            lambda ledger: ledger.set_pause(LINK, replace(DARK, by="rotation-3")),
            replace(OVER_BY_HAND, by="rotation-3"),
        ),
    ],
    ids=["it was resumed", "another pause came"],
)
def test_a_pause_by_hand_that_went_while_it_was_read_keeps_no_pause_away(
    ledger: DynamoLedger,
    dynamo: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: Callable[[DynamoLedger], object],
    left: Pause,
) -> None:
    ledger.set_pause(LINK, BY_HAND)
    put = dynamo.put_item

    def put_later(**request: Any) -> Any:  # noqa: ANN401
        if "Before that" in request["Item"]["sentence"]["S"]:
            monkeypatch.setattr(dynamo, "put_item", put)
            meanwhile(ledger)
        return put(**request)

    monkeypatch.setattr(dynamo, "put_item", put_later)

    ledger.set_pause(LINK, DARK)

    assert ledger.pause(LINK) == left


def test_clearing_takes_the_one_pause_and_leaves_the_other(ledger: DynamoLedger, dynamo: Any) -> None:  # noqa: ANN401
    lowered = Pause("ModeLowered", "Encryption was lost.", "enforcement-1", NOW)
    ledger.set_pause(LINK, BY_HAND)
    ledger.set_enforcement_pause(LINK, lowered)

    assert ledger.clear_pause(LINK, BY_HAND, NOTE)
    assert (ledger.pause(LINK), ledger.enforcement_pause(LINK)) == (None, lowered)
    assert ledger.clear_enforcement_pause(LINK, lowered, Note("enforcement-cleared", NOW, {}))

    assert ledger.enforcement_pause(LINK) is None
    assert {row.id for row in DynamoStories(dynamo, TABLE).of_link(LINK)} == {"paused", "enforcement-cleared"}


@pytest.mark.parametrize(
    "seen",
    [
        Pause("LinkDark", BY_HAND.sentence, BY_HAND.by, BY_HAND.at),
        Pause(BY_HAND.reason, BY_HAND.sentence, "somebody else", BY_HAND.at),
        Pause(BY_HAND.reason, BY_HAND.sentence, BY_HAND.by, NOW - timedelta(minutes=1)),
    ],
    ids=["of another reason", "by another person", "of another moment"],
)
def test_a_pause_that_nobody_saw_is_not_cleared(ledger: DynamoLedger, dynamo: Any, seen: Pause) -> None:  # noqa: ANN401
    ledger.set_pause(LINK, BY_HAND)

    assert not ledger.clear_pause(LINK, seen, NOTE)

    assert ledger.pause(LINK) == BY_HAND
    assert list(DynamoStories(dynamo, TABLE).of_link(LINK)) == []


def test_a_pause_that_is_gone_is_not_cleared_again(ledger: DynamoLedger) -> None:
    assert not ledger.clear_pause(LINK, BY_HAND, NOTE)


def test_a_record_is_written_whole_once_however_often(ledger: DynamoLedger, dynamo: Any) -> None:  # noqa: ANN401
    record = {"status": "SUCCEEDED", "seconds": 12.5, "checks": [{"seen": "Up"}], "reason": None}

    ledger.record(LINK, "rotation-1", NOW, record)
    ledger.record(LINK, "rotation-1", NOW, record)

    (row,) = rows(dynamo)
    assert row["sk"]["S"] == "ROTATION#2026-01-02T03:04:05+00:00#rotation-1"
    assert row["record"]["M"]["seconds"] == {"N": "12.5"}
    assert "expires_at" not in row


def test_a_task_that_waits_expires_a_week_after_its_deadline(ledger: DynamoLedger, dynamo: Any) -> None:  # noqa: ANN401
    deadline = NOW + timedelta(hours=24)
    message = {"task": "prove", "ports": [LINK]}

    ledger.put_task(TaskRow("r.prove.1", LINK, RouterTaskKind.PROVE, "r", "token-1", NOW, deadline, message))

    (row,) = rows(dynamo)
    assert row["token"]["S"] == "token-1"
    assert row["message"]["M"] == {"task": {"S": "prove"}, "ports": {"L": [{"S": LINK}]}}
    assert row["expires_at"]["N"] == str(int((deadline + timedelta(days=7)).timestamp()))


def test_a_task_that_waits_no_more_is_dropped(ledger: DynamoLedger, dynamo: Any) -> None:  # noqa: ANN401
    ledger.put_task(TaskRow("r.prove.1", LINK, RouterTaskKind.PROVE, "r", "token-1", NOW, NOW, {}))

    ledger.drop_task(LINK, "r.prove.1")
    ledger.drop_task(LINK, "r.prove.1")

    assert rows(dynamo) == []


def test_a_transaction_in_the_way_is_no_owner_but_a_fault(ledger: DynamoLedger, dynamo: Any) -> None:  # noqa: ANN401
    with Stubber(dynamo) as wire:
        wire.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": [{"Code": "TransactionConflict"}]},
        )

        with pytest.raises(ServiceFault, match="TransactionConflict"):
            ledger.take_rotation(LINK, None, MINE)


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        ("transact_write_items", lambda ledger: ledger.take_acting(LINK, MINE)),
        ("delete_item", lambda ledger: ledger.free_acting(LINK, MINE.execution)),
        ("put_item", lambda ledger: ledger.set_pause(LINK, Pause("a", "b", "c", NOW))),
        ("put_item", lambda ledger: ledger.record(LINK, "r", NOW, {})),
        ("get_item", lambda ledger: ledger.pause(LINK)),
        ("delete_item", lambda ledger: ledger.drop_task(LINK, "t")),
    ],
)
@pytest.mark.parametrize(
    ("code", "expected"),
    [("ProvisionedThroughputExceededException", Throttled), ("AccessDeniedException", AccessDenied)],
)
def test_failures_take_the_common_road(
    operation: str,
    call: Any,  # noqa: ANN401
    code: str,
    expected: type[Exception],
    ledger: DynamoLedger,
    dynamo: Any,  # noqa: ANN401
) -> None:
    with Stubber(dynamo) as wire:
        wire.add_client_error(operation, code)

        with pytest.raises(expected):
            call(ledger)
