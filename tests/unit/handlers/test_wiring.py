from __future__ import annotations

import logging
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from dxmacsec.compliance import Finding, Judgement, Standing, Status
from dxmacsec.handlers import wiring
from dxmacsec.handlers.sdk_log import silence_sdk_debug
from dxmacsec.handlers.settings import Settings, SettingsError
from dxmacsec.model import Link, LinkKind
from tests.worlds.scene import LIMITS

if TYPE_CHECKING:
    from botocore.config import Config
    from botocore.session import Session

SETTINGS = Settings(
    ledger_table="ledger",
    key_secret_prefix="dxmacsec/",  # noqa: S106 - a prefix of names
    key_arn="arn:key",
    alerts_topic_arn="arn:aws:sns:eu-west-1:123456789012:alerts",
    router_tasks_url="https://queue",
    changes_url="https://changes",
    rotate_key_arn="arn:machine",
    rotation_function_arn="arn:function",
    enforce_encryption_arn="arn:aws:states:eu-west-1:123456789012:stateMachine:EnforceEncryption",
    rotate_fleet_arn="arn:aws:states:eu-west-1:123456789012:stateMachine:RotateFleet",
    recover_link_arn="arn:aws:states:eu-west-1:123456789012:stateMachine:RecoverLink",
    limits=LIMITS,
)

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
LINK = Link("dxcon-fg5678gh", LinkKind.CONNECTION, "available", "must_encrypt", macsec_capable=True)
JUDGEMENT = Judgement(LINK.id, Status.COMPLIANT, (Finding("Compliant", "All is well.", Status.COMPLIANT),))
STANDING = Standing(LINK.id, 1, Status.COMPLIANT, ("Compliant",), "All is well.", SINCE)


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
            "batch_import_findings": {"FailedCount": 0},
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
    world.direct_connect.links()

    reader, changer, lister = (config for _, config in session.made)
    assert reader.retries == {"mode": "standard", "total_max_attempts": 3}
    assert lister.retries == {"mode": "adaptive", "total_max_attempts": 3}
    assert changer.retries == {"mode": "standard", "total_max_attempts": 1}


def test_every_client_has_time_outs_and_our_name(session: RecordingSession) -> None:
    world = wiring.world_of(SETTINGS, cast("Session", session))

    world.direct_connect.link("dxcon-a")

    config = session.made[0][1]
    assert (config.connect_timeout, config.read_timeout) == (3, 10)
    assert config.user_agent_extra == f"dxmacsec/{wiring.VERSION}"


def test_each_remedy_starts_its_own_state_machine(session: RecordingSession) -> None:
    remedies = wiring.world_of(SETTINGS, cast("Session", session)).remedies

    started = [remedies.enforce("a", "dxcon-a", "drift"), remedies.rotate("b", ("dxcon-a",), "too old")]

    assert [arn.split(":")[-2:] for arn in started] == [["EnforceEncryption", "a"], ["RotateFleet", "b"]]


@pytest.mark.parametrize(("security_hub", "made"), [(True, ["securityhub"]), (False, [])])
def test_findings_go_to_the_hub_only_where_the_deployer_has_one(
    security_hub: bool,  # noqa: FBT001 - a parameter of the test
    made: list[str],
    session: RecordingSession,
) -> None:
    settings = replace(SETTINGS, limits=replace(LIMITS, security_hub=security_hub))
    findings = wiring.world_of(settings, cast("Session", session)).findings

    findings.report(LINK, JUDGEMENT, STANDING)
    findings.resolve(LINK.id, STANDING, "It is gone.")

    assert [service for service, _ in session.made] == made


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
