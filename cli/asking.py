"""Asking before acting, and who it is that asks AWS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typer
from botocore.exceptions import BotoCoreError, ClientError

from cli.account import refused, unreachable
from cli.ending import CliError, Ending
from dxmacsec.errors import BadInput
from dxmacsec.policy.request import LINK_ID, MAX_REASON

if TYPE_CHECKING:
    from cli.account import Account

LONGEST_NAME = 128
"""The most of a name that a rotation's record keeps of who answered."""


def confirm(question: str, *, yes: bool, otherwise: str) -> None:
    """Ask on the terminal, unless `--yes` was given; stdout stays for what a program reads.

    Raises:
        CliError: the answer is no, or there is nobody to answer; `otherwise` says what was not done.
    """
    if yes:
        return
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:
        agreed = False
    if not agreed:
        raise CliError(Ending.DECLINED, otherwise, "Answer y, or give --yes.")


def caller(account: Account) -> str:
    """Return the ARN of the caller: AWS's word, not the terminal's.

    Raises:
        CliError: AWS doesn't know the caller, or can't be reached.
    """
    try:
        return str(account.client("sts").get_caller_identity()["Arn"])
    except ClientError as error:
        raise refused(error, "ask who you are") from error
    except BotoCoreError as error:
        raise unreachable(error) from error


def short_caller(arn: str) -> str:
    """Return a caller's ARN, or its last part where the whole is longer than a record keeps."""
    return arn if len(arn) <= LONGEST_NAME else arn.rpartition(":")[2][-LONGEST_NAME:]


def own_id(account: Account, given: str) -> str:
    """Return the id of a link that a person may have named as the organisation does: account/Region/id.

    Raises:
        BadInput: it names a link of another account or Region.
    """
    place, _, link = given.rpartition("/")
    if place and place != account.home.name:
        message = f"link: {given[:80]} is not in {account.home.name}; expected --profile and --region of its own"
        raise BadInput(message)
    return link


def link_id(account: Account, named: str) -> str:
    """Return the id of the link that a person named; a member's id leads to its LAG.

    Raises:
        BadInput: it can be no link's id, or is one of another account or Region.
        LinkNotFound: Direct Connect knows no such link.
    """
    given = own_id(account, named)
    if not LINK_ID.fullmatch(given):
        message = f"link: expected the id of a connection or LAG, like dxcon-fg5678gh, got {given[:40]!r}"
        raise BadInput(message)
    link = account.world.direct_connect.link(given)
    return link.lag_id or link.id


def reason(given: str) -> str:
    """Return why a person acts, in one line that the ledger keeps.

    Raises:
        BadInput: it says nothing, or more than a record takes.
    """
    told = re.sub(r"\s+", " ", given).strip()
    if not told or len(told) > MAX_REASON or not told.isprintable():
        message = f"--reason: expected printable text of 1 to {MAX_REASON} characters"
        raise BadInput(message)
    return told
