"""The settings: a wrong one never reaches a stack, and its error says what to type."""

from __future__ import annotations

import dataclasses
import json

import pytest
from aws_cdk import aws_logs as logs

from infra.config import Config, ConfigError, settings
from infra.context import load
from infra.log_groups import RETENTION
from infra.setting_rules import rate_minutes, shown
from infra.settings_table import settings_table

WRONG_VALUES = {
    "max_key_age_days": 366,
    "schedule": "at(2027-01-01T00:00:00)",
    "schedule_time_zone": "Europe/Atlantis",
    "schedule_flexible_minutes": 0.5,
    "windows": [{"cron": "0 2 30 2 *", "minutes": 60, "zone": "UTC"}],
    "max_links_a_wave": 0,
    "maintenance_clearance_hours": -1,
    "tags_may_loosen": "no",
    "poll_seconds": 0.5,
    "look_seconds": "50",
    "plan_wait_minutes": 0,
    "association_minutes": True,
    "router_mode": "automatic",
    "router_deadline_hours": 169,
    "router_heartbeat_minutes": -1,
    "bake_minutes": None,
    "proof_max_age_seconds": 0,
    "status_lag_seconds": 3601,
    "retire_minutes": [],
    "restore_minutes": 1441,
    "enforcement": "Enforce",
    "onboard": True,
    "enforce_minutes": float("nan"),
    "on_encryption_loss": "raise",
    "sweep": "rate(0 hours)",
    "changes_window_seconds": 0,
    "security_hub": "on",
    "coordinator_account": "12345678901",
    "coordinator_silence_hours": 0,
    "key_readers": ["arn:aws:iam::123456789012:role/*"],
    "alert_email": "ops at example.com",
    "runbook_url": "http://wiki.example/runbook",
    "log_retention_days": 366,
    "tracing": 1,
}


def test_product_defaults_are_allowed() -> None:
    config = load({})

    assert config == Config()
    assert config.router_mode == "manual"
    assert config.on_encryption_loss == "lower"
    assert config.onboard == "off"
    assert config.security_hub is False


def test_every_setting_has_a_wrong_value_here() -> None:
    assert list(WRONG_VALUES) == [setting.name for setting in settings()]


@pytest.mark.parametrize("name", WRONG_VALUES)
def test_names_the_wrong_setting_and_what_was_expected(name: str) -> None:
    allowed = {setting.name: setting.rule.allowed for setting in settings()}[name]

    with pytest.raises(ConfigError) as refusal:
        load({name: WRONG_VALUES[name]})

    assert f"{name}: expected {allowed}, got {WRONG_VALUES[name]!r}" in str(refusal.value)


def test_a_value_that_may_be_a_key_is_not_shown() -> None:
    key = "c0ffee15" * 8

    with pytest.raises(ConfigError, match=r"alert_email: expected an e-mail address or null, got '…'") as refusal:
        load({"alert_email": key, key: 1, "schedule": "x" * 5000})

    assert "c0ffee15" not in str(refusal.value)
    assert len(str(refusal.value)) < 3000


def test_no_cut_of_a_wrong_value_lets_some_of_a_keys_digits_through() -> None:
    key = "c0ffee15" * 8

    assert [before for before in range(600) if "c0ffee15" in shown(f"{'e' * before} {key}")] == []
    assert shown("f" * 5000) == "'…"


def test_names_all_wrong_settings_together() -> None:
    with pytest.raises(ConfigError) as refusal:
        load(WRONG_VALUES | {"bake_hours": 2})

    for name in [*WRONG_VALUES, "bake_hours"]:
        assert f"  {name}: " in str(refusal.value)


