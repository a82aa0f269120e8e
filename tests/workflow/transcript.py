"""A transcript in a document: its commands, what they show, and whether something else shows the same.

A block is fenced as `console`: a line that begins with `$ ` is typed, the others are shown; a line `…` stands for any
lines. A block whose fence says `console 1` belongs to the first terminal, which stays open while the others are
typed. What differs from run to run is compared by its kind; an id must stay the same one through the whole document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

GAP = "…"
BLOCK = re.compile(r"^```console *(\d?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

IDS = (
    ("ckn", r"\b[0-9a-f]{64}\b"),
    ("start", r"\b[0-9a-f]{8}(?=…)"),
    ("version", r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"),
    ("stamp", r"\b\d{8}T\d{6}Z"),
)
"""What names something: the same name in the document is the same one in the run."""

FREE = (
    ("time", r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::[\d.]+)?(?:Z|\+00:00| UTC)?"),
    ("span", r"\b\d+(?:\.\d+)? (?:s|min)\b(?: \d+ s\b)?"),
    ("clock", r"\b\d\d:\d\d\b"),
    ("spinner", r"^[\u2800-\u28ff]"),
)
"""What is measured: any value will do."""

TOKEN = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in (*IDS, *FREE)))
NAMING = frozenset(name for name, _ in IDS)


@dataclass(frozen=True)
class Step:
    """One command and the lines that it shows; without a command, lines that its terminal shows next."""

    terminal: str
    command: str
    shown: tuple[str, ...]


def steps(text: str) -> list[Step]:
    """Return the steps of a document, in their order."""
    found: list[Step] = []
    for terminal, block in BLOCK.findall(text):
        for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE):
            lines = part.splitlines()
            command = lines.pop(0)[2:] if part.startswith("$ ") else ""
            if command or any(line.strip() for line in lines):
                found.append(Step(terminal, command, tuple(line for line in lines if line.strip())))
    return found


@dataclass
class Names:
    """Which name of the document is which of the run."""

    known: dict[str, str] = field(default_factory=dict)

    def typed(self, command: str) -> str:
        """Return a command of the document with the run's own names."""
        return TOKEN.sub(lambda found: self.known.get(found[0], found[0]), command)

    def take(self, line: str, actual: str) -> bool:
        """Tell whether a line of the run says what the document says, and learn the names in it."""
        if _shape(line) != _shape(actual):
            return False
        learnt = dict(self.known)
        for mine, theirs in zip(_names(line), _names(actual), strict=True):
            if learnt.setdefault(mine, theirs) != theirs or sum(value == theirs for value in learnt.values()) > 1:
                return False
            if len(mine) == CKN_DIGITS:
                learnt[mine[:START_DIGITS]] = theirs[:START_DIGITS]
        self.known = learnt
        return True


CKN_DIGITS = 64
START_DIGITS = 8


def missing(shown: Sequence[str], actual: Sequence[str], names: Names, *, gaps: bool = False) -> str:
    """Return the first line of the document that the run doesn't show where it should, or nothing.

    With `gaps` any lines may stand between two lines of the document, as where a picture is drawn again and again.
    """
    rest, open_ = [line for line in actual if line.strip()], gaps
    before = dict(names.known)
    for line in shown:
        if line.strip() == GAP:
            open_ = True
            continue
        found = next((at for at, each in enumerate(rest[: None if open_ else 1]) if names.take(line, each)), None)
        if found is None:
            names.known = before
            return line
        del rest[: found + 1]
        open_ = gaps
    if rest and not open_:
        names.known = before
        return f"nothing more, but the run shows: {rest[0]}"
    return ""


def _shape(line: str) -> str:
    return " ".join(TOKEN.sub(lambda found: f"<{found.lastgroup}>", line.strip()).split())


def _names(line: str) -> list[str]:
    return [found[0] for found in TOKEN.finditer(line.strip()) if found.lastgroup in NAMING]
