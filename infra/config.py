"""Everything that a deployer may choose: typed, with its default, checked before anything is built."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, get_type_hints

from infra.setting_rules import (
    MINUTES_A_DAY,
    Flag,
    Number,
    OneOf,
    OptionalAccount,
    OptionalAddress,
    OptionalEmail,
    RoleList,
    Rule,
    Schedule,
    Whole,
    WindowList,
    Zone,
    rate_minutes,
    shown,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# The values that CloudWatch Logs takes:
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
RETENTION_DAYS = OneOf(
    (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
)
_UP_TO_A_DAY = Number(0.001, 1440)
_MODES = OneOf(("manual", "agent", "none"))


class ConfigError(ValueError):
    """One or more settings are wrong; the message names each of them and what was expected."""

    def __init__(self, errors: Sequence[str], *, of: str = "dxmacsec") -> None:
        """Keep `errors`, one sentence a setting, each beginning with the setting's name; `of` is their context key."""
        super().__init__("\n  ".join([f"the {of} settings are wrong:", *errors]))


@dataclass(frozen=True, kw_only=True)
class Config:
    """The product's settings. Numbers may have a fraction: a sandbox waits for seconds, not for hours.

    Raises:
        ConfigError: if values are not allowed, or contradict each other.
    """

    max_key_age_days: Annotated[float, Number(1, 365), "a key older than this is due"] = 90
    schedule: Annotated[str, Schedule(), "when `RotateFleet` starts: an expression of EventBridge Scheduler"] = (
        "rate(1 day)"
    )
    schedule_time_zone: Annotated[str, Zone(), "the zone in which a cron `schedule` is read"] = "UTC"
    schedule_flexible_minutes: Annotated[
        int, Whole(0, 1440), "how much later than its time the schedule may start a run; 0 is on the minute"
    ] = 60
    windows: Annotated[
        Sequence[Mapping[str, object]],
        WindowList(),
        "when rotations may start: `cron` (five fields), `minutes` and `zone` each; empty is always",
    ] = ()
    max_links_a_wave: Annotated[int, Whole(1, 500), "links that are rotated side by side"] = 40
    maintenance_clearance_hours: Annotated[
        float, Number(0, 168), "no rotation when a maintenance that AWS announced starts within this time"
    ] = 24
    tags_may_loosen: Annotated[
        bool, Flag(), "whether a link's tags may ask for less: `rotate=off`, an older key, an exemption"
    ] = False
    poll_seconds: Annotated[float, Number(1, 10), "pause between two looks inside one function call"] = 5
    look_seconds: Annotated[float, Number(5, 60), "how long one function call keeps looking"] = 50
    plan_wait_minutes: Annotated[float, _UP_TO_A_DAY, "how long a plan waits for a link that is `pending`"] = 15
    association_minutes: Annotated[float, _UP_TO_A_DAY, "deadline for a new key to be `associated`"] = 30
    router_mode: Annotated[
        Literal["manual", "agent", "none"],
        _MODES,
        "who answers for the router: people (SNS), an agent (SQS), or nobody, at the owner's risk",
    ] = "manual"
    router_deadline_hours: Annotated[float, Number(0.001, 168), "how long a router task may stay open"] = 24
    router_heartbeat_minutes: Annotated[
        float, Number(0.001, 720), "an agent that is silent for longer loses its task (mode `agent`)"
    ] = 15
    bake_minutes: Annotated[
        float, Number(0, 10080), "how long encryption must hold on the new key before an old one may go"
    ] = 120
    proof_max_age_seconds: Annotated[
        float, Number(1, 86400), "oldest router answer that still proves which key is in use"
    ] = 900
    status_lag_seconds: Annotated[float, Number(0, 3600), "how late Direct Connect's port encryption status may be"] = (
        300
    )
    retire_minutes: Annotated[float, _UP_TO_A_DAY, "deadline of AwaitRetired; longer than `status_lag_seconds`"] = 30
    restore_minutes: Annotated[float, _UP_TO_A_DAY, "how long a removed key is asked back before `LinkDark`"] = 60
    enforcement: Annotated[
        Literal["enforce", "audit"],
        OneOf(("enforce", "audit")),
        "set `must_encrypt`, or only say it is not set",
    ] = "enforce"
    # Off, because a first key asks people to do something at a router that may not be there yet.
    onboard: Annotated[
        Literal["on", "off"],
        OneOf(("on", "off")),
        "whether a link that never had a key gets its first one by itself",
    ] = "off"
    enforce_minutes: Annotated[
        float, _UP_TO_A_DAY, "deadline of EnforceEncryption; longer than twice `status_lag_seconds`"
    ] = 30
    on_encryption_loss: Annotated[
        Literal["lower", "hold"],
        OneOf(("lower", "hold")),
        "when encryption is lost after we set `must_encrypt`: back to `should_encrypt`, or fail closed",
    ] = "lower"
    sweep: Annotated[
        str, Schedule(), "when `SweepLinks` looks at every link, at least once a day: an expression like `schedule`"
    ] = "rate(1 hour)"
    # A batch of more than ten messages must be gathered for a second at least:
    # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    changes_window_seconds: Annotated[
        int, Whole(1, 300), "how long `HearChange` gathers events before it looks at their links"
    ] = 5
    security_hub: Annotated[bool, Flag(), "whether Security Hub gets a finding for each link; it must be enabled"] = (
        False
    )
    coordinator_account: Annotated[
        str | None,
        OptionalAccount(),
        "the account whose coordinator may say when this one rotates (docs/organisation.md); null is nobody",
    ] = None
    coordinator_silence_hours: Annotated[
        float,
        Number(0.001, 8760),
        "how long the coordinator may be silent before the schedule goes on alone; longer than its period",
    ] = 50
    key_readers: Annotated[
        Sequence[str],
        RoleList(),
        "who besides the product may open a key secret: the routers' agents and people; empty leaves it to IAM",
    ] = ()
    alert_email: Annotated[str | None, OptionalEmail(), "who is subscribed to the alert topic"] = None
    runbook_url: Annotated[
        str | None, OptionalAddress(), "where your people read docs/runbook.md; the board's verdicts open its headings"
    ] = None
    log_retention_days: Annotated[int, RETENTION_DAYS, "how long CloudWatch Logs keeps a log"] = 365
    tracing: Annotated[bool, Flag(), "X-Ray traces of the functions and state machines"] = True

    def __post_init__(self) -> None:
        """Check each setting, then what they say together."""
        errors = wrong_values(dataclasses.asdict(self)) or _contradictions(self)
        if errors:
            raise ConfigError(errors)


