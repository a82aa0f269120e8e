"""What people type for a moment: a length before now, or a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cli.ending import CliError, Ending

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def moment_from(text: str, now: datetime) -> datetime:
    """Return the moment that a length before now, a day or an ISO time means; without a zone it is UTC.

    Raises:
        CliError: it is none of them.
    """
    try:
        if text[-1:] in UNITS:
            return now - float(text[:-1]) * UNITS[text[-1]]
        read = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        sentence = f"{text!r}: expected a length like 36h or 14d, or a day like 2026-01-31."
        raise CliError(Ending.USAGE, sentence) from error
    return read if read.tzinfo else read.replace(tzinfo=UTC)
