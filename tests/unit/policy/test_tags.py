from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dxmacsec.model import RouterMode
from dxmacsec.policy.tags import Choices, Rules, choices, exemption

STRICT = Rules(max_age=timedelta(days=90), may_loosen=False)
LOOSE = Rules(max_age=timedelta(days=90), may_loosen=True)
CONFIGURED = Choices(timedelta(days=90))


def test_without_tags_the_configuration_holds() -> None:
    assert choices({"team": "network"}, STRICT) == CONFIGURED


@pytest.mark.parametrize(
    ("tags", "chosen"),
    [
        ({"dxmacsec:max-age-days": "30"}, Choices(timedelta(days=30))),
        ({"dxmacsec:max-age-days": "90"}, CONFIGURED),
        ({"dxmacsec:router-mode": "manual"}, Choices(timedelta(days=90), router_mode=RouterMode.MANUAL)),
        ({"dxmacsec:router-mode": " agent "}, Choices(timedelta(days=90), router_mode=RouterMode.AGENT)),
        ({"dxmacsec:rotate": "on"}, CONFIGURED),
        ({"dxmacsec:enforcement": "enforce"}, Choices(timedelta(days=90), enforcement="enforce")),
        ({"dxmacsec:redundancy-group": "north"}, CONFIGURED),
    ],
)
def test_what_is_no_looser_is_taken(tags: dict[str, str], chosen: Choices) -> None:
    assert choices(tags, STRICT) == chosen


@pytest.mark.parametrize(
    ("tags", "chosen"),
    [
        ({"dxmacsec:max-age-days": "365"}, Choices(timedelta(days=365))),
        ({"dxmacsec:rotate": "off"}, Choices(timedelta(days=90), rotate=False)),
        ({"dxmacsec:exempt-until": "2027-01-31"}, Choices(timedelta(days=90), exempt_until=date(2027, 1, 31))),
        ({"dxmacsec:enforcement": "audit"}, Choices(timedelta(days=90), enforcement="audit")),
    ],
    ids=["an older key", "no rotation", "an exemption", "no enforcement"],
)
def test_what_is_looser_needs_the_deployer(tags: dict[str, str], chosen: Choices) -> None:
    [tag] = tags

    refused = choices(tags, STRICT)

    assert choices(tags, LOOSE) == chosen
    assert (refused.max_age, refused.rotate) == (timedelta(days=90), True)
    assert (refused.exempt_until, refused.enforcement) == (None, None)
    assert len(refused.warnings) == 1
    assert refused.warnings[0].startswith(f"{tag}: ")


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("dxmacsec:rotate", "of"),
        ("dxmacsec:enforcement", "off"),
        ("dxmacsec:enforcement", ""),
        ("dxmacsec:rotate", ""),
        ("dxmacsec:max-age-days", "0"),
        ("dxmacsec:max-age-days", "366"),
        ("dxmacsec:max-age-days", "30 days"),
        ("dxmacsec:max-age-days", "1.5"),
        ("dxmacsec:router-mode", "none"),
        ("dxmacsec:router-mode", "Agent"),
        ("dxmacsec:exempt-until", "tomorrow"),
        ("dxmacsec:exempt-until", "2027-02-30"),
        ("dxmacsec:exempt-until", "20270131"),
        ("dxmacsec:redundancy-group", " "),
        ("dxmacsec:redundancy-group", "n" * 257),
        ("dxmacsec:redundancy-group", "a\x07b"),
    ],
)
def test_a_bad_value_is_reported_and_the_configuration_holds(tag: str, value: str) -> None:
    chosen = choices({tag: value}, LOOSE)

    assert chosen == Choices(timedelta(days=90), warnings=chosen.warnings)
    assert len(chosen.warnings) == 1
    assert chosen.warnings[0].startswith(f"{tag}: expected ")


@pytest.mark.parametrize("tag", ["dxmacsec:rotate", "dxmacsec:max-age-days", "dxmacsec:exempt-until"])
def test_a_key_in_a_tag_is_not_repeated(tag: str) -> None:
    [warning] = choices({tag: "c0ffee15" * 8}, LOOSE).warnings

    assert "c0ffee15" not in warning


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        (datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC), True),
        (datetime(2027, 2, 1, tzinfo=UTC), False),
    ],
)
def test_an_exemption_holds_through_its_last_day(now: datetime, *, holds: bool) -> None:
    said = exemption(Choices(timedelta(days=90), exempt_until=date(2027, 1, 31)), now)

    assert (said is not None) is holds
    assert not said or "2027-01-31" in said


def test_without_a_date_nothing_is_exempt() -> None:
    assert exemption(CONFIGURED, datetime(2027, 1, 1, tzinfo=UTC)) is None
