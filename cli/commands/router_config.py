"""`dxmacsec router-config`: the exact lines for the router of a link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.platforms import PLATFORMS
from agent.platforms.platform import Place
from agent.platforms.rendering import KeyChange, Step, parts, text
from cli.asking import own_id
from cli.ending import CliError, Ending
from cli.printing import show
from dxmacsec.errors import AccessDenied
from dxmacsec.model import KeyVersion, Label, RouterTaskKind, same_ckn
from dxmacsec.steps.view_links import view_link

if TYPE_CHECKING:
    from agent.platforms.platform import Platform
    from agent.platforms.rendering import Part
    from cli.account import Account
    from dxmacsec.interfaces import LinkView, TaskRow

LEAD_MINUTES = 10
"""Time to type the lines before the session moves."""


class PlatformName(StrEnum):
    """The platforms, as people type them."""

    IOS_XE = "ios-xe"
    IOS_XR = "ios-xr"
    NX_OS = "nx-os"
    JUNOS = "junos"
    EOS = "eos"


class Wanted(StrEnum):
    """Which steps to print."""

    ADD = "add"
    PREFER = "prefer"
    VERIFY = "verify"
    REMOVE = "remove"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The key that the lines bring in: that of the rotation in flight, else the one in use."""

    ckn: str
    version_id: str | None
    in_flight: bool


def router_config(  # noqa: PLR0913 - a command's options
    context: typer.Context,
    link: Annotated[str, typer.Argument(help="dxcon-… or dxlag-….")],
    platform: Annotated[PlatformName, typer.Option(help="The router's operating system.")],
    *,
    step: Annotated[Wanted, typer.Option(help="Print one step only.")] = Wanted.ALL,
    interface: Annotated[
        list[str] | None, typer.Option(help="The router's interface; one for each port of the link, in their order.")
    ] = None,
    key_chain: Annotated[
        str, typer.Option(help="Name of the key chain; on EOS of the MACsec profile.")
    ] = "<KEY-CHAIN>",
    at: Annotated[
        datetime | None, typer.Option(help="When the session shall move, in UTC; default: in ten minutes.")
    ] = None,
    utc_offset_minutes: Annotated[int, typer.Option(help="What the router's clock shows ahead of UTC.")] = 0,
    reveal: Annotated[bool, typer.Option("--reveal", help="Print the CAK, read with your own credentials.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout instead of the lines.")] = False,
) -> None:
    """Print the exact router lines to add a link's new key, prefer it, verify it, and remove the old one.

    With no rotation in flight it is the key in use. What isn't a command is a comment of the platform.
    """
    account = context.obj.account
    view = view_link(own_id(account, link), account.world, account.stories)
    chosen = _chosen(view, account)
    now = account.world.clock.now()
    cak = _cak(view.link.id, chosen, platform.value, account) if reveal else _placeholder(view.link.id, platform.value)
    change = KeyChange(
        link=view.link.id,
        places=_places(view, interface or [], key_chain, utc_offset_minutes),
        ckn=chosen.ckn,
        cak=cak,
        old_ckns=_old_ckns(view, chosen),
        now=now,
        at=_moment(at, now),
    )
    known = PLATFORMS[platform.value]
    shown = parts(known, change, Step if step is Wanted.ALL else (Step(step.value),))
    document = _document(known, change, chosen, shown, revealed=reveal)
    if as_json:
        show(document, "", as_json=True)
    else:
        # Not through Rich: a line that it wraps is two lines to a router.
        typer.echo(_said(known, chosen, shown))


def _chosen(view: LinkView, account: Account) -> Chosen:
    """Return the key to bring in.

    Raises:
        CliError: the link has no key, and no rotation brings one.
    """
    versions = [version for version in account.world.key_secrets.versions(view.link.id) or () if version.ckn]
    if view.rotating and (new := _labelled(versions, Label.NEW)):
        return Chosen(str(new.ckn), new.version_id, in_flight=True)
    if task := _asked_about_a_change(view):
        # PromoteKey moved the label before the router was asked to remove the old keys.
        ckn = task.message["ckn"]
        version = next((each for each in versions if same_ckn(str(each.ckn), ckn)), None)
        return Chosen(ckn, version.version_id if version else None, in_flight=True)
    if used := _labelled(versions, Label.IN_USE):
        return Chosen(str(used.ckn), used.version_id, in_flight=False)
    adopted = [key for key in view.link.keys if key.held]
    if len(adopted) == 1:
        return Chosen(adopted[0].ckn, None, in_flight=False)
    sentence = f"{view.link.id}: nobody knows which key is in use." if adopted else f"{view.link.id} has no key."
    raise CliError(Ending.NOT_FOUND, sentence, f"dxmacsec rotate {view.link.id}")


