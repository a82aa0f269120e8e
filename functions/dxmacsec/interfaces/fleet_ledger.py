"""What the ledger knows of many links at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol

from dxmacsec.fleet import KeySince, Maintenance
from dxmacsec.interfaces.ledger import Owner, Pause


class FleetLedger(Protocol):
    """What the ledger knows of many links at once. Reads come in batches; every write repeats harmlessly."""

    def key_since(self, links: Collection[str]) -> dict[str, KeySince]:
        """Read since when links use their keys; a link that nobody wrote down is missing."""
        ...

    def set_key_since(self, link: str, key: KeySince) -> None:
        """Write down since when a link uses its key; a repeat writes the same."""
        ...

    def pauses(self, links: Collection[str]) -> dict[str, Pause]:
        """Read which links' automation is paused."""
        ...

    def rotating(self, links: Collection[str], groups: Collection[str]) -> dict[str, Owner]:
        """Read who rotates links or groups now, by the link's id or the group's name."""
        ...

    def maintenances(self) -> tuple[Maintenance, ...]:
        """Read every maintenance that is known."""
        ...

    def put_maintenance(self, maintenance: Maintenance) -> None:
        """Write a maintenance down; what another page of the same event said stays."""
        ...

    def drop_maintenance(self, event: str) -> None:
        """Forget a maintenance that is closed."""
        ...

    def take_fleet(self, owner: Owner) -> Owner | None:
        """Take the fleet's lock; returns None when it is ours, else who holds it."""
        ...

    def free_fleet(self, execution: str) -> None:
        """Free the fleet's lock if this execution holds it."""
        ...

    def note_coordinator(self, run: str, at: datetime) -> None:
        """Note that the organisation's coordinator spoke; a repeat notes the same."""
        ...

    def coordinator_spoke_at(self) -> datetime | None:
        """Read when the organisation's coordinator spoke last; None when it never did."""
        ...

    def fleet_record(self, run: str, started_at: datetime, record: dict[str, Any]) -> None:
        """Write a fleet run's record, whole; a repeat writes the same."""
        ...
