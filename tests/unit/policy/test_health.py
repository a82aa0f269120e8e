from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dxmacsec.errors import BadInput
from dxmacsec.fleet import Maintenance
from dxmacsec.policy.health import in_the_way, read_maintenance, why
from tests.unit.policy.situations import a_link

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LINK = a_link()


def an_event(**detail: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    known = {"eventArn": "arn:event", "startTime": "Sun, 01 Mar 2026 14:00:00 GMT", "eventTypeCode": "CODE"}
    return {"resources": [], "detail": {**known, **detail}}


def a_maintenance(start: datetime, end: datetime | None = None, links: tuple[str, ...] = (LINK.id,)) -> Maintenance:
    return Maintenance("arn:event", links, start, end, "CODE")


def test_reads_the_links_the_times_and_the_state() -> None:
    entities = [{"entityValue": value} for value in ("dxcon-fg5678gh", "dxlag-fgt5r4e3", "dxvif-ffhhk74f")]

    maintenance, is_closed = read_maintenance(
        an_event(affectedEntities=entities, endTime="2026-03-01T18:00:00Z", statusCode="upcoming")
    )

    assert maintenance.links == ("dxcon-fg5678gh", "dxlag-fgt5r4e3")
    assert (maintenance.start, maintenance.end) == (NOW + timedelta(hours=2), NOW + timedelta(hours=6))
    assert not is_closed


def test_reads_a_link_out_of_an_arn_among_the_resources() -> None:
    event = {**an_event(), "resources": ["arn:aws:directconnect:us-east-1:123456789012:dxcon/dxcon-fg5678gh"]}

    assert read_maintenance(event)[0].links == ("dxcon-fg5678gh",)


def test_an_entity_that_is_none_names_no_link() -> None:
    assert (
        read_maintenance({**an_event(affectedEntities=[None, 7, "dxcon-fg5678gh"]), "resources": None})[0].links == ()
    )


def test_a_closed_event_says_so() -> None:
    assert read_maintenance(an_event(statusCode="closed"))[1]


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ([], "detail"),
        ({"detail": "text"}, "detail"),
        (an_event(eventArn=None), "detail.eventArn"),
        (an_event(startTime="soon"), "detail.startTime"),
        (an_event(startTime=None), "detail.startTime"),
        (an_event(endTime="later"), "detail.endTime"),
        (an_event(startTime="0001-01-01T00:00:00+14:00"), "detail.startTime"),
        (an_event(endTime="9999-12-31T23:59:59-14:00"), "detail.endTime"),
        (an_event(eventArn="arn:\nevent"), "detail.eventArn"),
        (an_event(affectedEntities=7), "detail.affectedEntities"),
        ({**an_event(), "resources": 7}, "resources"),
    ],
)
def test_names_the_field_that_is_wrong(event: object, field: str) -> None:
    with pytest.raises(BadInput, match=f"^{field}: expected"):
        read_maintenance(event)


@pytest.mark.parametrize(
    ("maintenance", "meets"),
    [
        (a_maintenance(NOW + DAY, NOW + 2 * DAY), True),
        (a_maintenance(NOW + DAY + timedelta(seconds=1), NOW + 2 * DAY), False),
        (a_maintenance(NOW - DAY, NOW + timedelta(seconds=1)), True),
        (a_maintenance(NOW - DAY, NOW), False),
        (a_maintenance(NOW - 6 * DAY), True),
        (a_maintenance(NOW - 7 * DAY), False),
        (a_maintenance(NOW, NOW + DAY, links=("dxcon-another1",)), False),
        (a_maintenance(NOW, NOW + DAY, links=()), True),
    ],
    ids=[
        "starts at the clearance",
        "starts after the clearance",
        "is open",
        "is just over",
        "is open without an end",
        "is without an end and a week old",
        "is another link's",
        "names no link",
    ],
)
def test_a_maintenance_is_in_the_way_when_it(maintenance: Maintenance, *, meets: bool) -> None:
    found = in_the_way((LINK,), (maintenance,), now=NOW, clearance=DAY)

    assert (found is not None) is meets


def test_a_port_under_maintenance_keeps_its_lag() -> None:
    lag = a_link(id="dxlag-fgt5r4e3")

    assert in_the_way((lag,), (a_maintenance(NOW, links=lag.port_ids[:1]),), now=NOW, clearance=DAY)


def test_says_what_is_maintained_and_until_when() -> None:
    assert "until 2026-03-02T12:00:00+00:00 (CODE)" in why(a_maintenance(NOW, NOW + DAY))
    assert "Direct Connect in this Region" in why(a_maintenance(NOW, links=()))
