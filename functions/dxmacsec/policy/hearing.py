"""What was made of something that came from outside: an event, or a call of Secrets Manager."""

from __future__ import annotations

from dataclasses import dataclass

from dxmacsec.model import Verdict


@dataclass(frozen=True, slots=True)
class Heard:
    """The link that it was about, empty where it was about none of ours, and what was decided."""

    link: str
    next: str
    reason: str = ""
    sentence: str = ""

    @property
    def verdict(self) -> Verdict:
        """Return what was decided, as a document that travels has it."""
        return Verdict(self.next, self.reason, self.sentence)
