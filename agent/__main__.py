"""`python -m agent`: the agent as a process, stopped by SIGTERM after the task at hand."""

from __future__ import annotations

import logging
import signal
import socket
from threading import Event
from typing import Annotated

import boto3
import typer
from botocore.config import Config
from botocore.exceptions import NoRegionError

from agent.driver import RouterDriver, load_driver
from agent.worker import LONGEST_POLL_SECONDS, Clients, Worker

CLIENT_CONFIG = Config(
    connect_timeout=5,
    read_timeout=LONGEST_POLL_SECONDS + 10,
    retries={"mode": "standard", "total_max_attempts": 5},
    user_agent_extra="dxmacsec-agent",
)


def main(
    queue_url: Annotated[str, typer.Option(help="URL of the router task queue: stack output RouterTasksUrl.")],
    driver: Annotated[str, typer.Option(help="The router's driver, as module:factory.")],
    name: Annotated[str, typer.Option(help="How the rotation's record names this agent.")] = "",
    heartbeat_seconds: Annotated[
        float, typer.Option(min=0.05, help="How often to say that a task is being worked on.")
    ] = 60,
    region: Annotated[str | None, typer.Option(help="AWS Region; default: as the SDK finds it.")] = None,
) -> None:
    """Take router tasks from the queue, let the driver configure the router, and answer them."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    # The SDK's debug lines hold whole answers, the CAK of a pair among them.
    logging.getLogger("botocore").setLevel(logging.INFO)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    Worker(
        driver=_driver(driver),
        clients=_clients(region),
        queue_url=queue_url,
        name=name or socket.gethostname(),
        heartbeat_seconds=heartbeat_seconds,
    ).run(stop)


def _driver(reference: str) -> RouterDriver:
    try:
        return load_driver(reference)
    except (ImportError, ValueError) as error:
        raise typer.BadParameter(str(error), param_hint="--driver") from error


def _clients(region: str | None) -> Clients:
    session = boto3.Session(region_name=region)
    try:
        return Clients(
            sqs=session.client("sqs", config=CLIENT_CONFIG),
            step_functions=session.client("stepfunctions", config=CLIENT_CONFIG),
            secrets_manager=session.client("secretsmanager", config=CLIENT_CONFIG),
        )
    except NoRegionError as error:
        raise typer.BadParameter(str(error), param_hint="--region") from error


if __name__ == "__main__":
    typer.run(main)
