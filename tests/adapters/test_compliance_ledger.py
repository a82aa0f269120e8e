from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.compliance_ledger import DynamoComplianceLedger
from dxmacsec.adapters.fleet_ledger import DynamoFleetLedger
from dxmacsec.adapters.ledger import DynamoLedger
from dxmacsec.compliance import Action, Change, Remedy, Standing, Status
from dxmacsec.errors import AccessDenied, ServiceFault, Throttled
from dxmacsec.fleet import KeySince
from dxmacsec.interfaces import ComplianceLedger, FleetLedger, Ledger, Owner, Pause
from tests.worlds.compliance import FakeComplianceLedger
from tests.worlds.fleet_ledger import FakeFleetLedger
from tests.worlds.ledger import FakeLedger
from tests.worlds.turning_clock import TurningClock

TABLE = "ledger"
LINK = "dxcon-fg5678gh"
OTHER_LINK = "dxlag-fgt5r4e3"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MINE, OTHERS = Owner("arn:mine", "mine", NOW), Owner("arn:others", "others", NOW - timedelta(hours=1))
CHANGE = Change("event-1", "UpdateConnection", "arn:aws:iam::123456789012:user/ada", NOW)
ACTION = Action(Remedy.ENFORCE, "arn:aws:states:us-east-1:123456789012:execution:EnforceEncryption:x", NOW)
FIRST = Standing(LINK, 1, Status.COMPLIANT, ("Compliant",), "All is well.", NOW)
SECOND = Standing(
    link=LINK,
    version=2,
    status=Status.NON_COMPLIANT,
    reasons=("ModeNotEnforced", "KeyTooOld"),
    sentence="The mode is should_encrypt. The key is old.",
    since=NOW + timedelta(hours=1),
    keyed=True,
    change=CHANGE,
    action=ACTION,
)
RECORD = {"before": None, "after": {"status": "COMPLIANT"}, "days": 1.5}
PAUSE = Pause("ModeLowered", "Encryption was lost.", "enforcement-1", NOW)


@dataclass(frozen=True)
class Ledgers:
    """The ledger's three faces over one table."""

    compliance: ComplianceLedger
    links: Ledger
    fleet: FleetLedger


@pytest.fixture
def compliance(dynamo: Any) -> DynamoComplianceLedger:  # noqa: ANN401 - see above
    return DynamoComplianceLedger(dynamo, TABLE, TurningClock(NOW))


@pytest.fixture(params=["DynamoDB", "the tests' own"])
def ledgers(request: pytest.FixtureRequest) -> Ledgers:
    """Both are tested alike, so that what a step's test sees is what AWS does."""
    if request.param == "DynamoDB":
        dynamo = request.getfixturevalue("dynamo")
        compliance = DynamoComplianceLedger(dynamo, TABLE, TurningClock(NOW))
        return Ledgers(compliance, DynamoLedger(dynamo, TABLE), DynamoFleetLedger(dynamo, TABLE))
    links = FakeLedger()
    fleet = FakeFleetLedger(links)
    return Ledgers(FakeComplianceLedger(fleet), links, fleet)


def rows(dynamo: Any, pk: str) -> list[dict[str, Any]]:  # noqa: ANN401 - see above
    items: list[dict[str, Any]] = dynamo.scan(TableName=TABLE)["Items"]
    return [item for item in items if item["pk"]["S"] == pk]


def test_a_standing_reads_as_it_was_written(ledgers: Ledgers) -> None:
    assert ledgers.compliance.note_standing(FIRST, RECORD)
    first = ledgers.compliance.standings([LINK, OTHER_LINK])
    assert ledgers.compliance.note_standing(SECOND, RECORD)

    assert first == {LINK: FIRST}
    assert ledgers.compliance.standings([LINK]) == {LINK: SECOND}
    assert ledgers.compliance.standings([]) == {}


@pytest.mark.parametrize(
    "late",
    [
        pytest.param(FIRST, id="a first one again"),
        pytest.param(replace(SECOND, sentence="as somebody else saw it"), id="the second of two writers"),
        pytest.param(replace(SECOND, version=4), id="one that skips a version"),
    ],
)
def test_of_two_writers_one_wins_and_the_other_leaves_no_record(late: Standing, ledgers: Ledgers) -> None:
    for standing in (FIRST, SECOND):
        ledgers.compliance.note_standing(standing, RECORD)

    assert not ledgers.compliance.note_standing(late, RECORD)
    assert ledgers.compliance.standings([LINK]) == {LINK: SECOND}


