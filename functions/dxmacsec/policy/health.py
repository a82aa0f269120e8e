"""What an AWS Health event of Direct Connect says, and which links it keeps from being rotated.

https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from dxmacsec.errors import BadInput
from dxmacsec.fleet import Maintenance
from dxmacsec.model import Link, without_keys

PORT_OR_LAG = re.compile(r"dx(?:con|lag)-[a-z0-9]{8,17}")
EVENT_ARN = re.compile(r"[!-~]{1,1600}")
"""As long as AWS Health may make one: https://docs.aws.amazon.com/health/latest/APIReference/API_Event.html"""
YEARS = range(2000, 2200)
"""Of a time outside them nobody could say what is a day before it."""
CLOSED = "closed"
LONGEST_OPEN_END = timedelta(days=7)
"""How long a maintenance without an end counts: the event that closes it may get lost."""


def read_maintenance(event: object) -> tuple[Maintenance, bool]:
    """Return the maintenance that an event tells of, and whether it is closed.

    Entities may be connections, LAGs or virtual interfaces, or none at all: where no link is named
    it may concern any of them.

    Raises:
        BadInput: a field is missing or malformed; the message names it.
    """
    detail = event.get("detail") if isinstance(event, Mapping) else None
    if not isinstance(detail, Mapping):
        message = "detail: expected the object of an AWS Health event"
        raise BadInput(message)
    arn = detail.get("eventArn")
    if not isinstance(arn, str) or not EVENT_ARN.fullmatch(arn):
        message = "detail.eventArn: expected the ARN of a Health event"
        raise BadInput(message)
    end = _time(detail, "endTime") if detail.get("endTime") else None
    what = without_keys(str(detail.get("eventTypeCode", "")), 128)
    maintenance = Maintenance(arn, _links(event, detail), _time(detail, "startTime"), end, what)
    return maintenance, detail.get("statusCode") == CLOSED


def _links(event: Any, detail: Mapping[str, Any]) -> tuple[str, ...]:  # noqa: ANN401 - a mapping from outside
    entities = _list(detail, "detail.affectedEntities")
    values = [str(each.get("entityValue", "")) for each in entities if isinstance(each, Mapping)]
    named = (PORT_OR_LAG.search(each) for each in (*values, *map(str, _list(event, "resources"))))
    return tuple(sorted({found.group() for found in named if found}))


def _list(part: Mapping[str, Any], path: str) -> list[Any]:
    """Return a list that may be missing or null."""
    found = part.get(path.rpartition(".")[2]) or []
    if not isinstance(found, list):
        message = f"{path}: expected a list"
        raise BadInput(message)
    return found


def _time(detail: Mapping[str, Any], name: str) -> datetime:
    """Read a time: Health writes `Sat, 05 Dec 2026 02:00:00 GMT`, its API the ISO form."""
    text = str(detail.get(name, ""))
    for reader in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            read = reader(text)
            read = read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            continue
        if read.year in YEARS:
            return read
    message = f"detail.{name}: expected a time like 'Sat, 05 Dec 2026 02:00:00 GMT'"
    raise BadInput(message)


def ends(maintenance: Maintenance) -> datetime:
    """Return until when a maintenance counts."""
    return maintenance.end or maintenance.start + LONGEST_OPEN_END


def in_the_way(
    links: Iterable[Link], maintenances: Iterable[Maintenance], *, now: datetime, clearance: timedelta
) -> Maintenance | None:
    """Return a maintenance of one of these links that is open or starts within the clearance."""
    ids = {each for link in links for each in (link.id, *link.port_ids)}
    return next(
        (
            each
            for each in maintenances
            if (not each.links or ids.intersection(each.links)) and each.start - clearance <= now < ends(each)
        ),
        None,
    )


def why(maintenance: Maintenance) -> str:
    """Say in a sentence what is in the way."""
    until = f" until {maintenance.end.isoformat()}" if maintenance.end else ""
    of = ", ".join(maintenance.links[:3]) or "Direct Connect in this Region"
    return f"AWS maintains {of} from {maintenance.start.isoformat()}{until} ({maintenance.what})."
