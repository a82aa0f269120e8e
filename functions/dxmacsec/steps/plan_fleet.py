"""PlanFleet: read every link of the Region, and let the policy say who is due and in which waves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dxmacsec.errors import LinkNotFound
from dxmacsec.fleet import Fleet, FleetPlan, FleetRequest
from dxmacsec.interfaces import Owner, World
from dxmacsec.model import SCHEMA, Execution, Link, Verdict
from dxmacsec.policy.fleet import Survey, lay_out, unknown_links
from dxmacsec.policy.fleet_outcome import shown_left_out, shown_warnings
from dxmacsec.policy.groups import redundancy_group
from dxmacsec.policy.request import fleet_request
from dxmacsec.policy.tags import Rules
from dxmacsec.policy.windows import LONGEST_WAIT, closed, next_opening
from dxmacsec.steps.coordination import coordinator_speaks
from dxmacsec.steps.locks import is_abandoned, take_run


def plan_fleet(event_input: object, execution: Execution, world: World) -> Fleet:
    """Return the document with its waves and `go`, `planned`, `refused`, `stop`, or `wait` for a window.

    A run takes the fleet's lock as the last thing here, so that nothing which fails before leaves one.
    Running it twice is safe: it reads, and takes a lock that may be its own already.

    Raises:
        BadInput: a field of the input is not what was expected.
        LinkNotFound: Direct Connect knows no link of an id that was named.
    """
    request = fleet_request(event_input)
    now = world.clock.now()
    fleet = Fleet(SCHEMA, execution.name, execution.arn, request, execution.started_at, Verdict("go"))
    if request.coordinated:
        world.fleet_ledger.note_coordinator(request.coordinated, now)
    elif spoke_at := _left_to_coordinator(request, world):
        return fleet.to("stop", "Coordinated", f"The coordinator spoke at {spoke_at.isoformat()} and says who is next.")
    kept_out = None if request.urgent or request.dry_run else closed(world.limits.windows, now)
    opening = next_opening(world.limits.windows, now)
    soon = opening is not None and opening - now <= LONGEST_WAIT
    if kept_out and not (request.by_age or (request.wait_for_window and soon)):
        return fleet.to("refused", "OutsideWindow", f'{kept_out} Give "urgent": true to rotate now.')
    if kept_out and opening and soon:
        seconds = max(1, round((opening - now).total_seconds()))
        return fleet.to("wait", "OutsideWindow", kept_out, seconds)
    plan = lay_out(_survey(request, opening or now, world))
    return _verdict(_carrying(fleet, plan), kept_out, world)


def _left_to_coordinator(request: FleetRequest, world: World) -> datetime | None:
    """Return when the coordinator spoke, where the schedule leaves the links to it.

    The coordinator takes nothing away from people: who asks for links, or for all, has them rotated.
    """
    by_schedule = request.by_age and not request.dry_run and not request.urgent
    return coordinator_speaks(world) if by_schedule else None


def _carrying(fleet: Fleet, plan: FleetPlan) -> Fleet:
    shown, counts = shown_left_out(plan)
    return replace(
        fleet,
        due=plan.due,
        waves=plan.waves,
        left_out=shown,
        left_out_counts=counts,
        warnings=shown_warnings(plan),
        spanning=plan.spanning,
    )


def _verdict(fleet: Fleet, kept_out: str | None, world: World) -> Fleet:
    if fleet.request.dry_run:
        return fleet.to("planned")
    if kept_out and fleet.due:
        ids = ", ".join(each.link for each in fleet.due[:5])
        sentence = f"{len(fleet.due)} keys get too old before the next window: {ids}. {kept_out}"
        return fleet.to("stop", "NoWindowInTime", sentence)
    if kept_out:
        return fleet.to("stop", "OutsideWindow", kept_out)
    if not fleet.due:
        return fleet.to("done")
    return _locked(fleet, world)


def _locked(fleet: Fleet, world: World) -> Fleet:
    other = take_run(Owner(fleet.execution, fleet.id, world.clock.now()), world.fleet_ledger, world)
    if other is None:
        return fleet
    sentence = f"{other.name} rotates the fleet since {other.since.isoformat()}."
    return fleet.to("refused", "FleetAlreadyRunning", sentence)


def _survey(request: FleetRequest, until: datetime, world: World) -> Survey:
    """Read links in pages, and of the ledger everything about them in batches.

    Raises:
        LinkNotFound: Direct Connect knows no link of an id that was named.
    """
    links, now, limits = world.direct_connect.links(), world.clock.now(), world.limits
    groups = world.direct_connect.resiliency_groups()
    ids = [link.id for link in links if link.macsec_capable]
    survey = Survey(
        links=links,
        request=request,
        now=now,
        until=until,
        rules=Rules(limits.max_key_age, limits.tags_may_loosen),
        max_links_a_wave=limits.max_links_a_wave,
        clearance=limits.maintenance_clearance,
        resiliency_groups=groups,
        key_since=world.fleet_ledger.key_since(ids),
        paused={link: f"{pause.reason} of {pause.by}" for link, pause in world.fleet_ledger.pauses(ids).items()},
        rotating=_rotating(links, groups, world),
        maintenances=world.fleet_ledger.maintenances(),
        onboard=world.limits.onboard,
    )
    unknown = unknown_links(survey)
    if unknown:
        message = f"Direct Connect knows no link {', '.join(unknown[:5])}"
        raise LinkNotFound(message)
    return survey


def _rotating(links: tuple[Link, ...], resiliency_groups: dict[str, str], world: World) -> dict[str, str]:
    """Read who is at work, by link and by group; the lock of a dead one counts until it is nobody's."""
    groups = sorted({redundancy_group(link, resiliency_groups)[0] for link in links})
    owners = world.fleet_ledger.rotating([link.id for link in links if link.macsec_capable], groups)
    return {name: owner.name for name, owner in owners.items() if not is_abandoned(owner, world)}
