"""The command line: the options that all commands share, and the commands by name."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

import typer
from botocore.exceptions import BotoCoreError
from rich.console import Console

from cli.account import STACK, Account, open_account, session_of, unreachable
from cli.commands.agent import agent
from cli.commands.answer import answer
from cli.commands.doctor import doctor
from cli.commands.evidence import evidence
from cli.commands.history import history
from cli.commands.organisation import organisation
from cli.commands.pausing import clear, pause, resume
from cli.commands.report import report
from cli.commands.rotate import rotate
from cli.commands.router_config import router_config
from cli.commands.status import status
from cli.commands.tasks import tasks
from cli.ending import CliError, Ending
from dxmacsec.errors import AccessDenied, BadInput, DxMacsecError, LinkNotFound

if TYPE_CHECKING:
    from botocore.session import Session

app = typer.Typer(
    name="dxmacsec",
    help="MACsec key rotation for AWS Direct Connect: how the links stand, and what to do about it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

ENDINGS: tuple[tuple[type[DxMacsecError], Ending], ...] = (
    (LinkNotFound, Ending.NOT_FOUND),
    (BadInput, Ending.USAGE),
    (AccessDenied, Ending.NO_ACCESS),
    (DxMacsecError, Ending.FAILED),
)
"""Exit codes of the product's own failures; the first that fits."""


@dataclass
class Asked:
    """What the options before the command said; the account is opened by the first command that needs it."""

    profile: str | None = None
    region: str | None = None
    stack: str = STACK

    @cached_property
    def account(self) -> Account:
        """Return the account and its stack.

        Raises:
            CliError: they can't be found or read.
        """
        return open_account(self.session, self.stack)

    @cached_property
    def session(self) -> Session:
        """Return a session of the SDK.

        Raises:
            CliError: the profile is not configured, or no Region is.
        """
        return session_of(self.profile, self.region)


@app.callback()
def options(
    context: typer.Context,
    profile: Annotated[str | None, typer.Option(help="AWS profile; default: as the SDK finds it.")] = None,
    region: Annotated[str | None, typer.Option(help="AWS Region; default: as the SDK finds it.")] = None,
    stack: Annotated[str, typer.Option(help="Name of the CloudFormation stack.")] = STACK,
) -> None:
    """Speak to one account and Region; AWS_ENDPOINT_URL leads to the sandbox."""
    # The SDK's debug lines hold whole answers, the CAK of a pair among them.
    logging.getLogger("botocore").setLevel(logging.INFO)
    context.obj = Asked(profile, region, stack)


app.command()(status)
app.command()(rotate)
app.command()(tasks)
app.command()(answer)
app.command()(pause)
app.command()(resume)
app.command()(clear)
app.command()(doctor)
app.command()(history)
app.command()(evidence)
app.command()(report)
app.command()(organisation)
app.command()(agent)
app.command()(router_config)


def main() -> None:
    """Run the command line; every failure that a person can meet is a sentence, an exit code and what to type next."""
    try:
        app()
    except CliError as error:
        _say(error)
    except DxMacsecError as error:
        _say(
            CliError(
                _ending(error), f"{type(error).__name__}: {error}", f"docs/runbook.md, heading {type(error).__name__}."
            )
        )
    except BotoCoreError as error:
        _say(unreachable(error))


def _ending(error: DxMacsecError) -> Ending:
    return next(ending for kind, ending in ENDINGS if isinstance(error, kind))


def _say(error: CliError) -> None:
    shown = Console(stderr=True, highlight=False, soft_wrap=True)
    shown.print(error.sentence, style="bold", markup=False)
    if error.next_step:
        shown.print(error.next_step, markup=False)
    sys.exit(error.ending)
