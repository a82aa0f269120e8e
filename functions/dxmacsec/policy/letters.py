"""The frame of every letter to people: what happened, what the line carries now, what to do, until when, what to type.

Many letters at once are one: whoever gets a hundred reads none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

RUNBOOK = "docs/runbook.md"

BY_AWS = f'Or with the aws command alone ({RUNBOOK}, "Before anything else", sets out and LEDGER):'

MOST_LETTERS = 5
"""Letters that go out one by one from one look at many links."""

MOST_NAMED = 40
"""Subjects that the one letter lists: SNS takes 256 KB, a person less."""

Letter = tuple[str, str]
"""A subject and a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a letter says; what is empty is left out.

    `did` is what we did or why not. `commands` are the product's own, `by_aws` the same without it. `lists` are what
    one needs before one types; `facts` come last, for who wants to know more.
    """

    happened: str
    line: str = ""
    did: str = ""
    todo: str = ""
    until: str = ""
    commands: Sequence[str] = ()
    by_aws: Sequence[str] = ()
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    heading: str = ""


def framed(words: Words) -> str:
    """Return the text of a letter, the same parts in the same order whatever it is about."""
    parts = (
        words.happened,
        f"The line now: {words.line}" if words.line else "",
        words.did,
        f"What to do: {words.todo}" if words.todo else "",
        f"Until: {words.until}" if words.until else "",
        *(f"{title}:\n{_indented(lines)}" for title, lines in words.lists.items() if lines),
        *_typed("Type this:", words.commands),
        *_typed(BY_AWS if words.commands else "Type this:", words.by_aws),
        "\n".join(f"{name}: {fact}" for name, fact in words.facts.items() if fact),
        f"More: {RUNBOOK}, heading {words.heading}." if words.heading else "",
    )
    return "\n\n".join(part for part in parts if part)


def _typed(title: str, commands: Sequence[str]) -> tuple[str, ...]:
    return (title, _indented(commands)) if commands else ()


def _indented(lines: Sequence[str]) -> str:
    return "\n".join(f"  {line}" if line else "" for line in lines)


def gathered(letters: Sequence[Letter]) -> tuple[Letter, ...]:
    """Return the letters as they are, or one that names them all where they are many."""
    if len(letters) <= MOST_LETTERS:
        return tuple(letters)
    lines = [f"- {subject.removeprefix('dxmacsec ')}" for subject, _ in letters[:MOST_NAMED]]
    more = f"\n… and {len(letters) - MOST_NAMED} more." if len(letters) > MOST_NAMED else ""
    words = Words(
        happened=f"{len(letters)} links need somebody:\n\n" + "\n".join(lines) + more,
        todo=f"begin with the first. Each reason has a heading in {RUNBOOK} that says what it means for the line.",
        commands=("dxmacsec status",),
    )
    return ((f"dxmacsec: {len(letters)} links need somebody", framed(words)),)
