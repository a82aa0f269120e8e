from __future__ import annotations

from datetime import timedelta

import pytest

from dxmacsec.fleet import Window
from dxmacsec.handlers.settings import CoordinatorSettings, Settings, SettingsError
from dxmacsec.interfaces import CoordinatorLimits
from dxmacsec.model import RouterMode
from dxmacsec.organisation import StopOn

ENVIRONMENT = {
    "DXMACSEC_LEDGER_TABLE": "ledger",
    "DXMACSEC_KEY_SECRET_PREFIX": "dxmacsec/",
    "DXMACSEC_KEY_ARN": "arn:aws:kms:us-east-1:123456789012:key/1",
    "DXMACSEC_ALERTS_TOPIC_ARN": "arn:aws:sns:us-east-1:123456789012:alerts",
    "DXMACSEC_ROUTER_TASKS_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/tasks",
    "DXMACSEC_CHANGES_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/changes",
    "DXMACSEC_ROTATE_KEY_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:dxmacsec-RotateKey",
    "DXMACSEC_ROTATION_FUNCTION_ARN": "arn:aws:lambda:us-east-1:123456789012:function:dxmacsec-RotateSecret",
    "DXMACSEC_ENFORCE_ENCRYPTION_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:dxmacsec-EnforceEncryption",
    "DXMACSEC_RECOVER_LINK_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:dxmacsec-RecoverLink",
    "DXMACSEC_ROTATE_FLEET_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:dxmacsec-RotateFleet",
    "DXMACSEC_POLL_SECONDS": "5",
    "DXMACSEC_LOOK_SECONDS": "50",
    "DXMACSEC_PLAN_WAIT_MINUTES": "15",
    "DXMACSEC_ASSOCIATION_MINUTES": "30",
    "DXMACSEC_ROUTER_DEADLINE_HOURS": "0.5",
    "DXMACSEC_ROUTER_HEARTBEAT_MINUTES": "15",
    "DXMACSEC_BAKE_MINUTES": "0",
    "DXMACSEC_PROOF_MAX_AGE_SECONDS": "900",
    "DXMACSEC_STATUS_LAG_SECONDS": "300",
    "DXMACSEC_RETIRE_MINUTES": "30",
    "DXMACSEC_RESTORE_MINUTES": "60",
    "DXMACSEC_ENFORCE_MINUTES": "30",
    "DXMACSEC_ROUTER_MODE": "agent",
    "DXMACSEC_ON_ENCRYPTION_LOSS": "lower",
    "DXMACSEC_ENFORCEMENT": "audit",
    "DXMACSEC_ONBOARD": "on",
    "DXMACSEC_SECURITY_HUB": "true",
    "DXMACSEC_MAX_KEY_AGE_DAYS": "90",
    "DXMACSEC_WINDOWS": '[{"cron":"0 2 * * SUN","minutes":240,"zone":"Europe/Berlin"}]',
    "DXMACSEC_MAX_LINKS_A_WAVE": "40",
    "DXMACSEC_MAINTENANCE_CLEARANCE_HOURS": "24",
    "DXMACSEC_TAGS_MAY_LOOSEN": "false",
    "DXMACSEC_ABANDONED_AFTER_MINUTES": "120",
    "DXMACSEC_COORDINATOR_ACCOUNT": "none",
    "DXMACSEC_COORDINATOR_SILENCE_HOURS": "50",
}


def test_reads_places_and_limits_in_their_units() -> None:
    settings = Settings.from_environment(ENVIRONMENT)

    assert settings.ledger_table == "ledger"
    assert settings.key_secret_prefix == "dxmacsec/"  # noqa: S105 - a prefix of names
    assert settings.enforce_encryption_arn.endswith(":dxmacsec-EnforceEncryption")
    assert settings.rotate_fleet_arn.endswith(":dxmacsec-RotateFleet")
    assert settings.changes_url.endswith("/changes")
    assert settings.limits.poll_seconds == 5.0
    assert settings.limits.router_deadline == timedelta(minutes=30)
    assert settings.limits.bake == timedelta(0)
    assert settings.limits.status_lag == timedelta(minutes=5)
    assert settings.limits.router_mode is RouterMode.AGENT
    assert settings.limits.enforcement == "audit"
    assert settings.limits.onboard is True
    assert settings.limits.security_hub is True
    assert settings.limits.max_key_age == timedelta(days=90)
    assert settings.limits.windows == (Window("0 2 * * SUN", 240, "Europe/Berlin"),)
    assert settings.limits.max_links_a_wave == 40
    assert settings.limits.maintenance_clearance == timedelta(days=1)
    assert settings.limits.tags_may_loosen is False
    assert settings.limits.abandoned_after == timedelta(hours=2)
    assert settings.limits.coordinated is False
    assert settings.limits.coordinator_silence == timedelta(hours=50)


