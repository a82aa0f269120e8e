"""One line a call: which step, which rotation, what was decided, how long it took."""

from __future__ import annotations

import traceback
from pathlib import PurePath
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

from aws_lambda_powertools import Logger

from dxmacsec.compliance import HeardChanges, Looked
from dxmacsec.errors import Transient
from dxmacsec.fleet import Fleet
from dxmacsec.model import without_keys
from dxmacsec.organisation import Organisation, Turn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dxmacsec.model import Verdict

LOGGER = Logger(service="dxmacsec", location=None)

LONGEST_WORD = 256
MOST_SHOWN = 20
"""Links that a line names; of more of them it gives the number."""


class Decided(Protocol):
    """What a step returns, as far as its line shows it."""

    @property
    def link(self) -> str:
        """Return the link that it was about."""
        ...

    @property
    def verdict(self) -> Verdict:
        """Return what was decided."""
        ...


Ended = Decided | Fleet | Looked | HeardChanges | Organisation | Turn
"""What a step returns."""


class Call:
    """One call of a function, from its start to its line in the log."""

    def __init__(self, about: Mapping[str, Any]) -> None:
        """Start the time; `about` names the step, the rotation and the link, in words that may come from outside."""
        self._about = {name: _shown(value) for name, value in about.items()}
        self._started = perf_counter()

    def done(self, document: Ended | None) -> None:
        """Write the line of a call that returned: of its document the link and what was decided.

        Each link that could not be looked at, and each message that could not be read, has a line of its own.
        """
        LOGGER.info("done", extra=self._fields(_decided(document) if document else {}))
        for message, sentence in document.unreadable.items() if isinstance(document, HeardChanges) else ():
            LOGGER.error("unreadable", extra=self._fields({"message_id": message, "sentence": sentence}))
        looked = document.looked if isinstance(document, HeardChanges) else document
        if isinstance(looked, Looked):
            for trouble in looked.troubles:
                line = {"link": trouble.link, "error": trouble.error, "sentence": trouble.sentence}
                LOGGER.error("trouble", extra=self._fields(line))

    def failed(self, error: Exception) -> None:
        """Write the line of a call that failed: its error's class and sentence, and where it was raised.

        Neither local variables nor the chain of causes are written: what the SDK raised may quote a
        request. A Transient is a warning, because the machine tries again.
        """
        line = {"error": type(error).__name__, "sentence": str(error), "where": _where(error)}
        if isinstance(error, Transient):
            LOGGER.warning("failed", extra=self._fields(line))
        else:
            LOGGER.error("failed", extra=self._fields(line))

    def _fields(self, more: Mapping[str, Any]) -> dict[str, Any]:
        duration_ms = round((perf_counter() - self._started) * 1000, 1)
        return {**self._about, **more, "duration_ms": duration_ms}


def _shown(value: object) -> object:
    """Return what the log may hold of a word from outside; a number is as good as it is."""
    return value if value is None or isinstance(value, int | float) else without_keys(str(value), LONGEST_WORD)


def _decided(document: Ended) -> dict[str, Any]:
    if isinstance(document, HeardChanges):
        return {**_looked(document.looked), "nothing": document.nothing, "failed": len(document.failed)}
    if isinstance(document, Looked):
        return _looked(document)
    decided = {"next": document.verdict.next, "reason": document.verdict.reason}
    if isinstance(document, Organisation):
        return {**decided, "counts": document.counts}
    return decided if isinstance(document, Fleet | Turn) else {"link": document.link, **decided}


def _looked(looked: Looked) -> dict[str, Any]:
    counted = {"counts": looked.counts, "changes": len(looked.changed), "starts": len(looked.started)}
    shown = {"changed": looked.changed[:MOST_SHOWN], "waiting": looked.waiting[:MOST_SHOWN]}
    return {**counted, **shown, "retired": looked.retired[:MOST_SHOWN], "troubles": len(looked.troubles)}


def _where(error: Exception) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
