"""The sandbox's command line."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from sandbox.at_hand import letters, router
from sandbox.cloud import DeployError, Sandbox
from sandbox.cloud.vocabulary import Json
from sandbox.demo import demonstrate
from sandbox.demo.grid import WIDE
from sandbox.demo.organisation import demonstrate_organisation
from sandbox.demo.organisation.estates import MOST_ACCOUNTS
from sandbox.routers import answering
from sandbox.twin import DEFAULT_ESTATE
from sandbox.twin.estate_file import estate_from_json

app = typer.Typer(help="An AWS account on this machine, with the product deployed in it.", add_completion=False)


BY_HAND = {"dxmacsec": {"router_mode": "manual", "router_deadline_hours": 0.5, "proof_max_age_seconds": 600}}
"""Settings where a person answers router tasks: half an hour each, not the seconds that an agent needs."""

READY = """Ready. In another terminal:
  export AWS_ENDPOINT_URL={endpoint} AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x
  dxmacsec status
Ctrl-C stops it."""


@app.callback()
def main() -> None:
    """Log to stderr: stdout carries only what a program reads."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")


def _document(path: Path | None, what: str) -> Json:
    if path is None:
        return None
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        detail = f"{path} is no readable {what}: {error}"
        raise typer.BadParameter(detail) from error


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Where to listen on localhost; 0 takes any free port.")] = 4566,
    estate: Annotated[Path | None, typer.Option(help="A JSON file that says which links there are.")] = None,
    world: Annotated[Path | None, typer.Option(help="A JSON file of the world's switches.")] = None,
    assembly: Annotated[
        Path | None, typer.Option(help="A folder that `cdk synth` wrote; without it the product is synthesised.")
    ] = None,
    router_mode: Annotated[
        Literal["agent", "manual"], typer.Option(help="Who answers for the routers: the agent, or you.")
    ] = "agent",
) -> None:
    """Start the sandbox, print one JSON line when it is ready, and serve until it is told to stop."""
    links, switches = _document(estate, "estate"), _document(world, "world")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        chosen = DEFAULT_ESTATE if links is None else estate_from_json(links)
        played = BY_HAND if router_mode == "manual" else {}
        sandbox = Sandbox(port, estate=chosen, world=switches, context_overrides=played, assembly=assembly)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    try:
        with sandbox:
            if "RouterTasksUrl" in sandbox.outputs:  # an assembly of somebody's own may have no router tasks
                answering(sandbox)
            typer.echo(json.dumps({"endpoint": sandbox.endpoint, "outputs": sandbox.outputs}))
            sys.stdout.flush()
            typer.echo(READY.format(endpoint=sandbox.endpoint), err=True)
            stop.wait()
    except DeployError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


app.command()(letters)
app.command()(router)

PIPE_COLUMNS = WIDE
"""How wide is written where no terminal says how wide it is."""


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = PIPE_COLUMNS
    return console


@app.command()
def demo(
    *,
    json_only: Annotated[
        bool, typer.Option("--json", help="Print one JSON document on stdout, and the rest on stderr.")
    ] = False,
    out: Annotated[Path, typer.Option(help="The folder in which the picture is left.", file_okay=False)] = Path(
        "demo-out"
    ),
    accounts: Annotated[
        int, typer.Option(help="Above 1: play an organisation of so many accounts.", min=1, max=MOST_ACCOUNTS)
    ] = 1,
) -> None:
    """Deploy the product, rotate every link's key, let links drift and come back, and show what the lines carried.

    With several accounts: members in all of them, a coordinator in the first, and one run over all links.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    console = _console(stderr=json_only)
    try:
        report = demonstrate(console, out) if accounts == 1 else demonstrate_organisation(console, out, accounts)
    except DeployError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if json_only:
        typer.echo(json.dumps(report.to_json(), indent=2))
    raise typer.Exit(report.exit_code)
