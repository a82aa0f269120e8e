"""Whether the organisation's coordinator speaks to this account and Region: then it says who is next."""

from __future__ import annotations

from datetime import datetime

from dxmacsec.interfaces import World


def coordinator_speaks(world: World) -> datetime | None:
    """Return when the coordinator spoke last; None where there is none, or where it has been silent for too long.

    Nobody waits for a coordinator that is silent: keys get old meanwhile.

    Raises:
        Transient: the ledger could not be read.
    """
    if not world.limits.coordinated:
        return None
    spoke_at = world.fleet_ledger.coordinator_spoke_at()
    silent = spoke_at is None or world.clock.now() - spoke_at >= world.limits.coordinator_silence
    return None if silent else spoke_at
