"""What a platform is: the lines that change its key chain, and how its answers are read.

Lines that change nothing any more are not given: `add`, `prefer` and `remove` look at the keys that the device holds
already. Which lines were verified where is told in docs/router-agent.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from dxmacsec.model import same_ckn

if TYPE_CHECKING:
    from collections.abc import Sequence

    Lines = tuple[str, ...]


class UnreadableError(Exception):
    """A device's answer is not what its platform prints; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key lives on a device.

    Attributes:
        interface: the interface of the port, as the device's own commands name it.
        chain: its key chain; on EOS the MACsec profile.
        utc_offset_minutes: what the device's clock shows ahead of UTC, where lifetimes are in local time.
    """

    interface: str
    chain: str
    utc_offset_minutes: int = 0

    def local(self, moment: datetime) -> datetime:
        """Return a moment as the device's clock shows it."""
        return moment + timedelta(minutes=self.utc_offset_minutes)


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A key that the device holds.

    Attributes:
        ckn: its name, as the device writes it.
        starts: when it becomes valid, in the device's own time; None where that isn't said.
        ends: when it ends; None for never.
        slot: its number in the chain, on Junos.
        fallback: whether it stands behind the primary key, on EOS.
        whole: whether it has its CAK; an agent that died between two lines leaves one without.
        stored: the CAK as the device's configuration shows it; reversible, so it is never printed.
    """

    ckn: str
    starts: datetime | None = None
    ends: datetime | None = None
    slot: int | None = None
    fallback: bool = False
    whole: bool = True
    stored: str = field(default="", repr=False)


def held(keys: Sequence[HeldKey], ckn: str) -> HeldKey | None:
    """Find a key by its CKN, whatever the case of its digits."""
    return next((key for key in keys if same_ckn(key.ckn, ckn)), None)


def superseded(key: HeldKey, old_ckns: Sequence[str], ckn: str) -> bool:
    """Tell whether a key is one of the old ones, and not the new one itself."""
    return not same_ckn(key.ckn, ckn) and any(same_ckn(key.ckn, old) for old in old_ckns)


class Platform(Protocol):
    """One network operating system.

    `rule` says how it moves from one key to the next, and `hazards` what is known to go wrong; each is a sentence.
    """

    @property
    def name(self) -> str:
        """Return what people call it."""
        ...

    @property
    def netmiko_type(self) -> str:
        """Return Netmiko's name for it."""
        ...

    @property
    def comment(self) -> str:
        """Return what begins a comment."""
        ...

    @property
    def enter(self) -> str:
        """Return the command that opens the configuration."""
        ...

    @property
    def leave(self) -> Lines:
        """Return the lines that make the change count, and leave."""
        ...

    @property
    def save(self) -> str | None:
        """Return the command that keeps the change over a restart; None where a commit does."""
        ...

    @property
    def rule(self) -> Lines:
        """Return the rollover rule."""
        ...

    @property
    def hazards(self) -> Lines:
        """Return the known hazards."""
        ...

    def first_time(self, place: Place) -> Lines:
        """Return the lines that tie the key chain to the interface, for a link that never had MACsec."""
        ...

    def add(self, place: Place, ckn: str, cak: str, keys: Sequence[HeldKey], now: datetime) -> Lines:
        """Return the lines that add a key, not preferred; none where it is there. Half a key is made anew.

        Raises:
            UnreadableError: there is no room for it.
        """
        ...

    def prefer(self, place: Place, ckn: str, old_ckns: Sequence[str], keys: Sequence[HeldKey], at: datetime) -> Lines:
        """Return the lines that move the session to a key that is there, at a moment (UTC); none where they are.

        A key that is neither the new one nor one of the old ones is somebody else's, and keeps its lifetime.
        """
        ...

    def revive(self, place: Place, ckns: Sequence[str], keys: Sequence[HeldKey]) -> Lines:
        """Return the lines that let keys that `prefer` ended be valid for ever again; none where none ended."""
        ...

    def remove(self, place: Place, ckns: Sequence[str], keys: Sequence[HeldKey]) -> Lines:
        """Return the lines that take keys off; none for those that aren't there."""
        ...

    def show_session(self, place: Place) -> str:
        """Return the command that shows which CKN is in use on the interface."""
        ...

    def in_use(self, shown: str) -> str | None:
        """Read the CKN in use from what `show_session` printed; None where no session is secured."""
        ...

    def show_keys(self, place: Place) -> str:
        """Return the command that shows the key chain; what it prints holds CAKs."""
        ...

    def read_keys(self, place: Place, shown: str) -> tuple[HeldKey, ...]:
        """Read the keys from what `show_keys` printed."""
        ...
