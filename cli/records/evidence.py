"""Everything that can be shown for one rotation: its record, its execution, who started it, and the record's hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cli.records.digest import EXACTLY, HOW, sha256
from cli.records.executions import Described, ExecutionReader, StateTime
from cli.records.origin import Origin, Starter, TrailReader, origin_of
from dxmacsec.adapters.home import Home
from dxmacsec.adapters.state_machines import execution_arn
from dxmacsec.interfaces import Stories, StoryRow

SCHEMA = 1


@dataclass(frozen=True)
class Evidence:
    """The record of a rotation (or of an enforcement) and what stands beside it.

    `nested` are the records of the enforcements that it ran. `described` and `times` are Step Functions' own, None
    and empty once it forgot the execution. `starter` and `fleet_starter` are CloudTrail's word.
    """

    row: StoryRow
    nested: tuple[StoryRow, ...]
    described: Described | None
    times: tuple[StateTime, ...]
    origin: Origin
    starter: Starter
    fleet_starter: Starter | None
    home: Home
    at: datetime

    @property
    def record(self) -> dict[str, Any]:
        """Return the record as the ledger holds it."""
        return self.row.record

    @property
    def sha256(self) -> str:
        """Return the hash of the record."""
        return sha256(self.record)

    def document(self) -> dict[str, Any]:
        """Return it as JSON: schema 1, of which members are only ever added."""
        return {
            "schema": SCHEMA,
            "account": self.home.account,
            "region": self.home.region,
            "made_at": self.at,
            "link": self.row.link,
            "rotation": self.row.id,
            "record": self.record,
            "sha256": self.sha256,
            "sha256_of": {"member": "record", "form": "RFC 8785", "how": HOW, "exactly": EXACTLY},
            "enforcements": [row.record for row in self.nested],
            "execution": self.described,
            "states": self.times,
            "started_by": {"by_name": self.origin, "cloudtrail": self.starter, "fleet_run": self.fleet_starter},
        }


def gather(
    row: StoryRow,
    *,
    stories: Stories,
    reader: ExecutionReader,
    trail: TrailReader,
    fleet_arn: str,
    home: Home,
    now: datetime,
) -> Evidence:
    """Read what stands beside a record; reads only.

    Raises:
        Transient, AccessDenied: AWS failed, or the caller may not read the ledger or Step Functions.
    """
    execution = str(row.record["execution"])
    origin = origin_of(row.id, row.record)
    return Evidence(
        row=row,
        nested=_nested(row, stories),
        described=reader.described(execution),
        times=reader.times(execution),
        origin=origin,
        starter=trail.starter(execution, row.at),
        fleet_starter=_of_the_run(origin, fleet_arn, reader, trail),
        home=home,
        at=now,
    )


def _nested(row: StoryRow, stories: Stories) -> tuple[StoryRow, ...]:
    """Return the enforcements that ran inside a rotation: their records name it as their owner."""
    mine, ended = row.record["execution"], row.record.get("ended_at")
    until = datetime.fromisoformat(ended) if ended else row.at + timedelta(days=365)
    found = []
    for other in stories.of_link(row.link):
        if other.at < row.at:
            break
        if other.at <= until and other.record.get("owner") == mine and other.id != row.id:
            found.append(other)
    return tuple(reversed(found))


def _of_the_run(origin: Origin, fleet_arn: str, reader: ExecutionReader, trail: TrailReader) -> Starter | None:
    if origin.fleet_run is None:
        return None
    run = reader.described(execution_arn(fleet_arn, origin.fleet_run))
    if run is None:
        return Starter(unknown="Step Functions no longer knows this run.")
    return trail.starter(run.arn, run.started_at)