@dataclass(frozen=True)
class Setting:
    """What is known about one setting besides its value."""

    name: str
    default: object
    rule: Rule
    meaning: str


def settings(of: type[DataclassInstance] = Config) -> list[Setting]:
    """Return all settings of a class of settings, in the order in which the documentation shows them."""
    hints = get_type_hints(of, include_extras=True)
    return [Setting(it.name, it.default, *hints[it.name].__metadata__) for it in dataclasses.fields(of)]


def wrong_values(values: Mapping[str, object], of: type[DataclassInstance] = Config) -> list[str]:
    """Return one sentence for each value that its setting does not allow, and for each unknown setting."""
    rules = {setting.name: setting.rule for setting in settings(of)}
    strangers = sorted(shown(name).strip("'") for name in set(values) - set(rules))
    unknown = [f"{name}: no such setting, expected one of {', '.join(rules)}" for name in strangers]
    wrong = [
        f"{name}: expected {rule.allowed}, got {shown(values[name])}"
        for name, rule in rules.items()
        if name in values and not rule.admits(values[name])
    ]
    return unknown + wrong


def _contradictions(config: Config) -> list[str]:
    lag, deadline_hours = config.status_lag_seconds, config.router_deadline_hours
    heartbeats = config.router_mode == "agent"
    checks = {
        f"poll_seconds: expected at most look_seconds ({config.look_seconds:g})": (
            config.poll_seconds <= config.look_seconds
        ),
        f"retire_minutes: expected more than status_lag_seconds ({lag:g} s)": (config.retire_minutes * 60 > lag),
        f"enforce_minutes: expected more than twice status_lag_seconds ({lag:g} s)": (
            config.enforce_minutes * 60 > 2 * lag
        ),
        f"proof_max_age_seconds: expected at least poll_seconds ({config.poll_seconds:g})": (
            config.proof_max_age_seconds >= config.poll_seconds
        ),
        # The alarm on a sweep that did not run counts in days where it can't read a rate.
        "sweep: expected a rate of at most one day": ((rate_minutes(config.sweep) or 0) <= MINUTES_A_DAY),
        # Step Functions wants HeartbeatSeconds below TimeoutSeconds:
        # https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
        f"router_heartbeat_minutes: expected less than router_deadline_hours ({deadline_hours:g} h)": (
            not heartbeats or config.router_heartbeat_minutes < deadline_hours * 60
        ),
    }
    return [sentence for sentence, holds in checks.items() if not holds]
