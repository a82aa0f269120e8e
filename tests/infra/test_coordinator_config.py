"""The coordinator's settings: a wrong one never reaches a stack, and its error says what to type."""

from __future__ import annotations

from typing import Any

import pytest

from infra.app import build
from infra.config import ConfigError, settings
from infra.context import load_asset_bucket, load_coordinator
from infra.coordinator_config import CoordinatorConfig
from infra.settings_table import settings_table

MEMBER = "123456789012/eu-west-1"
WRONG_VALUES: dict[str, Any] = {
    "members": ["123456789012"],
    "schedule": "daily",
    "schedule_time_zone": "Europe/Atlantis",
    "stop_on": "never",
    "max_members_a_wave": 0,
    "poll_seconds": 0.5,
    "look_seconds": "50",
    "alert_email": "ops at example.com",
    "log_retention_days": 366,
    "tracing": 1,
}


def test_members_are_all_that_must_be_said() -> None:
    config = load_coordinator({"members": [MEMBER]})

    assert config == CoordinatorConfig(members=[MEMBER])
    assert config is not None
    assert (config.schedule, config.stop_on, config.max_members_a_wave) == ("rate(1 day)", "all", 100)
    assert (config.poll_seconds, config.look_seconds, config.log_retention_days) == (5, 50, 365)


def test_nothing_is_no_coordinator() -> None:
    assert load_coordinator(None, None) is None


def test_every_setting_has_a_wrong_value_here() -> None:
    assert list(WRONG_VALUES) == [setting.name for setting in settings(CoordinatorConfig)]


@pytest.mark.parametrize("name", WRONG_VALUES)
def test_names_the_wrong_setting_and_what_was_expected(name: str) -> None:
    rules = {setting.name: setting.rule.allowed for setting in settings(CoordinatorConfig)}

    with pytest.raises(ConfigError) as refusal:
        load_coordinator({"members": [MEMBER], name: WRONG_VALUES[name]})

    assert "the dxmacsec-coordinator settings are wrong:" in str(refusal.value)
    assert f"{name}: expected {rules[name]}, got {WRONG_VALUES[name]!r}" in str(refusal.value)


@pytest.mark.parametrize(
    "members",
    [
        pytest.param([], id="nobody"),
        pytest.param(None, id="null"),
        pytest.param(MEMBER, id="text"),
        pytest.param([MEMBER, MEMBER], id="one twice"),
        pytest.param(["123456789012/eu-west-1,210987654321/eu-west-1"], id="two in one"),
        pytest.param(["123456789012/eu-west-1'"], id="a quote, which would end the machine's expression"),
        pytest.param([f"{MEMBER}\n"], id="a line break"),
        pytest.param(["12345678901/eu-west-1"], id="eleven digits"),
        pytest.param(["123456789012/Ireland"], id="no Region"),
        pytest.param([123456789012], id="a number"),
    ],
)
def test_refuses_members_that_are_none(members: object) -> None:
    with pytest.raises(ConfigError, match="members: expected a list of 1 to 5000 members"):
        load_coordinator({"members": members})


@pytest.mark.parametrize(
    "region", ["us-gov-west-1", "cn-northwest-1", "ap-southeast-2", "us-iso-east-1", "mx-central-1"]
)
def test_takes_regions_of_every_partition(region: str) -> None:
    assert load_coordinator({"members": [f"123456789012/{region}"]})


def test_a_coordinator_without_members_is_refused() -> None:
    with pytest.raises(ConfigError, match="members: expected"):
        load_coordinator({})


def test_refuses_an_unknown_setting_and_a_poll_longer_than_a_look() -> None:
    with pytest.raises(ConfigError, match=r"links: no such setting, expected one of .*members"):
        load_coordinator({"members": [MEMBER], "links": []})
    with pytest.raises(ConfigError, match=r"poll_seconds: expected at most look_seconds \(5\)"):
        load_coordinator({"members": [MEMBER], "poll_seconds": 10, "look_seconds": 5})


def test_the_command_line_is_laid_over_the_file() -> None:
    config = load_coordinator({"members": [MEMBER], "stop_on": "group"}, '{"stop_on": "account"}')

    assert config is not None
    assert (list(config.members), config.stop_on) == ([MEMBER], "account")


@pytest.mark.parametrize("override", ["{stop", "[1]", "7"], ids=["no JSON", "a list", "a number"])
def test_refuses_what_is_no_object(override: str) -> None:
    with pytest.raises(ConfigError, match="dxmacsec-coordinator: expected an object of settings"):
        load_coordinator({}, override)


def test_app_refuses_wrong_settings_before_it_makes_anything(tmp_path: Any) -> None:  # noqa: ANN401 - a path
    with pytest.raises(ConfigError, match="stop_on"):
        build({"dxmacsec-coordinator": {"members": [MEMBER], "stop_on": "no"}}, outdir=str(tmp_path))


def test_the_table_has_one_row_a_setting() -> None:
    rows = settings_table(CoordinatorConfig).splitlines()[2:]

    assert [row.split("`")[1] for row in rows] == list(WRONG_VALUES)


@pytest.mark.parametrize("bucket", ["org-assets", "org-assets-${AWS::Region}", "a.b-${AWS::Region}-c", None])
def test_takes_a_bucket_with_the_region_in_its_name(bucket: str | None) -> None:
    assert load_asset_bucket(bucket) == bucket


@pytest.mark.parametrize("bucket", ["", "no", "Org", "org-${AWS::AccountId}", "s3://org", "-org", 7, "o" * 64])
def test_refuses_what_is_no_bucket_for_all(bucket: object) -> None:
    with pytest.raises(ConfigError, match="asset_bucket: expected the name of a bucket"):
        load_asset_bucket(bucket)