def test_a_second_version_needs_a_first(ledgers: Ledgers) -> None:
    assert not ledgers.compliance.note_standing(SECOND, None)
    assert ledgers.compliance.all_standings() == {}


def test_only_the_version_that_was_told_is_marked(ledgers: Ledgers) -> None:
    ledgers.compliance.note_standing(FIRST, None)

    ledgers.compliance.mark_told(LINK, 2)
    ledgers.compliance.mark_told(OTHER_LINK, 1)
    assert ledgers.compliance.all_standings() == {LINK: FIRST}

    ledgers.compliance.mark_told(LINK, 1)
    assert ledgers.compliance.all_standings() == {LINK: replace(FIRST, told=True)}


def test_a_change_that_waits_for_a_lock_is_handed_to_whoever_frees_it(ledgers: Ledgers) -> None:
    ledgers.links.take_acting(LINK, MINE)
    assert ledgers.compliance.acting([LINK, OTHER_LINK]) == {LINK: MINE}

    assert ledgers.compliance.wait_for_acting(LINK, MINE, replace(CHANGE, event_id="event-0"))
    assert ledgers.compliance.wait_for_acting(LINK, MINE, CHANGE)

    assert ledgers.links.free_acting(LINK, OTHERS.execution) is None
    assert ledgers.links.free_acting(LINK, MINE.execution) == CHANGE
    assert ledgers.links.free_acting(LINK, MINE.execution) is None
    assert ledgers.compliance.acting([LINK]) == {}


def test_nobody_waits_for_a_lock_that_was_freed_or_is_somebody_elses(ledgers: Ledgers) -> None:
    assert not ledgers.compliance.wait_for_acting(LINK, MINE, CHANGE)
    assert ledgers.compliance.acting([LINK]) == {}

    ledgers.links.take_acting(LINK, OTHERS)
    assert not ledgers.compliance.wait_for_acting(LINK, MINE, CHANGE)
    assert ledgers.links.free_acting(LINK, OTHERS.execution) is None


def test_an_owner_that_takes_its_lock_again_keeps_the_change_that_waits(ledgers: Ledgers) -> None:
    ledgers.links.take_acting(LINK, MINE)
    ledgers.compliance.wait_for_acting(LINK, MINE, CHANGE)

    assert ledgers.links.take_acting(LINK, replace(MINE, since=NOW + timedelta(minutes=1))) is None
    assert ledgers.links.take_acting(LINK, OTHERS) == MINE

    assert ledgers.links.holds_acting(LINK, MINE.execution)
    assert ledgers.links.free_acting(LINK, MINE.execution) == CHANGE


def test_the_next_owner_of_a_lock_finds_no_change_of_the_one_before(ledgers: Ledgers) -> None:
    ledgers.links.take_acting(LINK, MINE)
    ledgers.compliance.wait_for_acting(LINK, MINE, CHANGE)
    ledgers.links.free_acting(LINK, MINE.execution)

    ledgers.links.take_acting(LINK, OTHERS)

    assert ledgers.links.free_acting(LINK, OTHERS.execution) is None


def test_reads_for_which_links_enforcement_is_paused(ledgers: Ledgers) -> None:
    ledgers.links.set_enforcement_pause(LINK, PAUSE)
    ledgers.links.set_pause(OTHER_LINK, PAUSE)

    assert ledgers.compliance.enforcement_pauses([LINK, OTHER_LINK]) == {LINK: PAUSE}


def test_a_link_is_retired_with_its_age_and_pauses_while_its_locks_stay(ledgers: Ledgers) -> None:
    for link in (LINK, OTHER_LINK):
        ledgers.compliance.note_standing(replace(FIRST, link=link), RECORD)
        ledgers.fleet.set_key_since(link, KeySince("ab" * 32, NOW, "r1"))
        ledgers.links.set_pause(link, PAUSE)
        ledgers.links.set_enforcement_pause(link, PAUSE)
    ledgers.links.take_rotation(LINK, None, MINE)

    assert not ledgers.compliance.retire(LINK, 2, RECORD)
    assert ledgers.fleet.pauses([LINK]) == {LINK: PAUSE}
    assert ledgers.compliance.retire(LINK, 1, RECORD)
    assert not ledgers.compliance.retire(LINK, 1, RECORD)

    assert list(ledgers.compliance.all_standings()) == [OTHER_LINK]
    assert list(ledgers.fleet.key_since([LINK, OTHER_LINK])) == [OTHER_LINK]
    assert list(ledgers.fleet.pauses([LINK, OTHER_LINK])) == [OTHER_LINK]
    assert list(ledgers.compliance.enforcement_pauses([LINK, OTHER_LINK])) == [OTHER_LINK]
    assert ledgers.links.holds_rotation(LINK, MINE.execution)