def _labelled(versions: list[KeyVersion], label: Label) -> KeyVersion | None:
    return next((version for version in versions if version.has(label)), None)


def _asked_about_a_change(view: LinkView) -> TaskRow | None:
    """Return the open task of the rotation in flight that names a new key and old ones; a dead rotation's is none."""
    return next((task for task in _own_tasks(view) if task.message.get("ckn") and task.message.get("old_ckns")), None)


def _own_tasks(view: LinkView) -> tuple[TaskRow, ...]:
    return tuple(task for task in view.tasks if view.rotating and task.rotation == view.rotating.name)


def _old_ckns(view: LinkView, chosen: Chosen) -> tuple[str, ...]:
    """Return what the key supersedes; only a rotation supersedes anything.

    *remove* names them itself: a key that Direct Connect still lists is none of them.
    """
    if not chosen.in_flight:
        return ()
    tasks = _own_tasks(view)
    asked = [ckn for task in tasks for ckn in task.message.get("old_ckns", ())]
    removing = any(task.kind is RouterTaskKind.REMOVE for task in tasks)
    known = asked if removing else [*(key.ckn for key in view.link.keys if key.held), *asked]
    return tuple(dict.fromkeys(ckn.lower() for ckn in known if not same_ckn(ckn, chosen.ckn)))


def _cak(link: str, chosen: Chosen, platform: str, account: Account) -> str:
    """Return the CAK, read with the caller's own credentials.

    Raises:
        CliError: they may not read it, or nobody but Direct Connect has it.
    """
    if chosen.version_id is None:
        sentence = f"{link}: the CAK of {chosen.ckn[:8]}… is not in our key secret; only Direct Connect has it."
        raise CliError(Ending.NOT_FOUND, sentence, f"dxmacsec router-config {link} --platform {platform}")
    try:
        return account.world.key_secrets.pair(link, chosen.version_id).cak.reveal()
    except AccessDenied as error:
        sentence = f"{link}: your credentials may not read the CAK of {chosen.ckn[:8]}…."
        needed = "They need secretsmanager:GetSecretValue on the key secret, and kms:Decrypt with its key."
        raise CliError(Ending.NO_ACCESS, sentence, needed) from error


def _placeholder(link: str, platform: str) -> str:
    return f"<CAK: dxmacsec router-config {link} --platform {platform} --reveal>"


def _places(view: LinkView, interfaces: list[str], chain: str, offset: int) -> dict[str, Place]:
    """Return where each port ends.

    Raises:
        CliError: the interfaces are not as many as the ports.
    """
    ports = view.link.port_ids
    if interfaces and len(interfaces) != len(ports):
        sentence = f"{view.link.id} has {len(ports)} ports ({', '.join(ports)}), but {len(interfaces)} --interface."
        raise CliError(Ending.USAGE, sentence, "Give --interface once for each port, in this order.")
    names = interfaces or [f"<INTERFACE-OF-{port}>" for port in ports]
    return {port: Place(name, chain, offset) for port, name in zip(ports, names, strict=True)}


def _moment(at: datetime | None, now: datetime) -> datetime:
    """Return when the session shall move, a full minute.

    Raises:
        CliError: that is in the past.
    """
    if at is None:
        return (now + timedelta(minutes=LEAD_MINUTES + 1)).replace(second=0, microsecond=0)
    moment = at.replace(tzinfo=UTC)
    if moment <= now:
        raise CliError(Ending.USAGE, f"--at: {moment:%Y-%m-%d %H:%M:%S} UTC is over.", "Give a time to come, in UTC.")
    return moment


def _said(platform: Platform, chosen: Chosen, shown: tuple[Part, ...]) -> str:
    which = "the new key of the rotation in flight" if chosen.in_flight else "the key in use; no new key is in flight"
    return f"{platform.comment} {which}: {chosen.ckn}\n{platform.comment}\n{text(platform, shown)}"


def _document(
    platform: Platform, change: KeyChange, chosen: Chosen, shown: tuple[Part, ...], *, revealed: bool
) -> dict[str, Any]:
    return {
        "link": change.link,
        "platform": platform.name,
        "ckn": change.ckn,
        "version_id": chosen.version_id,
        "in_flight": chosen.in_flight,
        "old_ckns": change.old_ckns,
        "revealed": revealed,
        "moves_at": change.at,
        "rule": platform.rule,
        "hazards": platform.hazards,
        "steps": [
            {
                "step": part.step,
                "notes": part.notes,
                "enter": part.enter if part.lines else None,
                "lines": part.lines,
                "leave": part.leave if part.lines else (),
            }
            for part in shown
        ],
    }
