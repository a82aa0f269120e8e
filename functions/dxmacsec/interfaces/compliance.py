"""What compliance needs of the world: standings, remedies, and where findings go."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

from dxmacsec.compliance import Change, Judgement, Standing
from dxmacsec.interfaces.ledger import Owner, Pause
from dxmacsec.model import Link


class ComplianceLedger(Protocol):
    """The ledger's rows about compliance. Reads come in batches; every write is conditional or repeats harmlessly."""

    def standings(self, links: Collection[str]) -> dict[str, Standing]:
        """Read how links stood; one that was never judged is missing."""
        ...

    def all_standings(self) -> dict[str, Standing]:
        """Read how every link stood that was ever judged and not retired, in pages."""
        ...

    def note_standing(self, standing: Standing, record: dict[str, Any] | None) -> bool:
        """Write the next version of a standing, and with it the record of the change, both or none.

        False when somebody else wrote a version meanwhile (also a first one). Without a record only the
        standing is written: its verdict is the same. A repeat of the same version is such a False.
        """
        ...

    def mark_told(self, link: str, version: int) -> None:
        """Note that the world heard of a version; another version stays as it is."""
        ...

    def acting(self, links: Collection[str]) -> dict[str, Owner]:
        """Read who is changing which link now, by a consistent read."""
        ...

    def wait_for_acting(self, link: str, owner: Owner, change: Change) -> bool:
        """Leave word at an `acting` lock that a change waits for it; False when that owner holds it no more."""
        ...

    def enforcement_pauses(self, links: Collection[str]) -> dict[str, Pause]:
        """Read for which links enforcement is paused."""
        ...

    def retire(self, link: str, version: int, record: dict[str, Any]) -> bool:
        """Write the last record of a link and remove its standing, age and pauses; False when it stood otherwise.

        Locks and records stay.
        """
        ...


class Remedies(Protocol):
    """The state machines that bring a link back, for those that start them."""

    def enforce(self, name: str, link: str, reason: str) -> str:
        """Start `EnforceEncryption` under a name and return the execution's ARN; a name used before starts nothing."""
        ...

    def rotate(self, name: str, links: tuple[str, ...], reason: str) -> str:
        """Start `RotateFleet` for links, in their windows; a name used before starts nothing."""
        ...

    def recover(self, name: str, execution: str) -> str:
        """Start `RecoverLink` for an execution that is dead; a name used before starts nothing."""
        ...


class FindingsDesk(Protocol):
    """Where a security team reads what is wrong: one finding a link, updated and never repeated."""

    def report(self, link: Link, judgement: Judgement, standing: Standing) -> None:
        """Make or update the link's finding; a compliant link's is resolved."""
        ...

    def resolve(self, link_id: str, standing: Standing, sentence: str) -> None:
        """Close the finding of a link that is no more."""
        ...
