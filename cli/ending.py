"""How a command ends: its exit code, and what a person reads when it can't do what was asked.

The codes are documented in docs/cli.md and held by a test.
"""

from __future__ import annotations

from enum import IntEnum


class Ending(IntEnum):
    """The exit codes; 2 is the command line's own for wrong usage."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3
    NOT_FOUND = 4
    NO_ACCESS = 5
    NOT_COMPLIANT = 6
    DECLINED = 7
    NOT_FOLLOWED = 8


class CliError(Exception):
    """A command can't do what was asked; `sentence` says why, `next_step` what to type."""

    def __init__(self, ending: Ending, sentence: str, next_step: str = "") -> None:
        """Take the exit code, a sentence, and what to do about it."""
        super().__init__(sentence)
        self.ending = ending
        self.sentence = sentence
        self.next_step = next_step
