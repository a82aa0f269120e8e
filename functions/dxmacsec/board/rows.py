"""What the board says of one link, in words: a function of what was read and of the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dxmacsec.board.console import Console
from dxmacsec.board.urgency import Urgency
from dxmacsec.interfaces import LinkView
from dxmacsec.model import Key

LONGEST_SENTENCE = 240
MINUTES_SHOWN, HOURS_SHOWN = 120, 48


@dataclass(frozen=True, slots=True)
class Row:
    """One link on the board; `opens` are labels and addresses."""

    urgency: Urgency
    id: str
    name: str
    about: str
    verdict: str
    heading: str | None
    line: str
    sentence: str
    keys: tuple[str, ...]
    due: str
    flight: tuple[str, ...]
    opens: tuple[tuple[str, str], ...]


def row_of(asks: Urgency, view: LinkView, now: datetime, console: Console) -> Row:
    """Return what the board says of a link."""
    link, standing = view.link, view.standing
    verdict = standing.reasons[0] if standing else ""
    wrong = standing is not None and verdict != "Compliant"
    return Row(
        urgency=asks,
        id=link.id,
        name=link.name,
        about=", ".join(each for each in (str(link.kind), link.bandwidth, link.location) if each),
        # Of a link that is well the word says it already.
        verdict="" if asks is Urgency.OK else verdict,
        heading=console.heading(verdict) if standing else None,
        line=_line(view),
        sentence=cut(standing.sentence) if wrong and standing else "",
        keys=_keys(view, now),
        due=_due(view, now),
        flight=_flight(view, now),
        opens=_opens(view, console),
    )


def _line(view: LinkView) -> str:
    ports = view.link.ports
    encrypted = sum(port.up and port.encrypted for port in ports)
    mode = view.link.mode or "no mode"
    return f"{mode}, {encrypted} of {len(ports)} {'port' if len(ports) == 1 else 'ports'} encrypted"


def _keys(view: LinkView, now: datetime) -> tuple[str, ...]:
    """Say of each key that the link holds since when; the link's own age is the ledger's, where it has one."""
    held = [key for key in view.link.keys if key.held]
    if not held:
        return ("no key",)
    age = view.age_days(now)
    used = f"in use for {days(age)}" if age is not None else "nobody knows since when"
    if len(held) == 1:
        return (f"{held[0].ckn[:8]}… {used}{_unsettled(held[0])}",)
    return (f"{len(held)} keys, {used}", *(f"{key.ckn[:8]}…{_unsettled(key)}{_added(key)}" for key in held))


def _unsettled(key: Key) -> str:
    return "" if key.associated else f" ({key.state})"


def _added(key: Key) -> str:
    return f", on the link since {key.start_on[:10]}" if key.start_on else ""


def _due(view: LinkView, now: datetime) -> str:
    if view.due_at is None:
        return "never by age"
    if not any(key.held for key in view.link.keys):
        return "now: it holds no key"
    if view.key_since is None:
        return "now: the key's age is unknown"
    late = now - view.due_at
    return f"overdue by {span(late)}" if late >= timedelta(0) else f"in {span(-late)}"


def _flight(view: LinkView, now: datetime) -> tuple[str, ...]:
    """Say what runs for the link and what it waits for, and what keeps anything from running."""
    said = []
    if view.pause:
        said.append(f"paused by {view.pause.by}: {cut(view.pause.reason)}")
    if view.enforcement_pause:
        said.append(f"enforcement paused: {cut(view.enforcement_pause.reason)}")
    if view.rotating:
        said.append(f"rotation {view.rotating.name} for {span(now - view.rotating.since)}")
    if view.acting and (view.rotating is None or view.acting.execution != view.rotating.execution):
        said.append(f"{view.acting.name} changes it for {span(now - view.acting.since)}")
    said += [
        f"waits for the router to {task.kind}, until {task.deadline:%Y-%m-%d %H:%M} UTC"
        f" ({_left(task.deadline - now)}): {task.task_id}"
        for task in view.tasks
    ]
    return tuple(said) or ("nothing",)


def _left(left: timedelta) -> str:
    return f"{span(left)} left" if left > timedelta(0) else "too late"


def _opens(view: LinkView, console: Console) -> tuple[tuple[str, str], ...]:
    opens = [("Direct Connect", console.link(view.link))]
    if view.rotating:
        opens.append(("execution", console.execution(view.rotating.execution)))
    if view.link.macsec_capable:
        opens.append(("key secret", console.key_secret(view.link)))
    return tuple(opens)


def cut(text: str) -> str:
    """Return a text short enough for a cell."""
    return text if len(text) <= LONGEST_SENTENCE else f"{text[: LONGEST_SENTENCE - 1]}…"


def days(number: float) -> str:
    """Return an age in days as people say it."""
    if number < 1:
        return "less than a day"
    return "1 day" if int(number) == 1 else f"{int(number)} days"


def span(time: timedelta) -> str:
    """Return a time in the largest unit that still says enough."""
    minutes = max(0, int(time.total_seconds() // 60))
    if minutes < MINUTES_SHOWN:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < HOURS_SHOWN else days(hours / 24)
