"""`dxmacsec agent`: take router tasks on premises, let a driver configure the router, answer them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from botocore.exceptions import ClientError, NoRegionError, ProfileNotFound

from agent.configuration import read_configuration
from agent.devices.driver import DevicesDriver
from agent.driver import RouterDriverError
from agent.running import clients_of, driver_of, queue_of, run_until_told, session_of
from agent.toml_table import ConfigurationError
from agent.worker import Worker
from cli.account import refused
from cli.ending import CliError, Ending
from cli.printing import show

if TYPE_CHECKING:
    from agent.configuration import AgentSettings
    from agent.driver import RouterDriver

DESCRIBED = "docs/router-agent.md describes the configuration file; agent/examples/ has some."


def agent(
    context: typer.Context,
    config: Annotated[Path, typer.Option(help="The configuration file, in TOML.")],
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Only check the file, the queue and the devices; changes nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --check: one JSON document on stdout.")] = False,
) -> None:
    """Run the router agent: take router tasks from the queue, drive the router, answer."""
    try:
        settings = read_configuration(config)
        worker = _worker(settings, context.obj.region, context.obj.profile)
        if check:
            _check(worker, as_json=as_json)
        else:
            run_until_told(worker)
    except ConfigurationError as error:
        raise CliError(Ending.USAGE, str(error), DESCRIBED) from error
    except RouterDriverError as error:
        raise CliError(Ending.FAILED, str(error), DESCRIBED) from error


def _worker(settings: AgentSettings, region: str | None, profile: str | None) -> Worker:
    try:
        session = session_of(region or settings.region, profile)
        clients = clients_of(session)
    except NoRegionError as error:
        raise CliError(Ending.USAGE, "region: none is configured.", "Set agent.region, or give --region.") from error
    except ProfileNotFound as error:
        raise CliError(Ending.USAGE, f"profile: {error}", "aws configure list-profiles") from error
    return Worker(
        driver=driver_of(settings, clients),
        clients=clients,
        queue_url=queue_of(settings, session),
        name=settings.name,
        heartbeat_seconds=settings.heartbeat_seconds,
    )


def _check(worker: Worker, *, as_json: bool) -> None:
    """Ask the queue and the devices, read-only, and show what they say."""
    try:
        worker.clients.sqs.get_queue_attributes(QueueUrl=worker.queue_url, AttributeNames=["QueueArn"])
    except ClientError as error:
        raise refused(error, f"ask the queue {worker.queue_url}") from error
    ports = _ports(worker.driver)
    document = {"name": worker.name, "queue_url": worker.queue_url, "ports": ports}
    lines = [f"The queue answers: {worker.queue_url}"]
    if ports is None:
        lines.append("The driver can't be asked without a task: only its configuration was checked.")
    else:
        lines += [f"{port}: {ckn or 'no session is secured'}" for port, ckn in ports.items()]
    show(document, "\n".join(lines), as_json=as_json)


def _ports(driver: RouterDriver) -> dict[str, str | None] | None:
    return driver.look() if isinstance(driver, DevicesDriver) else None
