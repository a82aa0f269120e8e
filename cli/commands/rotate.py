"""`dxmacsec rotate`: show the plan, ask, start, follow, and end as the rotation ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Annotated, Any

import typer
from botocore.exceptions import ClientError
from rich.text import Text

from cli.asking import caller, confirm, link_id, reason
from cli.ending import Ending
from cli.executions import Result, result, start
from cli.following import follow
from cli.plans import fleet_shown, rotation_shown
from cli.printing import console, show
from cli.words import span
from dxmacsec.adapters.aws_errors import SdkError, error_code
from dxmacsec.errors import BadInput, DxMacsecError
from dxmacsec.model import PAUSED_BY_HAND, RouterMode
from dxmacsec.policy.request import MAX_REASON

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console

    from cli.account import Account

LOOK_SECONDS = 0.5
NOT_FOLLOWED = "NotFollowed"
INTERRUPTED = 130
"""The exit code of a command that Ctrl-C ended, as shells have it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asked for: one link, or the fleet; `fields` is what the machine is given beside the reason."""

    machine_arn: str
    name: str
    fields: dict[str, Any]
    why: str

    @property
    def urgent(self) -> bool:
        """Tell whether windows and bake are skipped."""
        return bool(self.fields.get("urgent"))


def rotate(  # noqa: PLR0913 - each is an option that a person may type
    context: typer.Context,
    link: Annotated[str | None, typer.Argument(help="dxcon-… or dxlag-…: this link, now.")] = None,
    *,
    due: Annotated[bool, typer.Option("--due", help="Every link whose key is due.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Every link, due or not.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and change nothing.")] = False,
    urgent: Annotated[bool, typer.Option("--urgent", help="Skip windows and the bake; needs --reason.")] = False,
    why: Annotated[str, typer.Option("--reason", help="Why; the record keeps it with your name.")] = "",
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Start it and don't follow.")] = False,
    version_id: Annotated[str | None, typer.Option(help="Use this version of the key secret, make no key.")] = None,
    no_way_back: Annotated[
        bool, typer.Option("--accept-no-way-back", help="Retire an adopted key that can't be restored.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document of the end on stdout.")] = False,
) -> None:
    """Rotate the key of a link, of the links that are due, or of all."""
    if [link is not None, due, everything].count(True) != 1:
        message = "rotate: expected a link, or --due, or --all"
        raise BadInput(message)
    if urgent and not why.strip():
        message = '--urgent: needs --reason "…"; the record keeps it'
        raise BadInput(message)
    account = context.obj.account
    given = {"urgent": urgent, "version_id": version_id, "accept_no_way_back": no_way_back, "all": everything}
    wish = _wish(account, link, {name: value for name, value in given.items() if value}, why)
    people = console(stderr=as_json)
    signed = _signed(wish.why, caller(account))
    with people.status("Making the plan …"):
        planned = _plan(account, wish)
    _show_plan(planned, wish, account, people)
    if dry_run or planned.status != "PLANNED" or not _links(planned):
        _end(planned, as_json=as_json)
    confirm("Start it?", yes=yes, otherwise="Nothing was started.")
    execution = start(account, wish.machine_arn, wish.name, {**wish.fields, "reason": signed})
    if no_wait:
        _end(Result(execution, "RUNNING", "Started", f"{wish.name} was started."), as_json=as_json)
    people.print(Text(f"Started {wish.name}"))
    ended = _followed(account, execution, planned, people)
    _end(ended, as_json=as_json, ending=Ending.NOT_FOLLOWED if ended.reason == NOT_FOLLOWED else ended.ending)


def _wish(account: Account, link: str | None, fields: dict[str, Any], why: str) -> Wish:
    told, now = reason(why) if why.strip() else "", _stamp(account.world.clock.now())
    if link is None:
        beside = sorted(fields.keys() & {"version_id", "accept_no_way_back"})
        if beside:
            message = f"--{beside[0].replace('_', '-')}: is about one link; name it"
            raise BadInput(message)
        return Wish(account.settings.rotate_fleet_arn, f"fleet-{now}", fields, told)
    target = link_id(account, link)
    return Wish(account.settings.rotate_key_arn, f"{target}-{now}", {"link": link, **fields}, told)


def _stamp(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _signed(why: str, by: str) -> str:
    """Return the reason with who asks: AWS's own record of the start is kept for 90 days, the ledger for ever.

    Raises:
        BadInput: both together are longer than a record takes.
    """
    told = f"{why} (asked by {by})" if why else f"asked by {by}"
    if len(told) > MAX_REASON:
        message = f"--reason: with your name it is {len(told) - MAX_REASON} characters too long"
        raise BadInput(message)
    return told


def _plan(account: Account, wish: Wish) -> Result:
    """Have the machine itself make the plan: what decides then is what decides now."""
    request = {**wish.fields, "dry_run": True}
    execution = start(account, wish.machine_arn, f"plan-{wish.name}", request)
    while (planned := result(account, execution)) is None:
        account.world.clock.sleep(LOOK_SECONDS)
    return planned


def _show_plan(planned: Result, wish: Wish, account: Account, people: Console) -> None:
    if planned.status != "PLANNED":
        return
    limits = account.world.limits
    one = "plan" in planned.report
    people.print(rotation_shown(planned, limits, urgent=wish.urgent) if one else fleet_shown(planned))


def _links(planned: Result) -> tuple[str, ...]:
    report = planned.report
    return (report["link"],) if "plan" in report else tuple(each["link"] for each in report.get("due", ()))


def _followed(account: Account, execution: str, planned: Result, people: Console) -> Result:
    """Follow it and return how it ended, or that nobody can see it: what stops the looking stops no rotation."""
    by_agent = (planned.router_mode or account.world.limits.router_mode) == RouterMode.AGENT
    began = account.world.clock.now()
    try:
        ended = follow(account, execution, _links(planned), people, by_agent=by_agent)
    except KeyboardInterrupt:
        people.print(
            Text(
                f"Not followed any more; {execution.rpartition(':')[2]} goes on.\n"
                "dxmacsec status shows it, dxmacsec tasks what waits for an answer."
            )
        )
        raise typer.Exit(INTERRUPTED) from None
    except (DxMacsecError, *SdkError) as error:
        return _lost_sight(execution, error)
    people.print(Text(f"Ended after {span((account.world.clock.now() - began).total_seconds())}."))
    return ended


def _lost_sight(execution: str, error: Exception) -> Result:
    """Return what is true of a rotation that can't be looked at any more: nobody stopped it."""
    # The SDK's text may quote what was sent.
    said = f"AWS says {error_code(error)}" if isinstance(error, ClientError) else type(error).__name__
    said = str(error) if isinstance(error, DxMacsecError) else said
    name = execution.rpartition(":")[2]
    return Result(execution, "RUNNING", NOT_FOLLOWED, f"{said}. It can't be looked at any more; {name} goes on.")


