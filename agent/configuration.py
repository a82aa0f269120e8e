"""The agent's one configuration file, in TOML; docs/router-agent.md describes it, agent/examples/ has some.

It holds no key and no password: it says where passwords are kept.
"""

from __future__ import annotations

import socket
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent.devices.configuration import devices_settings
from agent.program.driver import DEFAULT_SECONDS, ProgramSettings
from agent.toml_table import ConfigurationError, Table
from agent.worker import LONGEST_HEARTBEAT_SECONDS

if TYPE_CHECKING:
    from agent.devices.settings import DevicesSettings

DRIVERS = ("command", "devices", "python")


@dataclass(frozen=True, slots=True)
class PythonDriver:
    """A driver of one's own: a factory named as `module:factory`."""

    factory: str


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """Everything that the agent is told.

    Attributes:
        name: how the rotation's record names this agent.
        driver: what drives the routers.
        stack: the CloudFormation stack whose output RouterTasksUrl names the queue; None where `queue_url` does.
        queue_url: the queue of router tasks.
        region: the AWS Region; None for as the SDK finds it.
        heartbeat_seconds: how often Step Functions hears that a task is being worked on.
    """

    name: str
    driver: ProgramSettings | DevicesSettings | PythonDriver
    stack: str | None = None
    queue_url: str | None = None
    region: str | None = None
    heartbeat_seconds: float = 60


def read_configuration(path: Path) -> AgentSettings:
    """Return the settings that a file holds.

    Raises:
        ConfigurationError: the file can't be read, is no TOML, or a field is missing, unknown or wrong.
    """
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise ConfigurationError(message) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        message = f"{path}: expected UTF-8, line {line} is not"
        raise ConfigurationError(message) from error
    try:
        return settings_from_toml(text)
    except ConfigurationError as error:
        message = f"{path}: {error}"
        raise ConfigurationError(message) from error


def settings_from_toml(text: str) -> AgentSettings:
    """Return the settings that a TOML text holds.

    Raises:
        ConfigurationError: see `read_configuration`.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"expected TOML: {error}"
        raise ConfigurationError(message) from error
    wrong: list[str] = []
    root = Table(document, "", wrong)
    agent = root.table("agent")
    stack, queue_url = agent.maybe_text("stack"), agent.maybe_text("queue_url")
    if (stack is None) == (queue_url is None):
        agent.note("stack", "expected either this or queue_url")
    settings = AgentSettings(
        name=agent.text("name", socket.gethostname()),
        driver=_driver(root),
        stack=stack,
        queue_url=queue_url,
        region=agent.maybe_text("region"),
        heartbeat_seconds=agent.number("heartbeat_seconds", 60, most=LONGEST_HEARTBEAT_SECONDS),
    )
    agent.end()
    root.end()
    if wrong:
        raise ConfigurationError("; ".join(wrong))
    return settings


def _driver(root: Table) -> ProgramSettings | DevicesSettings | PythonDriver:
    table = root.table("driver")
    kind = table.choice("kind", DRIVERS)
    made: ProgramSettings | DevicesSettings | PythonDriver
    if kind == "command":
        made = ProgramSettings(table.texts("program"), table.number("seconds", DEFAULT_SECONDS))
    elif kind == "devices":
        made = devices_settings(table, root)
    elif kind == "python":
        made = PythonDriver(table.text("factory"))
    else:
        return PythonDriver("")
    table.end()
    return made
