"""What a link's tags choose: who may tag can make things stricter, and no looser than the deployer allows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from dxmacsec.model import RouterMode, without_keys
from dxmacsec.policy.groups import GROUP_TAG, LONGEST_GROUP

ROTATE_TAG = "dxmacsec:rotate"
MAX_AGE_TAG = "dxmacsec:max-age-days"
ROUTER_MODE_TAG = "dxmacsec:router-mode"
EXEMPT_UNTIL_TAG = "dxmacsec:exempt-until"
ENFORCEMENT_TAG = "dxmacsec:enforcement"

DAYS = re.compile(r"[1-9]\d{0,2}")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LONGEST_AGE_DAYS = 365
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Rules:
    """What the deployer chose: the oldest key, and whether a tag may ask for less than that."""

    max_age: timedelta
    may_loosen: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What holds for one link; `warnings` names each tag that was not understood or not allowed.

    `enforcement` is `enforce` or `audit`, None where the configuration holds.
    """

    max_age: timedelta
    rotate: bool = True
    router_mode: RouterMode | None = None
    exempt_until: date | None = None
    warnings: tuple[str, ...] = ()
    enforcement: str | None = None


@dataclass(slots=True)
class _Reading:
    """Reads the tags of one link, and collects what to report."""

    tags: Mapping[str, str]
    rules: Rules
    warnings: list[str] = field(default_factory=list)

    def value(self, tag: str) -> str | None:
        """Return a tag's value, None where the link hasn't the tag."""
        value = self.tags.get(tag)
        return value.strip() if value is not None else None

    def wrong(self, tag: str, value: str, expected: str) -> None:
        """Report a value that nobody should guess about: the configuration holds."""
        self.warnings.append(f"{tag}: expected {expected}, got {without_keys(value, SHOWN)!r}; the configuration holds")

    def looser(self, tag: str, value: str) -> bool:
        """Tell whether a tag may loosen; report it where not."""
        if not self.rules.may_loosen:
            self.warnings.append(
                f"{tag}: {without_keys(value, SHOWN)!r} asks for less than the configuration; it allows none of that"
            )
        return self.rules.may_loosen


def choices(tags: Mapping[str, str], rules: Rules) -> Choices:
    """Read a link's tags.

    A bad value is reported and counts as absent, which is the configuration and no guess: otherwise
    a slip, or somebody who may tag, could keep a key for ever.
    """
    reading = _Reading(tags, rules)
    rotate, max_age = _rotate(reading), _max_age(reading)
    router_mode, exempt_until = _router_mode(reading), _exempt_until(reading)
    enforcement = _enforcement(reading)
    _check_group(reading)
    return Choices(max_age, rotate, router_mode, exempt_until, tuple(reading.warnings), enforcement)


def exemption(chosen: Choices, now: datetime) -> str | None:
    """Return the sentence of an exemption that holds now, through its whole last day in UTC; None where none does."""
    until = chosen.exempt_until
    if until is None or now.astimezone(UTC).date() > until:
        return None
    return f"It is exempt through {until.isoformat()} (UTC), by its tag {EXEMPT_UNTIL_TAG}."


def _rotate(reading: _Reading) -> bool:
    value = reading.value(ROTATE_TAG)
    if value == "off":
        return not reading.looser(ROTATE_TAG, value)
    if value not in (None, "on"):
        reading.wrong(ROTATE_TAG, value, "on or off")
    return True


def _max_age(reading: _Reading) -> timedelta:
    value = reading.value(MAX_AGE_TAG)
    configured = reading.rules.max_age
    if value is None:
        return configured
    if not DAYS.fullmatch(value) or int(value) > LONGEST_AGE_DAYS:
        reading.wrong(MAX_AGE_TAG, value, f"a whole number of days from 1 to {LONGEST_AGE_DAYS}")
        return configured
    asked = timedelta(days=int(value))
    return asked if asked <= configured or reading.looser(MAX_AGE_TAG, value) else configured


def _router_mode(reading: _Reading) -> RouterMode | None:
    """Return `manual` or `agent`; `none` gives up the proof, and no tag may do that."""
    value = reading.value(ROUTER_MODE_TAG)
    if value in (RouterMode.MANUAL, RouterMode.AGENT):
        return RouterMode(value)
    if value is not None:
        reading.wrong(ROUTER_MODE_TAG, value, "manual or agent (none is for the configuration only)")
    return None


def _exempt_until(reading: _Reading) -> date | None:
    value = reading.value(EXEMPT_UNTIL_TAG)
    if value is None:
        return None
    try:
        until = date.fromisoformat(value) if DATE.fullmatch(value) else None
    except ValueError:
        until = None
    if until is None:
        reading.wrong(EXEMPT_UNTIL_TAG, value, "a date like 2027-01-31")
        return None
    return until if reading.looser(EXEMPT_UNTIL_TAG, value) else None


def _enforcement(reading: _Reading) -> str | None:
    """Return `enforce`, which anybody may ask for, or `audit`, where tags may loosen."""
    value = reading.value(ENFORCEMENT_TAG)
    if value == "audit":
        return value if reading.looser(ENFORCEMENT_TAG, value) else None
    if value not in (None, "enforce"):
        reading.wrong(ENFORCEMENT_TAG, value, "enforce or audit")
        return None
    return value


def _check_group(reading: _Reading) -> None:
    value = reading.value(GROUP_TAG)
    if value is not None and (not value or len(value) > LONGEST_GROUP or not value.isprintable()):
        reading.wrong(GROUP_TAG, value, f"printable text of 1 to {LONGEST_GROUP} characters")
