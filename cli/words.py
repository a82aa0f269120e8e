"""How moments, spans, keys and modes are said on a terminal and on a page: short, in UTC, the same everywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

CKN_DIGITS = 8
"""As many digits of a CKN as its label `DxOld-…` has."""

DAY = 86_400


def moment(at: datetime) -> str:
    """Return a moment to the minute, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def exact(at: datetime) -> str:
    """Return a moment to the second, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def day(at: datetime) -> str:
    """Return a day, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d}"


def span(seconds: float) -> str:
    """Return a length of time in its two largest units: `0.4 s`, `42 s`, `1 min 40 s`, `2 h 05 min`, `3 d 4 h`.

    What is left below them is cut off, so that a deadline is never told as later than it is.
    """
    if abs(seconds) < 10:  # noqa: PLR2004 - up to here a tenth of a second is worth telling
        return f"{abs(seconds):.1f} s"
    whole = round(abs(seconds))
    if whole < 100:  # noqa: PLR2004 - up to here seconds say more than minutes
        return f"{whole} s"
    minutes = whole // 60
    if minutes < 100:  # noqa: PLR2004 - see above
        return f"{minutes} min {whole % 60} s" if minutes < 10 and whole % 60 else f"{minutes} min"  # noqa: PLR2004 - see above
    hours, days = minutes // 60, whole // DAY
    if days < 2:  # noqa: PLR2004 - up to here hours say more than days
        return f"{hours} h {minutes % 60:02} min"
    if days < 10:  # noqa: PLR2004 - from here on hours say nothing
        return f"{days} d {hours % 24} h"
    return f"{days} d"


def ago(then: datetime, now: datetime) -> str:
    """Return how long something is past."""
    return f"{span((now - then).total_seconds())} ago"


def clock(elapsed: timedelta) -> str:
    """Return how long something has run, such as `1:02:03` or `02:03`."""
    minutes, seconds = divmod(max(0, int(elapsed.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def by(at: datetime, now: datetime) -> str:
    """Return a moment with how far it is, such as `2026-03-01 12:30 UTC, in 30 min`."""
    told = f"in {span((at - now).total_seconds())}" if at >= now else ago(at, now)
    return f"{moment(at)}, {told}"


def until(deadline: datetime, now: datetime) -> str:
    """Return how long is left, or that it is over."""
    left = (deadline - now).total_seconds()
    return f"{span(left)} left" if left > 0 else f"{span(left)} over"


def age(days: float | None) -> str:
    """Return a key's age; nobody knowing it is worth a word."""
    return "unknown" if days is None else f"{int(days)} d"


def due(at: datetime | None, now: datetime) -> str:
    """Return when a link is due: in days, `now` where it is, or `-` where its age never makes it so."""
    if at is None:
        return "-"
    if at <= now:
        return "now"
    days = (at - now) / timedelta(days=1)
    return f"in {int(days)} d" if days >= 1 else "today"


def ckn_start(ckn: str | None) -> str:
    """Return the first digits of a CKN; `-` without one."""
    return f"{ckn[:CKN_DIGITS].lower()}…" if ckn else "-"
