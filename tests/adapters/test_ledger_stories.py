from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters import ledger_stories
from dxmacsec.adapters.compliance_ledger import DynamoComplianceLedger
from dxmacsec.adapters.ledger import DynamoLedger
from dxmacsec.adapters.ledger_stories import DynamoStories
from dxmacsec.compliance import Standing, Status
from dxmacsec.errors import AccessDenied, Throttled
from dxmacsec.interfaces import Owner, TaskRow
from dxmacsec.model import RouterTaskKind
from tests.worlds.turning_clock import TurningClock

if TYPE_CHECKING:
    from boto3 import Session

TABLE = "ledger"
LINK = "dxcon-fg5678gh"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RECORD = {"schema": 1, "rotation": "r", "checks": [{"what": "plan", "seen": "Ω"}], "new_ckn": None, "took": 0.5}


def stories(dynamo: Any) -> DynamoStories:  # noqa: ANN401 - see above
    return DynamoStories(dynamo, TABLE)


def record(dynamo: Any, name: str, hours: float, link: str = LINK) -> None:  # noqa: ANN401 - see above
    DynamoLedger(dynamo, TABLE).record(link, name, NOW + timedelta(hours=hours), {**RECORD, "rotation": name})


def verdict(dynamo: Any, version: int, hours: float) -> None:  # noqa: ANN401 - see above
    clock = TurningClock(NOW + timedelta(hours=hours))
    standing = Standing(LINK, version, Status.COMPLIANT, ("Compliant",), "Well.", NOW)
    assert DynamoComplianceLedger(dynamo, TABLE, clock).note_standing(standing, {"after": version})


def task(name: str, hours: float, link: str = LINK) -> TaskRow:
    sent = NOW + timedelta(hours=hours)
    message = {"ports": [link], "ckn": None, "old_ckns": []}
    return TaskRow(name, link, RouterTaskKind.PROVE, "r1", "token", sent, sent + timedelta(hours=24), message)


def test_records_and_verdicts_come_together_the_newest_first(dynamo: Any) -> None:  # noqa: ANN401
    record(dynamo, "first", 0)
    verdict(dynamo, 1, 1)
    record(dynamo, "second", 2)
    verdict(dynamo, 2, 3)

    rows = list(stories(dynamo).of_link(LINK))

    assert [(row.kind, row.at) for row in rows] == [
        ("verdict", NOW + timedelta(hours=3)),
        ("rotation", NOW + timedelta(hours=2)),
        ("verdict", NOW + timedelta(hours=1)),
        ("rotation", NOW),
    ]
    assert [row.id for row in rows if row.kind == "rotation"] == ["second", "first"]
    assert {row.link for row in rows} == {LINK}


def test_a_record_comes_back_as_it_was_written(dynamo: Any) -> None:  # noqa: ANN401
    record(dynamo, "r", 0)

    (row,) = stories(dynamo).of_link(LINK)

    assert row.record == RECORD


def test_an_id_with_a_hash_in_it_stays_whole(dynamo: Any) -> None:  # noqa: ANN401
    record(dynamo, "odd#name", 0)

    assert [row.id for row in stories(dynamo).of_link(LINK)] == ["odd#name"]


def test_other_links_and_other_rows_are_none_of_the_story(dynamo: Any) -> None:  # noqa: ANN401
    record(dynamo, "mine", 0)
    record(dynamo, "others", 1, link=f"{LINK}2")
    ledger = DynamoLedger(dynamo, TABLE)
    ledger.take_rotation(LINK, None, Owner("arn:r", "r", NOW))
    ledger.put_task(task("t", 0))

    assert [row.id for row in stories(dynamo).of_link(LINK)] == ["mine"]


def test_many_rows_come_in_pages_without_a_gap(dynamo: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    monkeypatch.setattr(ledger_stories, "ROWS_A_PAGE", 2)
    for number in range(7):
        record(dynamo, f"r{number}", number)

    assert [row.id for row in stories(dynamo).of_link(LINK)] == [f"r{number}" for number in reversed(range(7))]


def test_whoever_wants_few_rows_costs_no_further_page(aws: Session) -> None:
    client = aws.client("dynamodb")
    row = {"pk": {"S": f"LINK#{LINK}"}, "sk": {"S": f"ROTATION#{NOW.isoformat()}#r1"}, "record": {"M": {}}}
    key = {"pk": row["pk"], "sk": row["sk"]}
    with Stubber(client) as wire:
        wire.add_response("query", {"Items": [row], "LastEvaluatedKey": key})
        for _ in ledger_stories.KINDS.keys() - {"ROTATION"}:
            wire.add_response("query", {"Items": []})

        rows = list(DynamoStories(client, TABLE).of_link(LINK, limit=1))

        assert [each.id for each in rows] == ["r1"]
        wire.assert_no_pending_responses()


def test_tasks_come_the_oldest_first_with_what_answers_them(dynamo: Any) -> None:  # noqa: ANN401
    ledger = DynamoLedger(dynamo, TABLE)
    younger, older = task("a-younger", 2), task("b-older", 1)
    for each in (younger, older, task("others", 0, link="dxcon-others00")):
        ledger.put_task(each)

    assert stories(dynamo).tasks(LINK) == (older, younger)


@pytest.mark.parametrize(
    ("code", "family"), [("AccessDeniedException", AccessDenied), ("ThrottlingException", Throttled)]
)
def test_a_refusal_is_one_of_ours(aws: Session, code: str, family: type[Exception]) -> None:
    client = aws.client("dynamodb")
    with Stubber(client) as wire:
        wire.add_client_error("query", code)

        with pytest.raises(family, match=f"read what is written down about {LINK}"):
            list(DynamoStories(client, TABLE).of_link(LINK))
