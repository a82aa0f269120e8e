"""The agent as a process: its clients, its driver, its queue, and how it is stopped."""

from __future__ import annotations

import logging
import signal
from threading import Event
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from agent.configuration import PythonDriver
from agent.devices.driver import DevicesDriver
from agent.devices.session import NetmikoLogin
from agent.driver import load_driver
from agent.program.driver import ProgramDriver, ProgramSettings
from agent.toml_table import ConfigurationError
from agent.worker import LONGEST_POLL_SECONDS, Clients, Worker

if TYPE_CHECKING:
    from agent.configuration import AgentSettings
    from agent.driver import RouterDriver

QUEUE_OUTPUT = "RouterTasksUrl"

CLIENT_CONFIG = Config(
    connect_timeout=5,
    read_timeout=LONGEST_POLL_SECONDS + 10,
    retries={"mode": "standard", "total_max_attempts": 5},
    user_agent_extra="dxmacsec-agent",
)


def session_of(region: str | None, profile: str | None = None) -> boto3.Session:
    """Return a session of the SDK; without a Region, as the SDK finds one."""
    return boto3.Session(region_name=region, profile_name=profile)


def clients_of(session: boto3.Session) -> Clients:
    """Return what the agent calls.

    Raises:
        botocore.exceptions.NoRegionError: no Region is configured.
    """
    return Clients(
        sqs=session.client("sqs", config=CLIENT_CONFIG),
        step_functions=session.client("stepfunctions", config=CLIENT_CONFIG),
        secrets_manager=session.client("secretsmanager", config=CLIENT_CONFIG),
    )


def queue_of(settings: AgentSettings, session: boto3.Session) -> str:
    """Return the queue's URL: that of the configuration, or the stack's output.

    Raises:
        ConfigurationError: the stack can't be read, or has no such output.
    """
    if settings.queue_url:
        return settings.queue_url
    try:
        answer = session.client("cloudformation", config=CLIENT_CONFIG).describe_stacks(StackName=settings.stack or "")
    except (BotoCoreError, ClientError) as error:
        code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
        message = f"agent.stack: {settings.stack} can't be read: {code}"
        raise ConfigurationError(message) from error
    for output in answer["Stacks"][0].get("Outputs", ()):
        if output.get("OutputKey") == QUEUE_OUTPUT:
            return str(output.get("OutputValue", ""))
    message = f"agent.stack: {settings.stack} has no output {QUEUE_OUTPUT}; is it deployed with router_mode agent?"
    raise ConfigurationError(message)


def driver_of(settings: AgentSettings, clients: Clients) -> RouterDriver:
    """Return the driver that the configuration describes.

    Raises:
        ConfigurationError: a driver of one's own can't be loaded.
        RouterDriverError: Netmiko is not installed.
    """
    if isinstance(settings.driver, ProgramSettings):
        return ProgramDriver(settings.driver)
    if isinstance(settings.driver, PythonDriver):
        try:
            return load_driver(settings.driver.factory)
        except (ImportError, ValueError) as error:
            message = f"driver.factory: {error}"
            raise ConfigurationError(message) from error
    return DevicesDriver(settings.driver, NetmikoLogin(clients.secrets_manager))


def run_until_told(worker: Worker) -> None:
    """Work until SIGTERM or SIGINT; the task at hand is ended first."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    # The SDK's debug lines hold whole answers, the CAK of a pair among them.
    logging.getLogger("botocore").setLevel(logging.INFO)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    worker.run(stop)
