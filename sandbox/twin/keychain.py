"""The AWS end of a link: its key chain and its encryption mode."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.twin.pair import Pair
    from sandbox.twin.world import World

CHANGING = ("associating", "disassociating")


@dataclass(eq=False)
class AwsKey:
    """One entry of a key chain: a pair, its managed secret, and the state that Direct Connect shows."""

    pair: Pair
    ckn: str
    arn: str
    asked_at: datetime
    state: str = "associating"
    start_on: datetime | None = None


@dataclass
class Keychain:
    """Up to three keys, oldest first, and the mode (section 1)."""

    mode: str = "should_encrypt"
    keys: list[AwsKey] = field(default_factory=list)
    former: list[AwsKey] = field(default_factory=list)
    arrived_last: AwsKey | None = None

    @property
    def changing(self) -> bool:
        """Whether a key is on its way in or out, which W1 shows as `pending`."""
        return any(key.state in CHANGING for key in self.keys)

    def offered(self) -> tuple[Pair, ...]:
        """Return the pairs for which AWS runs or would run MKA, newest first.

        A key that is leaving is offered until it is gone: the reference doesn't say, and the later
        moment is the one that punishes whoever doesn't wait.
        """
        offered = [key for key in self.keys if key.state in ("associated", "disassociating")]
        return tuple(key.pair for key in reversed(offered))

    def movable(self, world: World) -> tuple[Pair, ...]:
        """Return the pairs to which AWS moves while its session is still up (W12), newest first."""
        if world.W12 == "at-once":
            return self.offered()
        if world.W12 == "session-lost":
            return ()
        late = self.arrived_last.pair if self.arrived_last else None
        return tuple(pair for pair in self.offered() if pair != late)

    def by_arn(self, arn: str) -> AwsKey | None:
        """Return the key whose managed secret is `arn`, or None."""
        return next((key for key in self.keys if key.arn == arn), None)

    def by_name(self, ckn: str) -> AwsKey | None:
        """Return the newest key called `ckn`, whatever the case of its digits, or None."""
        name = ckn.casefold()
        return next((key for key in reversed(self.keys) if key.pair.name == name), None)
