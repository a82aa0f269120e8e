"""AWS's end of a line as a real peer: it follows the twin's key chain, newest first, back to the last that works."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from dxmacsec.model import Cak, KeyPair
from real_mka.flows import Moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from agent.linux.keyring import Keyring
    from sandbox.twin import CallRecord, KeyLife

LOOK_SECONDS = 0.3
IDLE_LOOKS = 10
"""While nothing changes, the peer is asked only at every so many looks: each asking costs the machine its time."""


def offered(lives: Iterable[KeyLife]) -> tuple[str, ...]:
    """Return the CKNs that a key chain offers, the newest first: associated, and not yet gone."""
    there = [life.ckn.lower() for life in lives if life.associated_at is not None and life.removed_at is None]
    return tuple(reversed(there))


def carried(chain: Sequence[str], carries: Callable[[str], bool]) -> str | None:
    """Return the newest key of a chain that can carry the traffic; None where there is none."""
    return next((ckn for ckn in chain if carries(ckn)), None)


class AwsEnd:
    """The peer at AWS's end; what it did, and when, is told in the virtual machine's own time."""

    def __init__(
        self, link: str, keyring: Keyring, lives: Callable[[], Sequence[KeyLife]], now: Callable[[], float]
    ) -> None:
        """Take the link that it follows, its keys, the twin's word on the key chain, and the machine's clock."""
        self._link, self._keyring, self._lives, self._now = link, keyring, lives, now
        self._pairs: dict[str, KeyPair] = {}
        self.offered_at: dict[str, float] = {}
        self.moved_at: dict[str, float] = {}
        self.moments: list[Moment] = []
        self.removed_at: dict[str, float] = {}
        self.in_use: str | None = None

    def learn(self, pair: KeyPair) -> None:
        """Know a pair, as AWS does from the call that associates it."""
        self._pairs[pair.ckn.lower()] = pair

    def heard(self, record: CallRecord) -> None:
        """Hear of a call on the twin."""
        parameters = record.parameters
        ours = record.operation == "AssociateMacSecKey" and parameters.get("connectionId") == self._link
        if ours and "ckn" in parameters and "cak" in parameters:
            self.learn(KeyPair(parameters["ckn"], Cak(parameters["cak"])))

    def run(self, stopping: threading.Event) -> None:
        """Follow the key chain until told to stop.

        Raises:
            RouterDriverError, MachineError: the peer could not do it.
        """
        looks = 0
        while not stopping.wait(LOOK_SECONDS):
            looks += 1
            if self.unsettled or looks % IDLE_LOOKS == 0:
                self.look()

    @property
    def unsettled(self) -> bool:
        """Tell whether the peer is not where the key chain wants it: on the newest key, with no other than its keys."""
        chain = offered(self._lives())
        return self.in_use not in chain[:1] or set(self.offered_at) - set(self.removed_at) != set(chain)

    def look(self) -> None:
        """Bring the peer to what the key chain says now; a repeat changes nothing.

        Raises:
            RouterDriverError, MachineError: the peer could not do it.
        """
        chain = offered(self._lives())
        for ckn in chain:
            if ckn not in self.offered_at:
                self._keyring.add(self._pairs[ckn])
                self.offered_at[ckn] = self._noted(f"AWS's end holds {ckn[:8]}")
        moved = carried(chain, self._keyring.move_to)
        if moved != self.in_use:
            self.in_use = moved
            at = self._noted(f"AWS's end is on {moved[:8] if moved else 'no key'}")
            if moved is not None:
                self.moved_at.setdefault(moved, at)
        for ckn in set(self.offered_at) - set(chain) - set(self.removed_at):
            self.removed_at[ckn] = self._noted(f"AWS's end takes {ckn[:8]} off")
            self._keyring.drop(ckn)

    def _noted(self, what: str) -> float:
        self.moments.append(Moment(self._now(), what))
        return self.moments[-1].at_seconds
