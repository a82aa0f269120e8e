"""A mutant: one deliberate break of the product's code, and the test that must fail on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ROOT / "functions"


class Promise(StrEnum):
    """What the product promises: a rotation's invariants, its locks, a recovery, and what compliance never does."""

    PROVE = "1. Add, prove, then remove: the last key never goes, nor one that may be in use"
    ONE = "2. One at a time: one rotation a link, one link a redundancy group"
    SECRET = "3. The CAK never travels"  # noqa: S105 - the promise about secrets
    MODE = "4. `must_encrypt` is never a gamble"
    REPEAT = "5. Repeatable, and nothing changes without the lock"
    REFUSAL = "6. A refusal changes nothing"
    TRUTH = "7. The status tells the truth"
    DOUBT = "8. Unknown answers stop safely"
    DEADLINE = "9. Every gate has a deadline, and an end cleans up after itself"
    LOOP = "10. Our own calls never feed a loop"
    SLOT = "11. Fail forward, in one slot"
    LOCKS = "Locks: whoever acts holds `acting`, and a dead one's lock stays until its last call landed"
    RECOVERY = "RecoverLink: what a dead execution left is finished once, and only that"
    NEVER = "Compliance never acts on what is dark, busy, exempt, audited or not ours"


class StaleError(Exception):
    """The text that a mutant replaces is not in the code exactly once: the list must follow the code."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One break: in `file` (below functions/dxmacsec) `old`, which is there once, becomes `new`.

    `breaks` says in words what is broken, `test` is the node id that must fail.
    """

    promise: Promise
    breaks: str
    file: str
    old: str
    new: str
    test: str

    @property
    def path(self) -> str:
        """Return the broken file's path below functions/."""
        return f"dxmacsec/{self.file}"

    def broken(self, source: str) -> str:
        """Return a source with the break in it.

        Raises:
            StaleError: the old text is not in it, or more than once.
        """
        found = source.count(self.old)
        if found != 1:
            message = f"{self.file}: the text of “{self.breaks}” is in it {found} times, expected once"
            raise StaleError(message)
        return source.replace(self.old, self.new)
