"""What people type for a moment: a length before now, or a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

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
        raise _no_moment(text) from error
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def end_from(text: str, now: datetime) -> datetime:
    """Return the first moment that is no longer in a period; a day that is typed as its end is still in it.

    Raises:
        CliError: it is no moment.
    """
    moment = moment_from(text, now)
    try:
        return moment + timedelta(days=1) if _is_day(text) else moment
    except OverflowError as error:
        raise _no_moment(text) from error


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _no_moment(text: str) -> CliError:
    return CliError(Ending.USAGE, f"{text!r}: expected a length like 36h or 14d, or a day like 2026-01-31.")
