"""What a rotation is going to do, as a person reads it before saying yes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from cli.words import span
from dxmacsec.model import RouterMode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from cli.executions import Result
    from dxmacsec.interfaces import Limits

ANSWERS = {
    RouterMode.MANUAL: "people, with `dxmacsec answer`",
    RouterMode.AGENT: "the router agent",
    RouterMode.NONE: "nobody: the owner declares that the router fetches its keys",
}
MOST_LEFT_OUT = 20


def rotation_shown(planned: Result, limits: Limits, *, urgent: bool) -> RenderableType:
    """Return the plan of one link.

    What comes from AWS or the ledger is a Text in every table: of a plain string Rich reads brackets as markup.
    """
    report, plan = planned.report, planned.report["plan"]
    shown = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    shown.add_column(style="dim", no_wrap=True)
    shown.add_column(overflow="fold")
    shown.add_row("link", Text(_link(report, plan)))
    for old in plan["supersedes"]:
        origin = "" if old["version_id"] else "  (adopted: its CAK is unknown to us)"
        shown.add_row("old key", Text(f"{old['ckn']}{origin}"))
    again = plan["reuse_version_id"]
    made = f"the pair of version {again}, used again" if again else "made by this rotation"
    shown.add_row("new key", Text(made))
    for number, step in enumerate(plan["steps"], start=1):
        shown.add_row("steps" if number == 1 else "", Text(f"{number}. {step}"))
    shown.add_row("router", ANSWERS[RouterMode(planned.router_mode)])
    shown.add_row("window", _window(limits, urgent=urgent))
    shown.add_row("takes", takes(plan, planned.router_mode, limits, urgent=urgent))
    for warning in _warnings(report, plan):
        shown.add_row(Text("note", style="yellow"), Text(warning, style="yellow"))
    return shown


def takes(plan: Mapping[str, Any], router_mode: str, limits: Limits, *, urgent: bool) -> str:
    """Say how long the rotation takes by the settings: what it waits at least, and what others may add."""
    watches = len(plan["supersedes"]) + 1
    least = (timedelta(0) if urgent else limits.bake) + watches * limits.status_lag
    told = f"at least {span(least.total_seconds())} of baking and watching"
    if router_mode == RouterMode.NONE:
        return told
    return f"{told}; the router's side has up to {span(limits.router_deadline.total_seconds())} for each of its tasks"


def fleet_shown(planned: Result) -> RenderableType:
    """Return the plan of a run over the fleet: who, in which wave, and who not."""
    report = planned.report
    due = {each["link"]: each for each in report["due"]}
    waves = Table("wave", "link", "group", "why", "key age", box=None, padding=(0, 2, 0, 0))
    for number, wave in enumerate(report["waves"], start=1):
        for link in wave:
            each = due[link]
            age = f"{each['age_days']:.0f} d" if each["age_days"] is not None else "unknown"
            waves.add_row(str(number), Text(link), Text(each["group"]), Text(each["why"]), age)
    parts: list[RenderableType] = [waves] if due else [Text("No link is due that may be rotated now.")]
    if report["left_out"]:
        parts += [Text("\nLeft out:", style="dim"), _left_out(report["left_out"])]
    more = sum(report["left_out_counts"].values()) - len(report["left_out"][:MOST_LEFT_OUT])
    if more > 0:
        parts.append(Text(f"… and {more} more", style="dim"))
    parts += [Text(f"note: {warning}", style="yellow") for warning in report["warnings"]]
    return Group(*parts)


def _left_out(left: Sequence[Mapping[str, str]]) -> Table:
    shown = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for each in left[:MOST_LEFT_OUT]:
        shown.add_row(Text(each["reason"]), Text(each["sentence"]), style="dim")
    return shown


def _link(report: Mapping[str, Any], plan: Mapping[str, Any]) -> str:
    kind = "a link's first key" if plan["onboarding"] else "rotation"
    return f"{report['link']} ({report['kind']}, {plan['mode'] or 'mode unknown'}), {kind}"


def _window(limits: Limits, *, urgent: bool) -> str:
    if urgent:
        return "past all windows (urgent)"
    return "open now" if limits.windows else "any time: no window is configured"


def _warnings(report: Mapping[str, Any], plan: Mapping[str, Any]) -> list[str]:
    seen = [each["seen"] for each in report["checks"] if each["what"] == "lock" and each["seen"] != "free"]
    if report["member_given"]:
        seen.append(f"{report['member_given']} is a member of {report['link']}: the LAG holds the keys.")
    if plan["make_room"]:
        seen.append(
            "The router is asked first which keys it uses: one that it doesn't use makes room, or a failed one "
            "is seated anew."
        )
    if plan["dark_ports"]:
        seen.append(f"Not encrypted now: {', '.join(plan['dark_ports'])}.")
    return seen