def test_first_keys_and_findings_are_off_where_the_deployer_says_so() -> None:
    environment = {**ENVIRONMENT, "DXMACSEC_ONBOARD": "off", "DXMACSEC_SECURITY_HUB": "false"}

    limits = Settings.from_environment(environment).limits

    assert (limits.onboard, limits.security_hub) == (False, False)


def test_a_coordinator_is_heard_where_its_account_is_named() -> None:
    environment = {**ENVIRONMENT, "DXMACSEC_COORDINATOR_ACCOUNT": "123456789012"}

    assert Settings.from_environment(environment).limits.coordinated


def test_names_every_missing_variable_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({})

    assert all(f"{name}: missing" in str(caught.value) for name in ENVIRONMENT)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("POLL_SECONDS", "often", "expected a number from 0, got 'often'"),
        ("BAKE_MINUTES", "-1", "expected a number from 0, got '-1'"),
        ("LOOK_SECONDS", "nan", "expected a number from 0, got 'nan'"),
        ("RETIRE_MINUTES", "inf", "expected a number from 0, got 'inf'"),
        ("ENFORCE_MINUTES", "1e300", "expected a shorter time"),
        ("ROUTER_MODE", "magic", "expected one of manual, agent, none, got 'magic'"),
        ("ON_ENCRYPTION_LOSS", "panic", "expected one of lower, hold, got 'panic'"),
        ("ENFORCEMENT", "yes", "expected one of enforce, audit, got 'yes'"),
        ("WINDOWS", "[2]", "expected a JSON list of cron, minutes and zone, got '[2]'"),
        ("WINDOWS", "[", "expected a JSON list of cron, minutes and zone, got '['"),
        ("TAGS_MAY_LOOSEN", "perhaps", "expected one of false, true, got 'perhaps'"),
        ("ONBOARD", "true", "expected one of off, on, got 'true'"),
        ("SECURITY_HUB", "on", "expected one of false, true, got 'on'"),
        ("LEDGER_TABLE", "  ", "missing"),
    ],
)
def test_says_what_a_wrong_variable_should_be(name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({**ENVIRONMENT, f"DXMACSEC_{name}": value})

    assert f"DXMACSEC_{name}: {sentence}" in str(caught.value)


def test_names_wrong_and_missing_ones_together() -> None:
    environment = {**ENVIRONMENT, "DXMACSEC_POLL_SECONDS": "often", "DXMACSEC_KEY_ARN": ""}

    with pytest.raises(SettingsError, match=r"DXMACSEC_KEY_ARN: missing; DXMACSEC_POLL_SECONDS: expected"):
        Settings.from_environment(environment)


COORDINATOR = {
    "DXMACSEC_LEDGER_TABLE": "coordinator",
    "DXMACSEC_ALERTS_TOPIC_ARN": "arn:aws:sns:us-east-1:123456789012:alerts",
    "DXMACSEC_SHELF_BUCKET": "shelf",
    "DXMACSEC_STOP_ON": "account",
    "DXMACSEC_MAX_MEMBERS_A_WAVE": "100",
    "DXMACSEC_LOOK_SECONDS": "50",
    "DXMACSEC_POLL_SECONDS": "5",
}


def test_a_function_of_the_coordinator_reads_what_is_the_coordinators() -> None:
    settings = CoordinatorSettings.from_environment(COORDINATOR)

    assert (settings.ledger_table, settings.shelf_bucket) == ("coordinator", "shelf")
    assert settings.alerts_topic_arn.endswith(":alerts")
    assert settings.limits == CoordinatorLimits(StopOn.ACCOUNT, 100, 50.0, 5.0)


@pytest.mark.parametrize("name", COORDINATOR)
def test_a_function_of_the_coordinator_names_what_it_lacks(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}: missing"):
        CoordinatorSettings.from_environment({**COORDINATOR, name: ""})


def test_a_coordinator_that_stops_on_something_else_is_refused() -> None:
    with pytest.raises(SettingsError, match="expected one of all, account, group, got 'never'"):
        CoordinatorSettings.from_environment({**COORDINATOR, "DXMACSEC_STOP_ON": "never"})
