"""One link that is looked at, and what became of it: what the steps of compliance hand to each other."""

from __future__ import annotations

from dataclasses import dataclass

from dxmacsec.compliance import Action, Change, Judgement, PromptKind, Standing
from dxmacsec.model import Link
from dxmacsec.policy.compliance import Facts
from dxmacsec.policy.compliance_facts import seen
from dxmacsec.policy.remedy import Decision


@dataclass(frozen=True, slots=True)
class Case:
    """One link that is looked at: why, what it says, and what shall be done."""

    link: Link
    kind: PromptKind
    change: Change | None
    facts: Facts
    judgement: Judgement
    standing: Standing | None
    decision: Decision

    @property
    def changed(self) -> bool:
        """Tell whether the verdict is another one than before."""
        before, now = self.standing, self.judgement
        if before is None:
            return True
        return (before.status, before.reasons, before.seen) != (now.status, now.reasons, seen(self.facts))

    @property
    def next_version(self) -> int:
        """Return the number of the standing that would be written now."""
        return self.standing.version + 1 if self.standing else 1


@dataclass(frozen=True, slots=True)
class Settled:
    """A link of which something is new: what was written down, and what was started."""

    case: Case
    standing: Standing
    action: Action | None
