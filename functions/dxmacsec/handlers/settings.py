"""What a function is told by its environment, read once."""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from dxmacsec.fleet import Window
from dxmacsec.interfaces import CoordinatorLimits, Limits
from dxmacsec.model import RouterMode
from dxmacsec.organisation import StopOn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PREFIX = "DXMACSEC_"
NOBODY = "none"
"""What a variable says whose setting is empty."""


class SettingsError(Exception):
    """The environment lacks something or holds something wrong; the message names every such variable."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the stack's things are, and what its deployer chose."""

    ledger_table: str
    key_secret_prefix: str
    key_arn: str
    alerts_topic_arn: str
    router_tasks_url: str
    changes_url: str
    rotate_key_arn: str
    rotation_function_arn: str
    enforce_encryption_arn: str
    rotate_fleet_arn: str
    recover_link_arn: str
    limits: Limits

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the `DXMACSEC_…` variables.

        Raises:
            SettingsError: some are missing or wrong; all of them are named.
        """
        reading = _Reading(environment)
        settings = cls(
            ledger_table=reading.text("LEDGER_TABLE"),
            key_secret_prefix=reading.text("KEY_SECRET_PREFIX"),
            key_arn=reading.text("KEY_ARN"),
            alerts_topic_arn=reading.text("ALERTS_TOPIC_ARN"),
            router_tasks_url=reading.text("ROUTER_TASKS_URL"),
            changes_url=reading.text("CHANGES_URL"),
            rotate_key_arn=reading.text("ROTATE_KEY_ARN"),
            rotation_function_arn=reading.text("ROTATION_FUNCTION_ARN"),
            enforce_encryption_arn=reading.text("ENFORCE_ENCRYPTION_ARN"),
            rotate_fleet_arn=reading.text("ROTATE_FLEET_ARN"),
            recover_link_arn=reading.text("RECOVER_LINK_ARN"),
            limits=_limits(reading),
        )
        if reading.wrong:
            raise SettingsError("; ".join(reading.wrong))
        return settings


@dataclass(frozen=True, slots=True)
class CoordinatorSettings:
    """Where the coordinator's things are, and what its deployer chose."""

    ledger_table: str
    alerts_topic_arn: str
    shelf_bucket: str
    limits: CoordinatorLimits

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> CoordinatorSettings:
        """Read the `DXMACSEC_…` variables of a function of the coordinator.

        Raises:
            SettingsError: some are missing or wrong; all of them are named.
        """
        reading = _Reading(environment)
        settings = cls(
            ledger_table=reading.text("LEDGER_TABLE"),
            alerts_topic_arn=reading.text("ALERTS_TOPIC_ARN"),
            shelf_bucket=reading.text("SHELF_BUCKET"),
            limits=CoordinatorLimits(
                stop_on=StopOn(reading.word("STOP_ON", tuple(StopOn))),
                most_members=max(1, round(reading.number("MAX_MEMBERS_A_WAVE"))),
                look_seconds=reading.number("LOOK_SECONDS"),
                poll_seconds=reading.number("POLL_SECONDS"),
            ),
        )
        if reading.wrong:
            raise SettingsError("; ".join(reading.wrong))
        return settings


def _limits(reading: _Reading) -> Limits:
    return Limits(
        poll_seconds=reading.number("POLL_SECONDS"),
        look_seconds=reading.number("LOOK_SECONDS"),
        plan_wait=reading.minutes("PLAN_WAIT_MINUTES"),
        association=reading.minutes("ASSOCIATION_MINUTES"),
        router_deadline=reading.hours("ROUTER_DEADLINE_HOURS"),
        router_heartbeat=reading.minutes("ROUTER_HEARTBEAT_MINUTES"),
        bake=reading.minutes("BAKE_MINUTES"),
        proof_max_age=reading.seconds("PROOF_MAX_AGE_SECONDS"),
        status_lag=reading.seconds("STATUS_LAG_SECONDS"),
        retire=reading.minutes("RETIRE_MINUTES"),
        restore=reading.minutes("RESTORE_MINUTES"),
        enforce=reading.minutes("ENFORCE_MINUTES"),
        router_mode=RouterMode(reading.word("ROUTER_MODE", tuple(RouterMode))),
        on_encryption_loss=reading.word("ON_ENCRYPTION_LOSS", ("lower", "hold")),
        enforcement=reading.word("ENFORCEMENT", ("enforce", "audit")),
        onboard=reading.word("ONBOARD", ("off", "on")) == "on",
        security_hub=reading.flag("SECURITY_HUB"),
        max_key_age=reading.days("MAX_KEY_AGE_DAYS"),
        windows=reading.windows("WINDOWS"),
        max_links_a_wave=round(reading.number("MAX_LINKS_A_WAVE")),
        maintenance_clearance=reading.hours("MAINTENANCE_CLEARANCE_HOURS"),
        tags_may_loosen=reading.flag("TAGS_MAY_LOOSEN"),
        abandoned_after=reading.minutes("ABANDONED_AFTER_MINUTES"),
        coordinated=reading.text("COORDINATOR_ACCOUNT") != NOBODY,
        coordinator_silence=reading.hours("COORDINATOR_SILENCE_HOURS"),
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads variables one by one and collects what is wrong; what it then returns is never used."""

    environment: Mapping[str, str]
    wrong: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Return a variable that may not be empty."""
        value = self.environment.get(PREFIX + name, "").strip()
        if not value:
            self.wrong.append(f"{PREFIX}{name}: missing")
        return value

    def word(self, name: str, allowed: tuple[str, ...]) -> str:
        """Return one of a few words."""
        value = self.text(name)
        if value in allowed:
            return value
        if value:
            self.wrong.append(f"{PREFIX}{name}: expected one of {', '.join(allowed)}, got {value!r}")
        return allowed[0]

    def flag(self, name: str) -> bool:
        """Return whether it says true."""
        return self.word(name, ("false", "true")) == "true"

    def number(self, name: str) -> float:
        """Return a number that is not negative."""
        value = self.text(name)
        try:
            number = float(value or 0)
        except ValueError:
            number = math.nan
        if math.isfinite(number) and number >= 0:
            return number
        self.wrong.append(f"{PREFIX}{name}: expected a number from 0, got {value!r}")
        return 0.0

    def seconds(self, name: str) -> timedelta:
        """Return a time that is given in seconds."""
        return self._time(name, lambda number: timedelta(seconds=number))

    def minutes(self, name: str) -> timedelta:
        """Return a time that is given in minutes."""
        return self._time(name, lambda number: timedelta(minutes=number))

    def hours(self, name: str) -> timedelta:
        """Return a time that is given in hours."""
        return self._time(name, lambda number: timedelta(hours=number))

    def days(self, name: str) -> timedelta:
        """Return a time that is given in days."""
        return self._time(name, lambda number: timedelta(days=number))

    def windows(self, name: str) -> tuple[Window, ...]:
        """Return the rotation windows; the deployment has checked what is in them."""
        value = self.text(name)
        try:
            return tuple(Window(each["cron"], each["minutes"], each["zone"]) for each in json.loads(value or "[]"))
        except (ValueError, TypeError, KeyError):
            self.wrong.append(f"{PREFIX}{name}: expected a JSON list of cron, minutes and zone, got {value!r}")
            return ()

    def _time(self, name: str, length: Callable[[float], timedelta]) -> timedelta:
        number = self.number(name)
        try:
            return length(number)
        except OverflowError:
            self.wrong.append(f"{PREFIX}{name}: expected a shorter time, got {number}")
            return timedelta(0)
