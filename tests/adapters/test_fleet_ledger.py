from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.fleet_ledger import DynamoFleetLedger
from dxmacsec.adapters.ledger import DynamoLedger
from dxmacsec.adapters.ledger_reads import MOST_ROUNDS
from dxmacsec.errors import Throttled
from dxmacsec.fleet import KeySince, Maintenance
from dxmacsec.interfaces import Owner, Pause

TABLE = "ledger"
LINKS = [f"dxcon-{number:08d}" for number in range(230)]
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SINCE = KeySince("ab" * 32, NOW, "r1")
MINE, OTHERS = Owner("arn:mine", "mine", NOW), Owner("arn:others", "others", NOW - timedelta(hours=1))
PAUSE = Pause("UnknownAnswer", "What AWS said", "r1", NOW)
MAINTENANCE = Maintenance("arn:event", ("dxcon-fg5678gh",), NOW, NOW + timedelta(hours=4), "SCHEDULED")


@pytest.fixture
def ledger(dynamo: Any) -> DynamoFleetLedger:  # noqa: ANN401 - see above
    return DynamoFleetLedger(dynamo, TABLE)


def test_reads_the_ages_of_many_links_in_batches(ledger: DynamoFleetLedger) -> None:
    for link in (LINKS[0], LINKS[150], LINKS[229]):
        ledger.set_key_since(link, SINCE)

    assert ledger.key_since(LINKS) == {LINKS[0]: SINCE, LINKS[150]: SINCE, LINKS[229]: SINCE}
    assert ledger.key_since([]) == {}


def test_reads_the_pauses_that_the_ledger_wrote(ledger: DynamoFleetLedger, dynamo: Any) -> None:  # noqa: ANN401
    DynamoLedger(dynamo, TABLE).set_pause(LINKS[1], PAUSE)

    assert ledger.pauses(LINKS) == {LINKS[1]: PAUSE}


def test_reads_who_rotates_a_link_or_a_group(ledger: DynamoFleetLedger, dynamo: Any) -> None:  # noqa: ANN401
    DynamoLedger(dynamo, TABLE).take_rotation(LINKS[1], "north", MINE)

    assert ledger.rotating(LINKS, ["north", "south"]) == {LINKS[1]: MINE, "north": MINE}


def test_asks_again_for_what_a_batch_left_over(ledger: DynamoFleetLedger, dynamo: Any) -> None:  # noqa: ANN401
    key = {"pk": {"S": f"LINK#{LINKS[0]}"}, "sk": {"S": "KEY"}}
    item = {**key, "ckn": {"S": SINCE.ckn}, "since": {"S": NOW.isoformat()}, "rotation": {"S": "r1"}}
    left = {TABLE: {"Keys": [key], "ConsistentRead": True}}

    with Stubber(dynamo) as stub:
        stub.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": left})
        stub.add_response("batch_get_item", {"Responses": {TABLE: [item]}}, {"RequestItems": left})
        read = ledger.key_since(LINKS[:1])

    assert read == {LINKS[0]: SINCE}


def test_gives_up_when_a_batch_leaves_something_over_every_time(
    ledger: DynamoFleetLedger,
    dynamo: Any,  # noqa: ANN401 - the SDK makes the class at run time
) -> None:
    left = {TABLE: {"Keys": [{"pk": {"S": "LINK#a"}, "sk": {"S": "KEY"}}]}}

    stub = Stubber(dynamo)
    for _ in range(MOST_ROUNDS):
        stub.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": left})

    with stub, pytest.raises(Throttled, match="1 were left over"):
        ledger.key_since(LINKS[:1])


def test_pages_of_one_maintenance_add_their_links(ledger: DynamoFleetLedger) -> None:
    later = Maintenance("arn:event", ("dxcon-fh2j4k6m",), NOW, None, "SCHEDULED")

    ledger.put_maintenance(MAINTENANCE)
    first = ledger.maintenances()
    ledger.put_maintenance(later)
    ledger.put_maintenance(later)

    assert first == (MAINTENANCE,)
    assert ledger.maintenances() == (
        Maintenance("arn:event", ("dxcon-fg5678gh", "dxcon-fh2j4k6m"), NOW, None, "SCHEDULED"),
    )


def test_a_maintenance_without_links_is_kept_and_a_closed_one_forgotten(ledger: DynamoFleetLedger) -> None:
    anywhere = Maintenance("arn:anywhere", (), NOW, NOW, "SCHEDULED")
    for each in (MAINTENANCE, anywhere):
        ledger.put_maintenance(each)

    ledger.drop_maintenance(MAINTENANCE.event)
    ledger.drop_maintenance(MAINTENANCE.event)

    assert ledger.maintenances() == (anywhere,)


def test_reads_maintenance_page_by_page(ledger: DynamoFleetLedger, dynamo: Any) -> None:  # noqa: ANN401
    for number in range(3):
        ledger.put_maintenance(Maintenance(f"arn:{number}", (), NOW, NOW, "x" * 128))
    query, pages = dynamo.query, []

    def one_a_page(**asked: Any) -> Any:  # noqa: ANN401 - the SDK's own
        pages.append(asked.get("ExclusiveStartKey"))
        return query(**asked, Limit=1)

    dynamo.query = one_a_page

    assert [each.event for each in ledger.maintenances()] == ["arn:0", "arn:1", "arn:2"]
    assert pages[0] is None
    assert None not in pages[1:]


def test_the_fleet_has_one_lock(ledger: DynamoFleetLedger) -> None:
    assert ledger.take_fleet(MINE) is None
    assert ledger.take_fleet(MINE) is None
    assert ledger.take_fleet(OTHERS) == MINE

    ledger.free_fleet(OTHERS.execution)
    assert ledger.take_fleet(OTHERS) == MINE

    ledger.free_fleet(MINE.execution)
    assert ledger.take_fleet(OTHERS) is None


def test_the_record_of_a_run_is_one_row_however_often_it_is_written(
    ledger: DynamoFleetLedger,
    dynamo: Any,  # noqa: ANN401 - the SDK makes the class at run time
) -> None:
    for _ in range(2):
        ledger.fleet_record("run-1", NOW, {"waves": [["a"], ["b"]], "age": 1.5, "reason": None})

    [row] = dynamo.scan(TableName=TABLE)["Items"]
    assert (row["pk"]["S"], row["sk"]["S"]) == ("FLEET", f"RUN#{NOW.isoformat()}#run-1")


def test_when_the_coordinator_spoke_last_is_one_row(ledger: DynamoFleetLedger) -> None:
    assert ledger.coordinator_spoke_at() is None

    ledger.note_coordinator("run-1", NOW)
    ledger.note_coordinator("run-2", NOW + timedelta(hours=1))

    assert ledger.coordinator_spoke_at() == NOW + timedelta(hours=1)
    assert ledger.take_fleet(MINE) is None
