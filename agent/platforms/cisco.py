"""What the three Cisco systems have in common: how they print a session, and how they write a time."""

from __future__ import annotations

import re
from datetime import datetime

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Not from the locale of the machine that the agent runs on."""

FULL_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

LONG_AGO = datetime(2000, 1, 1)  # noqa: DTZ001 - the device's own time, which has no zone
"""The start of a key of which nobody said when it starts: it has started."""

_STATUS = re.compile(r"^\s*(?:Session\s+)?Status\s*:\s*(?P<status>.+?)\s*$", re.IGNORECASE)
_CKN = re.compile(r"^\s*CAK Name \(CKN\)[\s.:]+(?P<ckn>[0-9A-Fa-f]+)\s*$")
_MODE = re.compile(r"^\s*(?:CA Authentication Mode|PSK/EAP)\b.*FALLBACK", re.IGNORECASE)
_TIME = r"(?P<{0}>\d\d:\d\d:\d\d\s+[A-Za-z]+\s+\d+\s+\d{{4}})"
_LIFETIME = re.compile(r"lifetime\s+(?:local\s+)?" + _TIME.format("start") + r"(?:\s+" + _TIME.format("end") + r")?")


def in_use(shown: str) -> str | None:
    """Return the CKN of the session that is secured; one of a fallback key only where no other is."""
    sessions: list[dict[str, str]] = []
    for line in shown.splitlines():
        if status := _STATUS.match(line):
            sessions.append({"status": status["status"].upper()})
        elif sessions and (ckn := _CKN.match(line)):
            sessions[-1]["ckn"] = ckn["ckn"].lower()
        elif sessions and _MODE.match(line):
            sessions[-1]["fallback"] = "yes"
    secured = [each for each in sessions if each["status"].startswith("SECURED") and "ckn" in each]
    secured.sort(key=lambda each: "fallback" in each)
    return secured[0]["ckn"] if secured else None


def written(moment: datetime, months: tuple[str, ...]) -> str:
    """Return a time as lifetimes are written: `15:04:00 Jan 02 2026`."""
    return f"{moment:%H:%M:%S} {months[moment.month - 1]} {moment:%d} {moment:%Y}"


def lifetime(line: str) -> tuple[datetime | None, datetime | None]:
    """Return the start and end that a lifetime's line names; `infinite` has no end."""
    found = _LIFETIME.search(line)
    if found is None:
        return None, None
    return _moment(found["start"]), _moment(found["end"]) if found["end"] else None


def _moment(text: str) -> datetime:
    clock, month, day, year = text.split()
    number = next(index for index, name in enumerate(MONTHS, 1) if month[:3].lower() == name.lower())
    return datetime.fromisoformat(f"{int(year):04}-{number:02}-{int(day):02}T{clock}")
