"""What a setting may be: each rule says it in words, for errors and for the table, and checks a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from string import hexdigits
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

MINUTES_A_DAY = 24 * 60
_LONGEST_SHOWN = 120


def shown(value: object) -> str:
    """A wrong value as an error may show it: cut, and without digits that may be a key's."""
    text, bound = repr(value), 4 * _LONGEST_SHOWN
    # Digits on which this cut falls may be some of a key's.
    begun = text if len(text) <= bound else f"{text[:bound].rstrip(hexdigits)}…"
    return re.sub(r"[0-9a-fA-F]{32,}", "…", begun)[:_LONGEST_SHOWN]


class Rule(Protocol):
    """One allowed set of values."""

    @property
    def allowed(self) -> str:
        """The allowed values in words, to be read after "expected"."""

    def admits(self, value: object) -> bool:
        """Whether `value` is allowed."""


@dataclass(frozen=True)
class Number:
    """A number between two bounds, both included; `True` and `False` are no numbers here."""

    low: float
    high: float

    @property
    def allowed(self) -> str:
        """The bounds in words."""
        return f"a number from {self.low:g} to {self.high:g}"

    def admits(self, value: object) -> bool:
        """Whether `value` is an integer or a float within the bounds."""
        return isinstance(value, int | float) and not isinstance(value, bool) and self.low <= value <= self.high


@dataclass(frozen=True)
class OneOf:
    """One of a few values of the same type."""

    values: tuple[str, ...] | tuple[int, ...]

    @property
    def allowed(self) -> str:
        """The values, one after another."""
        return f"one of {', '.join(str(value) for value in self.values)}"

    def admits(self, value: object) -> bool:
        """Whether `value` equals one of the values and has their type (`True` is not 1)."""
        return any(type(value) is type(known) and value == known for known in self.values)


@dataclass(frozen=True)
class Flag:
    """Either true or false."""

    allowed: str = "true or false"

    def admits(self, value: object) -> bool:
        """Whether `value` is a boolean."""
        return isinstance(value, bool)


@dataclass(frozen=True)
class OptionalEmail:
    """An e-mail address or nothing; SNS itself proves the address by its confirmation mail."""

    allowed: str = "an e-mail address or null"

    def admits(self, value: object) -> bool:
        """Whether `value` is null or has the shape name@domain."""
        if value is None:
            return True
        if not isinstance(value, str) or any(character.isspace() for character in value):
            return False
        name, at, domain = value.partition("@")
        return bool(name and at and domain) and "@" not in domain


@dataclass(frozen=True)
class OptionalAccount:
    """The id of an AWS account or nothing; as text, for a number loses the zeros that it begins with."""

    allowed: str = "an account's 12 digits, in quotes, or null"

    def admits(self, value: object) -> bool:
        """Whether `value` is null or twelve digits."""
        return value is None or (isinstance(value, str) and re.fullmatch(r"[0-9]{12}", value) is not None)


@dataclass(frozen=True)
class OptionalAddress:
    """An https address without a fragment, or nothing."""

    allowed: str = "an address that begins with https:// and has no #, or null"

    def admits(self, value: object) -> bool:
        """Whether `value` is None or such an address."""
        return value is None or (isinstance(value, str) and re.fullmatch(r"https://[^\s#]+", value) is not None)


@dataclass(frozen=True)
class Whole:
    """A whole number between two bounds, both included."""

    low: int
    high: int

    @property
    def allowed(self) -> str:
        """The bounds in words."""
        return f"a whole number from {self.low} to {self.high}"

    def admits(self, value: object) -> bool:
        """Whether `value` is an integer within the bounds; `True` and `False` are none."""
        return isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high


@dataclass(frozen=True)
class Schedule:
    """An expression of EventBridge Scheduler that repeats.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    """

    allowed: str = "rate(<number> minutes|hours|days) or cron(<six fields>)"

    def admits(self, value: object) -> bool:
        """Whether `value` has the form of a rate or of a cron expression; Scheduler reads the fields."""
        form = r"rate\([1-9]\d{0,4} (?:minute|hour|day)s?\)|cron\([\w*?/,#-]+(?: [\w*?/,#-]+){5}\)"
        return isinstance(value, str) and re.fullmatch(form, value) is not None


def rate_minutes(expression: str) -> int | None:
    """How many minutes lie between two starts of a `rate(…)`; None of a cron expression."""
    rate = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    return int(rate[1]) * {"minute": 1, "hour": 60, "day": MINUTES_A_DAY}[rate[2]] if rate else None


def period_minutes(expression: str) -> int:
    """How many minutes lie between two starts of a schedule; a cron expression is taken for one a day."""
    return rate_minutes(expression) or MINUTES_A_DAY


@dataclass(frozen=True)
class Zone:
    """The name of a time zone."""

    allowed: str = "the name of an IANA time zone, like Europe/Berlin"

    def admits(self, value: object) -> bool:
        """Whether the zone is known."""
        if not isinstance(value, str) or not value:
            return False
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return False
        return True


@dataclass(frozen=True)
class WindowList:
    """Rotation windows: at most ten, for they travel in the functions' environment of 4 KB."""

    most: int = 10
    allowed: str = 'a list of at most 10 windows like {"cron": "0 2 * * SUN", "minutes": 240, "zone": "UTC"}'

    def admits(self, value: object) -> bool:
        """Whether every window can be read and opens some day."""
        return isinstance(value, list | tuple) and len(value) <= self.most and all(_is_window(each) for each in value)


@dataclass(frozen=True)
class RoleList:
    """ARNs of IAM roles and users; at most twenty, for a key policy holds 32 KB and is read by people.

    https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
    """

    most: int = 20
    allowed: str = "a list of at most 20 ARNs of IAM roles or users like arn:aws:iam::123456789012:role/router-agent"

    def admits(self, value: object) -> bool:
        """Whether every ARN names one role or user of one account: a wildcard could be anybody."""
        form = r"arn:aws[a-z-]*:iam::\d{12}:(?:role|user)/[\w+=,.@/-]{1,576}"
        return (
            isinstance(value, list | tuple)
            and len(value) <= self.most
            and all(isinstance(each, str) and re.fullmatch(form, each) for each in value)
        )


@dataclass(frozen=True)
class MemberList:
    """Accounts and Regions; at least one, and no more than fit into the payload that names them all to a function.

    https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
    """

    most: int = 5000
    allowed: str = 'a list of 1 to 5000 members like "123456789012/eu-west-1", each of them once'

    def admits(self, value: object) -> bool:
        """Whether every member is an account and a Region, and none is there twice."""
        return (
            isinstance(value, list | tuple)
            and 1 <= len(value) <= self.most
            and all(
                isinstance(each, str) and re.fullmatch(r"[0-9]{12}/[a-z]{2}(?:-[a-z]+)+-[0-9]", each) for each in value
            )
            and len(set(value)) == len(value)
        )


def _is_window(value: object) -> bool:
    if not isinstance(value, Mapping) or set(value) != {"cron", "minutes", "zone"}:
        return False
    return _opens(value["cron"]) and Number(1, 10080).admits(value["minutes"]) and Zone().admits(value["zone"])


def _opens(expression: object) -> bool:
    fields_of_cron = 5
    if not isinstance(expression, str) or len(expression.split()) != fields_of_cron:
        return False
    try:
        return next(CronSim(expression, datetime(2026, 1, 1, tzinfo=UTC)), None) is not None
    except CronSimError:
        return False