def test_a_link_that_comes_back_begins_again(ledgers: Ledgers) -> None:
    ledgers.compliance.note_standing(FIRST, RECORD)
    ledgers.compliance.retire(LINK, 1, RECORD)

    assert ledgers.compliance.note_standing(FIRST, RECORD)


def test_a_change_is_two_rows_and_a_repeat_adds_none(compliance: DynamoComplianceLedger, dynamo: Any) -> None:  # noqa: ANN401
    for _ in range(2):
        compliance.note_standing(FIRST, RECORD)

    (standing,), (verdict,) = rows(dynamo, "COMPLIANCE"), rows(dynamo, f"LINK#{LINK}")
    assert (standing["sk"]["S"], standing["status"]["S"]) == (LINK, "COMPLIANT")
    assert verdict["sk"]["S"] == f"VERDICT#{NOW.isoformat()}#000001"
    assert verdict["record"]["M"]["after"] == {"M": {"status": {"S": "COMPLIANT"}}}
    assert "expires_at" not in verdict


def test_a_verdict_that_did_not_change_leaves_no_record(compliance: DynamoComplianceLedger, dynamo: Any) -> None:  # noqa: ANN401
    compliance.note_standing(FIRST, None)

    assert rows(dynamo, f"LINK#{LINK}") == []


def test_the_last_record_of_a_link_stays_after_it(compliance: DynamoComplianceLedger, dynamo: Any) -> None:  # noqa: ANN401
    compliance.note_standing(FIRST, RECORD)

    compliance.retire(LINK, 1, {"reason": "LinkDeleted"})

    kept = [row["sk"]["S"] for row in rows(dynamo, f"LINK#{LINK}")]
    assert kept == [f"VERDICT#{NOW.isoformat()}#00000{version}" for version in (1, 2)]


def test_reads_many_standings_in_pages_and_batches(compliance: DynamoComplianceLedger, dynamo: Any) -> None:  # noqa: ANN401
    links = [f"dxcon-{number:08d}" for number in range(230)]
    for link in links:
        compliance.note_standing(replace(FIRST, link=link), None)
    query, batch, calls = dynamo.query, dynamo.batch_get_item, []

    def counted_query(**asked: Any) -> Any:  # noqa: ANN401 - the SDK's own
        calls.append("query")
        return query(**asked, Limit=100)

    def counted_batch(**asked: Any) -> Any:  # noqa: ANN401 - the SDK's own
        calls.append("batch")
        return batch(**asked)

    dynamo.query, dynamo.batch_get_item = counted_query, counted_batch

    assert list(compliance.all_standings()) == links
    assert sorted(compliance.standings(links)) == links
    assert calls == ["query"] * 3 + ["batch"] * 3


def test_a_transaction_in_the_way_is_a_fault_and_no_other_writer(
    compliance: DynamoComplianceLedger,
    dynamo: Any,  # noqa: ANN401
) -> None:
    with Stubber(dynamo) as wire:
        reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}]
        canceled = "TransactionCanceledException"
        wire.add_client_error("transact_write_items", canceled, modeled_fields={"CancellationReasons": reasons})

        with pytest.raises(ServiceFault, match="TransactionConflict"):
            compliance.note_standing(FIRST, RECORD)


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        ("transact_write_items", lambda ledger: ledger.note_standing(FIRST, None)),
        ("transact_write_items", lambda ledger: ledger.retire(LINK, 1, {})),
        ("update_item", lambda ledger: ledger.mark_told(LINK, 1)),
        ("update_item", lambda ledger: ledger.wait_for_acting(LINK, MINE, CHANGE)),
        ("batch_get_item", lambda ledger: ledger.standings([LINK])),
        ("batch_get_item", lambda ledger: ledger.acting([LINK])),
        ("query", lambda ledger: ledger.all_standings()),
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
    compliance: DynamoComplianceLedger,
    dynamo: Any,  # noqa: ANN401
) -> None:
    with Stubber(dynamo) as wire:
        wire.add_client_error(operation, code)

        with pytest.raises(expected):
            call(compliance)