def test_refuses_an_unknown_setting_and_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"bake_hours: no such setting, expected one of .*bake_minutes"):
        load({"bake_hours": 2})


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        pytest.param(
            {"poll_seconds": 10, "look_seconds": 5},
            "poll_seconds: expected at most",
            id="a poll longer than a look",
        ),
        pytest.param(
            {"retire_minutes": 5, "status_lag_seconds": 300},
            "retire_minutes: expected more than status_lag_seconds",
            id="a watch that ends when the status may still lag",
        ),
        pytest.param(
            {"enforce_minutes": 10, "status_lag_seconds": 300},
            "enforce_minutes: expected more than twice status_lag_seconds",
            id="an enforcement without time to look before and after",
        ),
        pytest.param(
            {"proof_max_age_seconds": 4},
            "proof_max_age_seconds: expected at least",
            id="a proof that is born too old",
        ),
        pytest.param({"sweep": "rate(2 days)"}, "sweep: expected a rate of at most one day", id="a sweep now and then"),
        pytest.param({"sweep": "rate(25 hours)"}, "sweep: expected a rate", id="a sweep an hour too rare"),
        pytest.param(
            {"router_mode": "agent", "router_deadline_hours": 0.1, "router_heartbeat_minutes": 6},
            "router_heartbeat_minutes: expected less than router_deadline_hours",
            id="a heartbeat that Step Functions would refuse",
        ),
    ],
)
def test_refuses_settings_that_contradict_each_other(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        load(values)


def test_heartbeat_of_people_is_no_setting_to_check() -> None:
    config = load({"router_mode": "manual", "router_deadline_hours": 0.1, "router_heartbeat_minutes": 15})

    assert config.router_deadline_hours == 0.1


def test_override_from_the_command_line_is_laid_over_the_file() -> None:
    config = load({"bake_minutes": 60, "tracing": False}, '{"bake_minutes": 0.1}')

    assert config.bake_minutes == 0.1
    assert config.tracing is False


@pytest.mark.parametrize("override", ["{bake", "[1]", "7"], ids=["no JSON", "a list", "a number"])
def test_refuses_an_override_that_is_no_object(override: str) -> None:
    with pytest.raises(ConfigError, match="dxmacsec: expected an object of settings"):
        load({}, override)


def test_settings_table_has_one_row_a_setting_with_its_default() -> None:
    rows = settings_table().splitlines()[2:]

    assert len(rows) == len(dataclasses.fields(Config))
    for row, setting in zip(rows, settings(), strict=True):
        assert row.startswith(f"| `{setting.name}` | `{json.dumps(setting.default)}` | {setting.rule.allowed} |")


def test_every_allowed_retention_has_its_name_in_cdk() -> None:
    allowed = {setting.name: setting.rule.allowed for setting in settings()}["log_retention_days"]

    assert allowed == f"one of {', '.join(str(days) for days in RETENTION)}"
    assert set(RETENTION.values()) == set(logs.RetentionDays) - {logs.RetentionDays.INFINITE}


@pytest.mark.parametrize(
    "window",
    [
        pytest.param({"cron": "0 2 * * SUN", "minutes": 60}, id="no zone"),
        pytest.param({"cron": "0 2 * * * *", "minutes": 60, "zone": "UTC"}, id="six fields"),
        pytest.param({"cron": "0 25 * * *", "minutes": 60, "zone": "UTC"}, id="an hour that there is not"),
        pytest.param({"cron": "0 2 * * *", "minutes": 0, "zone": "UTC"}, id="no length"),
        pytest.param({"cron": "0 2 * * *", "minutes": 60, "zone": "Berlin"}, id="an unknown zone"),
        pytest.param({"cron": 2, "minutes": 60, "zone": "UTC"}, id="a number for a cron expression"),
        pytest.param({"cron": "0 2 * * *", "minutes": 60, "zone": 1}, id="a number for a zone"),
        pytest.param("0 2 * * *", id="text"),
    ],
)
def test_refuses_a_window_that_never_opens_or_can_not_be_read(window: object) -> None:
    with pytest.raises(ConfigError, match="windows: expected a list of at most 10 windows"):
        load({"windows": [window]})


@pytest.mark.parametrize(
    "schedule", ["rate(12 hours)", "rate(1 day)", "cron(0 2 ? * SUN *)", "cron(15 3 1,15 * ? 2027)"]
)
def test_takes_a_rate_and_a_cron_expression(schedule: str) -> None:
    assert load({"schedule": schedule}).schedule == schedule


@pytest.mark.parametrize(
    ("expression", "minutes"),
    [
        ("rate(1 minute)", 1),
        ("rate(15 minutes)", 15),
        ("rate(2 hours)", 120),
        ("rate(1 day)", 1440),
        ("cron(0 2 ? * SUN *)", None),
    ],
)
def test_a_rate_has_a_length_and_a_cron_expression_has_none(expression: str, minutes: int | None) -> None:
    assert rate_minutes(expression) == minutes


@pytest.mark.parametrize("sweep", ["rate(1 day)", "rate(24 hours)", "rate(1 minute)", "cron(0 3 * * ? *)"])
def test_takes_a_sweep_at_least_once_a_day(sweep: str) -> None:
    assert load({"sweep": sweep}).sweep == sweep


def test_windows_are_taken_from_json() -> None:
    config = load({}, '{"windows": [{"cron": "0 2 * * SUN", "minutes": 240, "zone": "Europe/Berlin"}]}')

    assert list(config.windows) == [{"cron": "0 2 * * SUN", "minutes": 240, "zone": "Europe/Berlin"}]
