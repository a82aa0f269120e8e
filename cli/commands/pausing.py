"""`dxmacsec pause`, `resume` and `clear`: keep automation off a link, and let it come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from cli.asking import caller, confirm, link_id, reason
from cli.ending import CliError, Ending
from cli.printing import show
from cli.words import by
from dxmacsec.steps.pause_link import clear_enforcement, clear_link, pause_link

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.account import Account
    from dxmacsec.interfaces import Pause, World

LINK = typer.Argument(help="dxcon-… or dxlag-…; a member's id stands for its LAG.")
WHY = typer.Option("--reason", help="Why; the ledger keeps it with your name.")
YES = typer.Option("--yes", "-y", help="Don't ask.")
AS_JSON = typer.Option("--json", help="One JSON document on stdout.")


def pause(
    context: typer.Context,
    link: Annotated[str, LINK],
    why: Annotated[str, WHY],
    *,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Keep rotations off a link until it is resumed; one that runs goes on, must_encrypt is still enforced."""
    account = context.obj.account
    told, target = reason(why), link_id(account, link)
    earlier = pause_link(target, told, caller(account), account.world)
    if earlier:
        raise CliError(
            Ending.REFUSED,
            f"{target} is paused already: {_words(earlier, account)}",
            f"It stays so. To end it: {_ending_it(target, earlier)}",
        )
    running = account.world.ledger.rotation_owner(target, None)
    goes_on = f"\nThe rotation {running.name} runs and goes on." if running else ""
    sentence = f"{target} is paused: no rotation starts by itself or by hand.{goes_on}"
    _tell(target, "paused", sentence, f"dxmacsec resume {target}", as_json=as_json)


def resume(
    context: typer.Context,
    link: Annotated[str, LINK],
    why: Annotated[str, typer.Option("--reason", help="Why; the ledger keeps it.")] = "resumed by hand",
    *,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """End a pause that a person set; one that the product set is for `clear`."""
    account = context.obj.account
    told, target = reason(why), link_id(account, link)
    found = account.world.ledger.pause(target)
    if found is None:
        _tell(target, "not-paused", f"{target} is not paused.", "", as_json=as_json)
        return
    if not found.by_hand:
        raise CliError(
            Ending.REFUSED,
            f"{target} was paused by the product: {_words(found, account)}",
            f"Look at docs/runbook.md, heading {found.reason}; then: {_ending_it(target, found)}",
        )
    _must_be_the_same(clear_link(target, found, told, caller(account), account.world), target)
    _tell(target, "resumed", f"{target} is automated again.", f"dxmacsec status {target}", as_json=as_json)


def clear(
    context: typer.Context,
    link: Annotated[str, LINK],
    why: Annotated[str, WHY],
    *,
    enforcement: Annotated[bool, typer.Option("--enforcement", help="The pause of enforcement, too.")] = False,
    yes: Annotated[bool, YES] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """End a pause that the product set, after you know why it did."""
    account = context.obj.account
    told, target = reason(why), link_id(account, link)
    seen = _to_clear(target, account, enforcement=enforcement)
    for what, found, _ in seen:
        typer.echo(f"{target}: {what} is paused: {_words(found, account)}", err=True)
    confirm("Do you know why, and is it mended?", yes=yes, otherwise="Nothing was cleared.")
    by = caller(account)
    for _, found, cleared in seen:
        _must_be_the_same(cleared(target, found, told, by, account.world), target)
    whole = " and ".join(what for what, _, _ in seen)
    _tell(target, "cleared", f"{target}: {whole} works again.", f"dxmacsec status {target}", as_json=as_json)


Clearing = tuple[str, "Pause", "Callable[[str, Pause, str, str, World], bool]"]


def _to_clear(target: str, account: Account, *, enforcement: bool) -> list[Clearing]:
    """Return the pauses to clear, with what each holds back.

    Raises:
        CliError: there is none that this command clears; it says which is there.
    """
    ledger = account.world.ledger
    own, enforcing = ledger.pause(target), ledger.enforcement_pause(target)
    seen: list[Clearing] = []
    if own and not own.by_hand:
        seen.append(("automation", own, clear_link))
    if enforcing and enforcement:
        seen.append(("enforcement", enforcing, clear_enforcement))
    if seen:
        return seen
    if own:
        raise CliError(Ending.REFUSED, f"{target} was paused by hand: {_words(own, account)}", _ending_it(target, own))
    if enforcing:
        raise CliError(
            Ending.REFUSED,
            f"Only enforcement of {target} is paused: {_words(enforcing, account)}",
            f'dxmacsec clear {target} --enforcement --reason "…"',
        )
    raise CliError(Ending.REFUSED, f"{target} is not paused.", f"dxmacsec status {target}")


def _must_be_the_same(cleared: bool, target: str) -> None:  # noqa: FBT001 - what the ledger said
    if not cleared:
        raise CliError(
            Ending.REFUSED,
            f"The pause of {target} is another one by now, or is cleared already: it stays as it is.",
            f"dxmacsec status {target}",
        )


def _words(pause: Pause, account: Account) -> str:
    return f"{pause.reason}: {pause.sentence} (by {pause.by}, {by(pause.at, account.world.clock.now())})"


def _ending_it(target: str, pause: Pause) -> str:
    if pause.by_hand:
        return f"dxmacsec resume {target}"
    return f'dxmacsec clear {target} --reason "…"'


def _tell(target: str, what: str, sentence: str, next_step: str, *, as_json: bool) -> None:
    shown = Text(sentence, style="bold")
    if next_step:
        shown.append(f"\n{next_step}", style="not bold")
    show({"link": target, "result": what, "sentence": sentence}, shown, as_json=as_json, unbroken=True)
