"""The coordinator's functions: their clients, what travels between them, and their lines in the log."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import pytest

from dxmacsec.errors import BadInput
from dxmacsec.handlers import coordinator_wiring
from dxmacsec.handlers.document import read, write
from dxmacsec.handlers.settings import CoordinatorSettings, SettingsError
from dxmacsec.interfaces import CoordinatorLimits
from dxmacsec.organisation import Action, MemberRun, StopOn, Turn
from dxmacsec.policy.organisation_turns import turn_of
from tests.worlds.coordinator import a_coordinator

if TYPE_CHECKING:
    from botocore.session import Session

MEMBER = "111111111111/ap-east-1"
SETTINGS = CoordinatorSettings(
    "ledger", "arn:aws-cn:sns:cn-north-1:123456789012:alerts", "shelf", CoordinatorLimits(StopOn.ALL, 100, 50, 5)
)


class PlayedSession:
    """Makes clients for which everything went well, and keeps how they were made."""

    def __init__(self) -> None:
        self.made: list[tuple[str, dict[str, Any]]] = []
        self.variables: dict[str, str] = {}

    def set_config_variable(self, name: str, value: str) -> None:
        self.variables[name] = value

    def create_client(self, service: str, **how: Any) -> PlayedClient:  # noqa: ANN401 - the SDK's own
        self.made.append((service, how))
        return PlayedClient()


class PlayedClient:
    """Answers a role's credentials, and to everything else nothing."""

    def __getattr__(self, operation: str) -> Any:  # noqa: ANN401 - any operation
        words = {"AccessKeyId": "ASIA", "SecretAccessKey": "secret", "SessionToken": "token"}
        credentials = {**words, "Expiration": datetime(2999, 1, 1, tzinfo=UTC)}
        return lambda **_asked: {"Credentials": credentials} if operation == "assume_role" else {}


@pytest.fixture
def session() -> PlayedSession:
    return PlayedSession()


def test_no_client_is_made_before_it_is_used(session: PlayedSession) -> None:
    world = coordinator_wiring.coordinator_world_of(SETTINGS, cast("Session", session))
    assert session.made == []

    world.shelf.put("runs/a/b.json", {})

    assert [service for service, _ in session.made] == ["s3"]


def test_a_members_client_calls_in_its_region_with_its_roles_credentials(session: PlayedSession) -> None:
    world = coordinator_wiring.coordinator_world_of(SETTINGS, cast("Session", session))

    world.members.start("run", MEMBER, "name", {})

    (sts, _), (service, how) = session.made
    assert (sts, service, how["region_name"]) == ("sts", "stepfunctions", "ap-east-1")
    credentials = [how[f"aws_{name}"] for name in ("access_key_id", "secret_access_key", "session_token")]
    assert credentials == ["ASIA", "secret", "token"]
    assert how["config"].read_timeout == 10


def test_credentials_come_from_the_regions_own_sts_for_they_are_valid_everywhere(session: PlayedSession) -> None:
    coordinator_wiring.coordinator_world_of(SETTINGS, cast("Session", session))

    assert session.variables == {"sts_regional_endpoints": "regional"}


def test_a_sweep_is_waited_for_as_long_as_it_may_take_and_never_sent_twice() -> None:
    config: Any = coordinator_wiring.SWEEPING

    assert config.read_timeout > 900
    assert config.retries == {"mode": "standard", "total_max_attempts": 1}


def test_a_function_with_an_empty_environment_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DXMACSEC_SHELF_BUCKET", raising=False)
    coordinator_wiring.coordinator_world.cache_clear()

    with pytest.raises(SettingsError, match="DXMACSEC_SHELF_BUCKET: missing"):
        coordinator_wiring.coordinator_world()


def test_a_turn_on_the_shelf_is_the_turn_that_the_function_reads() -> None:
    turn = turn_of("run", 2, Action.ROTATE, MEMBER, ("dxcon-fg5678gh",), "CHG1")

    shelved = json.loads(json.dumps([asdict(turn)]))[0]

    assert read(Turn, shelved) == turn
    assert read(Turn, json.loads(json.dumps(write(turn)))) == turn


def test_a_turn_of_another_version_is_refused() -> None:
    shelved = {**asdict(turn_of("run", 2, Action.ASK, MEMBER, (), None)), "schema": 2}

    with pytest.raises(BadInput, match="schema"):
        read(Turn, shelved)


def test_one_line_a_turn_says_for_whom_it_was_and_what_came_of_it(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = a_coordinator({MEMBER: lambda _name, _request: MemberRun("FAILED", "FleetStopped", "why")})
    monkeypatch.setattr(coordinator_wiring, "coordinator_world", lambda: scene.world)
    turn = asdict(turn_of("run", 2, Action.ROTATE, MEMBER, ("dxcon-fg5678gh",), None))

    answer = import_module("dxmacsec.handlers.turn_member").handler(turn, None)

    line = vars(caplog.records[-1])
    assert (line["run"], line["member"], line["action"]) == ("run", MEMBER, "rotate")
    assert (line["next"], line["reason"]) == ("done", "FleetStopped")
    assert answer["result"]["status"] == "FAILED"
