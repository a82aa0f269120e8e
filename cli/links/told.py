"""One link with its whole story: read once, shown to people or to programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.links.colours import STYLES
from cli.links.document import SCHEMA, States, link_document
from cli.links.table import encryption
from cli.records.lines import Line, line_of
from cli.records.table import LinesTable, line_documents
from cli.words import age, ago, ckn_start, due, moment, until
from dxmacsec.adapters.home import Home
from dxmacsec.board.urgency import urgency
from dxmacsec.interfaces import LinkView, Pause, Stories, TaskRow, World
from dxmacsec.model import Key, KeyVersion, Label, Link, LinkKind, Port, RouterMode, same_ckn
from dxmacsec.steps.view_links import partners, view_link

LAST_RECORDS = 5

ROLES = {Label.IN_USE: "in use", Label.NEW: "new, not proven yet", Label.FAILED: "failed, used again by the next"}
ADOPTED = "adopted: we hold no CAK"

WHO_ANSWERS = {
    RouterMode.MANUAL: "people answer its tasks (manual)",
    RouterMode.AGENT: "an agent answers its tasks",
    RouterMode.NONE: "nobody is asked: the owner declares that it fetches its keys",
}


@dataclass(frozen=True)
class Story:
    """A link, its partners, the versions of its key secret, and the last things that happened to it."""

    view: LinkView
    partners: tuple[Link, ...]
    versions: tuple[KeyVersion, ...]
    lines: tuple[Line, ...]
    states: States
    now: datetime

    def role(self, key: Key) -> str:
        """Return what the key secret says of a key: the label of its version, or that it knows no such pair."""
        version = self.version(key)
        if version is None:
            return ADOPTED
        if version.has(Label.old(key.ckn)):
            return "superseded"
        return next((word for label, word in ROLES.items() if version.has(label)), "no role")

    def version(self, key: Key) -> KeyVersion | None:
        """Return the version of the key secret that holds a key's pair, by its label: nothing is decrypted."""
        return next((each for each in self.versions if each.ckn and same_ckn(each.ckn, key.ckn)), None)

    def document(self, home: Home) -> dict[str, Any]:
        """Return it as JSON: the link of `status --json`, and under `story` what only one link shows."""
        keys = [
            {"ckn": key.ckn, "role": self.role(key), "labels": sorted(version.labels) if version else []}
            for key in self.view.link.keys
            for version in (self.version(key),)
        ]
        link = link_document(self.view, self.states, self.now)
        story = {
            "keys": keys,
            "partners": [{"id": each.id, "name": each.name, "encrypted": each.encrypted} for each in self.partners],
            "history": line_documents(self.lines),
        }
        place = {"account": home.account, "region": home.region}
        return {"schema": SCHEMA, **place, "at": self.now, "links": [{**link, "story": story}]}


def read_story(
    link_id: str, world: World, stories: Stories, states_of: Callable[[LinkView], States], last: int = LAST_RECORDS
) -> Story:
    """Read everything about one link; a member's id gives its LAG. Reads only.

    Raises:
        LinkNotFound: Direct Connect knows no such link.
        Transient: AWS is slow, failed, or gave no answer.
        AccessDenied: the caller may not read one of these.
    """
    view = view_link(link_id, world, stories)
    link = view.link.id
    return Story(
        view=view,
        partners=partners(view, world),
        versions=world.key_secrets.labelled([link]).get(link, ()),
        lines=tuple(line_of(row) for row in islice(stories.of_link(link), last)),
        states=states_of(view),
        now=world.clock.now(),
    )


