"""NoteHealth: keep a maintenance that AWS announced, so that no rotation meets it."""

from __future__ import annotations

from dxmacsec.interfaces import World
from dxmacsec.policy.health import read_maintenance


def note_health(event: object, world: World) -> None:
    """Write down the maintenance of an AWS Health event, or forget one that is closed.

    Running it twice is safe: the row is the same, and each page of an event adds the links that it names.

    Raises:
        BadInput: a field of the event is missing or malformed.
    """
    maintenance, is_closed = read_maintenance(event)
    if is_closed:
        world.fleet_ledger.drop_maintenance(maintenance.event)
    else:
        world.fleet_ledger.put_maintenance(maintenance)
