"""Everything that the deployer of a coordinator may choose: typed, with its default, checked before a stack is made."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from infra.config import RETENTION_DAYS, ConfigError, wrong_values
from infra.setting_rules import Flag, MemberList, Number, OneOf, OptionalEmail, Schedule, Whole, Zone


@dataclass(frozen=True, kw_only=True)
class CoordinatorConfig:
    """The coordinator's settings.

    Raises:
        ConfigError: if values are not allowed, or contradict each other.
    """

    members: Annotated[Sequence[str], MemberList(), "the accounts and Regions that take part; there is no default"] = ()
    schedule: Annotated[str, Schedule(), "when `RotateOrganisation` starts: an expression of EventBridge Scheduler"] = (
        "rate(1 day)"
    )
    schedule_time_zone: Annotated[str, Zone(), "the zone in which a cron `schedule` is read"] = "UTC"
    stop_on: Annotated[
        Literal["all", "account", "group"],
        OneOf(("all", "account", "group")),
        "what the first failure stops: everything, its account, or the redundancy groups concerned",
    ] = "all"
    max_members_a_wave: Annotated[int, Whole(1, 1000), "members that have their turn side by side"] = 100
    poll_seconds: Annotated[float, Number(1, 10), "pause between two looks at a member inside one function call"] = 5
    look_seconds: Annotated[float, Number(5, 60), "how long one function call keeps looking at a member"] = 50
    alert_email: Annotated[str | None, OptionalEmail(), "who is subscribed to the coordinator's alert topic"] = None
    log_retention_days: Annotated[int, RETENTION_DAYS, "how long CloudWatch Logs keeps a log"] = 365
    tracing: Annotated[bool, Flag(), "X-Ray traces of the functions and the state machine"] = True

    def __post_init__(self) -> None:
        """Check each setting, then what they say together."""
        errors = wrong_values(dataclasses.asdict(self), CoordinatorConfig)
        if not errors and self.poll_seconds > self.look_seconds:
            errors = [f"poll_seconds: expected at most look_seconds ({self.look_seconds:g})"]
        if errors:
            raise ConfigError(errors, of="dxmacsec-coordinator")