@dataclass(frozen=True)
class LinkStory:
    """The story on a terminal: what it asks for first, then facts, then the past."""

    story: Story

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the parts that have anything to say."""
        view = self.story.view
        asks = urgency(view, self.story.now)
        meaning = f"  {asks.meaning}"
        yield Text.assemble((asks.word, STYLES[asks]), f" {view.link.id}", (f" {view.link.name}", "bold"), meaning)
        yield Text()
        yield self._facts()
        for title, body in self._parts():
            yield Text(f"\n{title}", style="bold")
            yield Padding(body, (0, 0, 0, 2))

    def _facts(self) -> Table:
        link, view, now = self.story.view.link, self.story.view, self.story.now
        grid = _grid()
        where = f"{link.kind}, {link.bandwidth} at {link.location}, {link.state}"
        grid.add_row("link", Text(where))
        grid.add_row("mode", Text(link.mode or "-"))
        grid.add_row("encryption", encryption(link))
        if link.kind is not LinkKind.HOSTED and link.macsec_capable:
            since = f", since {moment(view.key_since)}" if view.key_since else ""
            grid.add_row("key age", f"{age(view.age_days(now))}{since}; due {due(view.due_at, now)}")
        grid.add_row("group", Text(self._group()))
        grid.add_row("router", WHO_ANSWERS[view.router_mode])
        for warning in view.warnings:
            grid.add_row("tag", Text(warning, style="yellow"))
        return grid

    def _group(self) -> str:
        if not self.story.view.declared:
            return "none declared: rotated alone, one link at a time"
        partners = ", ".join(
            f"{each.id} {each.name} ({'up' if each.encrypted else 'NOT ENCRYPTED'})" for each in self.story.partners
        )
        return f"{self.story.view.group}, with {partners}" if partners else f"{self.story.view.group}, alone in it"

    def _parts(self) -> list[tuple[str, RenderableType]]:
        view = self.story.view
        parts: list[tuple[str, RenderableType]] = [("Ports", _ports(view.link.ports))]
        if view.link.keys:
            parts.append(("Keys", self._keys()))
        parts.append(("Verdict", self._verdict()))
        for title, pause, command in (
            ("Automation is paused", view.pause, f'dxmacsec clear {view.link.id} --reason "…"'),
            (
                "Enforcement is paused",
                view.enforcement_pause,
                f'dxmacsec clear {view.link.id} --enforcement --reason "…"',
            ),
        ):
            if pause:
                parts.append((title, self._pause(pause, command)))
        if view.rotating or view.acting:
            parts.append(("In flight", self._flight()))
        parts += [(f"Router task {task.kind}", self._task(task)) for task in view.tasks]
        if self.story.lines:
            parts.append(("Last", LinesTable(self.story.lines, of_one_link=True)))
        return parts

    def _keys(self) -> Table:
        table = Table("CKN", "Direct Connect", "key secret", "started", box=None, pad_edge=False, header_style="bold")
        for key in self.story.view.link.keys:
            cells = (ckn_start(key.ckn), key.state, self.story.role(key), key.start_on or "-")
            table.add_row(*(Text(cell) for cell in cells))
        return table

    def _verdict(self) -> Text:
        standing = self.story.view.standing
        if standing is None:
            return Text("None yet: the sweep has not looked at this link.")
        since = f"{standing.status} since {moment(standing.since)}: {', '.join(standing.reasons)}"
        text = Text(f"{since}\n{standing.sentence}")
        if standing.action:
            what = f"{standing.action.remedy} {ago(standing.action.at, self.story.now)}"
            text.append(f"\nWhat was done about it: {what}, {standing.action.execution.rsplit(':', 1)[-1]}")
        return text.append(f"\ndocs/runbook.md, heading {standing.reasons[0]}", style="dim")

    def _pause(self, pause: Pause, command: str) -> Text:
        by_hand = pause.by_hand
        typed = f"dxmacsec resume {self.story.view.link.id}" if by_hand else command
        said = f"{pause.reason}, {ago(pause.at, self.story.now)} by {pause.by}\n{pause.sentence}\n"
        return Text.assemble(said, ("When that is settled: ", "dim"), (typed, "bold"))

    def _flight(self) -> Group:
        view, now = self.story.view, self.story.now
        lines = []
        for what, owner in (("rotation", view.rotating), ("changes keys or mode now", view.acting)):
            if owner is None:
                continue
            state = self.story.states.get(owner.execution)
            where = f"{state.words}, {ago(state.since, now)}" if state else "its state is not known"
            lines.append(Text(f"{what} {owner.name}\n  {where}; holds the lock since {moment(owner.since)}"))
        return Group(*lines)

    def _task(self, task: TaskRow) -> Text:
        ports = ", ".join(task.message.get("ports", ()))
        text = Text(f"{task.message.get('what', '')}\nOn {ports}. CKN {task.message.get('ckn') or '-'}\n")
        text.append(f"Sent {ago(task.sent_at, self.story.now)}; {until(task.deadline, self.story.now)}", style="bold")
        text.append(f" (by {moment(task.deadline)}). Answer with what the router says:\n")
        text.append(f'dxmacsec answer {task.task_id} --ckn CKN\ndxmacsec answer {task.task_id} --failed "why"', "bold")
        return text


def _ports(ports: tuple[Port, ...]) -> RenderableType:
    if not ports:
        return Text("none")
    table = Table("port", "state", "encryption", box=None, pad_edge=False, header_style="bold")
    for port in ports:
        well = port.up and port.encrypted
        read = Text(port.encryption or "-", style="" if well else "bold red")
        table.add_row(Text(port.connection_id), Text(port.state), read)
    return table


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    return grid
