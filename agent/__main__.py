"""`python -m agent`: the agent without a configuration file; `dxmacsec agent --config FILE` is the other road."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Annotated

import typer
from botocore.exceptions import NoRegionError

from agent.driver import RouterDriver, load_driver
from agent.running import clients_of, run_until_told, session_of
from agent.worker import Worker

if TYPE_CHECKING:
    from agent.worker import Clients


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
    run_until_told(
        Worker(
            driver=_driver(driver),
            clients=_clients(region),
            queue_url=queue_url,
            name=name or socket.gethostname(),
            heartbeat_seconds=heartbeat_seconds,
        )
    )


def _driver(reference: str) -> RouterDriver:
    try:
        return load_driver(reference)
    except (ImportError, ValueError) as error:
        raise typer.BadParameter(str(error), param_hint="--driver") from error


def _clients(region: str | None) -> Clients:
    try:
        return clients_of(session_of(region))
    except NoRegionError as error:
        raise typer.BadParameter(str(error), param_hint="--region") from error


if __name__ == "__main__":
    typer.run(main)