def _end(ended: Result, *, as_json: bool, ending: Ending | None = None) -> None:
    """Show how it ended, and end the command with it, or as `ending` says.

    Raises:
        Exit: always.
    """
    document = {
        "status": ended.status,
        "reason": ended.reason,
        "sentence": ended.sentence,
        "execution": ended.execution,
        "rotation": ended.name,
        "report": ended.report or None,
    }
    show(document, _words(ended), as_json=as_json, unbroken=True)
    raise typer.Exit(ended.ending if ending is None else ending)


def _words(ended: Result) -> Text:
    style = {Ending.DONE: "bold green", Ending.REFUSED: "bold yellow"}.get(ended.ending, "bold red")
    shown = Text.assemble((f"{ended.status} {ended.reason}", style), f": {ended.sentence}")
    for result_ in ended.report.get("results", ()):
        shown.append(f"\n  {result_['link']}: {result_['status']} {result_['reason']} {result_['sentence']}".rstrip())
    if ended.status == "RUNNING":
        return shown.append("\ndxmacsec status shows it, dxmacsec tasks what waits for an answer.")
    if ended.ending is not Ending.DONE:
        return shown.append(f"\n{_next_step(ended)}")
    if ended.report.get("new_ckn"):
        shown.append(f"\nKey in use  {ended.report['new_ckn']}, proven by {ended.report['proven_by']}")
        shown.append(f"\nMode        {ended.report['mode'] or 'as it was'}")
        shown.append(f"\ndxmacsec evidence {ended.name}")
    return shown


def _next_step(ended: Result) -> str:
    link = ended.report.get("link")
    if ended.reason != "LinkPaused" or not link:
        return f"docs/runbook.md, heading {ended.reason}."
    by_hand = ended.sentence.startswith(PAUSED_BY_HAND)
    return f"dxmacsec resume {link}" if by_hand else f'When you know why: dxmacsec clear {link} --reason "…"'
