from __future__ import annotations

import logging
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from dxmacsec.handlers import wiring
from dxmacsec.handlers.sdk_log import silence_sdk_debug
from dxmacsec.handlers.settings import Settings, SettingsError
from dxmacsec.interfaces import Limits

if TYPE_CHECKING:
    from botocore.config import Config
    from botocore.session import Session

SETTINGS = Settings(
    ledger_table="ledger",
    key_secret_prefix="dxmacsec/",  # noqa: S106 - a prefix of names
    key_arn="arn:key",
    alerts_topic_arn="arn:topic",
    router_tasks_url="https://queue",
    rotate_key_arn="arn:machine",
    rotation_function_arn="arn:function",
    limits=cast("Limits", object()),
)


class RecordingSession:
    """Makes clients whose every operation answers the same, and keeps how they were made."""

    def __init__(self) -> None:
        self.made: list[tuple[str, Any]] = []

    def create_client(self, service: str, config: Config) -> RecordingClient:
        self.made.append((service, config))
        return RecordingClient()


class RecordingClient:
    """A client for which everything went well."""

    def __getattr__(self, operation: str) -> Any:  # noqa: ANN401 - any operation
        answers = {
            "describe_connections": {"connections": [{"connectionId": "dxcon-a"}]},
            "get_item": {},
        }
        return lambda **_parameters: answers.get(operation, {})


@pytest.fixture
def session() -> RecordingSession:
    return RecordingSession()


def test_makes_no_client_before_it_is_used_and_then_one(session: RecordingSession) -> None:
    world = wiring.world_of(SETTINGS, cast("Session", session))
    assert session.made == []

    world.direct_connect.link("dxcon-a")
    world.direct_connect.link("dxcon-a")
    world.ledger.pause("dxcon-a")

    assert [service for service, _ in session.made] == ["directconnect", "dynamodb"]


def test_reads_are_retried_and_changes_of_direct_connect_are_not(session: RecordingSession) -> None:
    world = wiring.world_of(SETTINGS, cast("Session", session))

    world.direct_connect.link("dxcon-a")
    world.direct_connect.disassociate("dxcon-a", "arn:x")

    reader, changer = (config for _, config in session.made)
    assert reader.retries == {"mode": "standard", "total_max_attempts": 3}
    assert changer.retries == {"mode": "standard", "total_max_attempts": 1}


def test_every_client_has_time_outs_and_our_name(session: RecordingSession) -> None:
    world = wiring.world_of(SETTINGS, cast("Session", session))

    world.direct_connect.link("dxcon-a")

    config = session.made[0][1]
    assert (config.connect_timeout, config.read_timeout) == (3, 10)
    assert config.user_agent_extra == f"dxmacsec/{wiring.VERSION}"


def test_a_function_with_an_empty_environment_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DXMACSEC_LEDGER_TABLE", raising=False)
    wiring.world.cache_clear()

    with pytest.raises(SettingsError, match="DXMACSEC_LEDGER_TABLE: missing"):
        wiring.world()


def test_the_world_of_an_environment_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings, "from_environment", lambda: SETTINGS)
    wiring.world.cache_clear()

    first, second = wiring.world(), wiring.world()
    wiring.world.cache_clear()

    assert first is second
    assert first.limits is SETTINGS.limits


def test_the_version_that_aws_sees_is_the_projects() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())

    assert project["project"]["version"] == wiring.VERSION


def test_the_sdks_debug_lines_are_off_whatever_the_process_asks_for() -> None:
    silence_sdk_debug()

    assert not logging.getLogger("botocore.endpoint").isEnabledFor(logging.DEBUG)
    assert not logging.getLogger("urllib3.connectionpool").isEnabledFor(logging.DEBUG)
