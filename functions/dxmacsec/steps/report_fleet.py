"""ReportFleet: write down what was done, what was not and why, free the fleet, tell the world."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dxmacsec.fleet import Fleet
from dxmacsec.interfaces import World
from dxmacsec.policy.fleet_outcome import fleet_report, of_fleet
from dxmacsec.policy.fleet_words import fleet_letter, tells_of_fleet


def report_fleet(fleet: Fleet, world: World) -> Fleet:
    """Return the document with its outcome and its report; the machine ends with it.

    Running it twice is safe: the record is the same, and the lock is freed only where it names us. A dry
    run leaves nothing behind.
    """
    outcome = of_fleet(fleet)
    report = fleet_report(fleet, outcome)
    # What the report holds is not carried twice: a state's payload ends at 256 KiB.
    slim = replace(
        fleet, outcome=outcome, report=report, due=(), waves=(), left_out=(), results=(), members=(), spanning=()
    )
    closed = slim.to("ended", outcome.reason, outcome.sentence)
    if fleet.request.dry_run:
        return closed
    world.fleet_ledger.fleet_record(fleet.id, fleet.started_at, report)
    world.fleet_ledger.free_fleet(fleet.execution)
    world.herald.event("MACsec Fleet Rotation Ended", _without_lists(report))
    if tells_of_fleet(fleet, outcome):
        world.herald.alert(*fleet_letter(fleet, outcome))
    return closed


def _without_lists(report: dict[str, Any]) -> dict[str, Any]:
    """Return the report as an event: an entry of PutEvents ends at 256 KB, and the record holds the rest."""
    return {name: value for name, value in report.items() if name not in ("left_out", "waves", "due")}
