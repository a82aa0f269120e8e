"""Many letters at once are one: whoever gets a hundred reads none."""

from __future__ import annotations

from collections.abc import Sequence

MOST_LETTERS = 5
"""Letters that go out one by one from one look at many links."""

MOST_NAMED = 40
"""Subjects that the one letter lists: SNS takes 256 KB, a person less."""

Letter = tuple[str, str]
"""A subject and a text."""


def gathered(letters: Sequence[Letter]) -> tuple[Letter, ...]:
    """Return the letters as they are, or one that names them all where they are many."""
    if len(letters) <= MOST_LETTERS:
        return tuple(letters)
    lines = [f"- {subject.removeprefix('dxmacsec ')}" for subject, _ in letters[:MOST_NAMED]]
    more = f"\n… and {len(letters) - MOST_NAMED} more." if len(letters) > MOST_NAMED else ""
    text = (
        f"{len(letters)} links need somebody:\n\n" + "\n".join(lines) + more + "\n\n"
        "Each reason has a heading in docs/runbook.md that says what to type next. The whole story of a link is in "
        "the ledger, under LINK#<its id> / VERDICT#…"
    )
    return ((f"dxmacsec: {len(letters)} links need somebody", text),)
