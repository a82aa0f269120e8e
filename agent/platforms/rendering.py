"""The lines of a key change as a person types them: by step, with the platform's rule and hazards as comments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from agent.platforms.junos import FREE_NUMBER, Junos
from agent.platforms.platform import HeldKey, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from agent.platforms.platform import Lines, Platform

STANDS_FOR_CAK = "00"
"""A CAK that only our own reader sees, when it reads our own lines."""


class Step(StrEnum):
    """The steps of a key change at the customer's end, in their order."""

    ADD = "add"
    PREFER = "prefer"
    VERIFY = "verify"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key change of one link.

    Attributes:
        link: whose keys change.
        places: where the ports of the link end, by their connection id.
        ckn: the key to bring in.
        cak: its CAK, or a placeholder.
        old_ckns: the keys that it supersedes.
        now: when the lines are made (UTC).
        at: when the session shall move (UTC), where the platform moves by time.
    """

    link: str
    places: Mapping[str, Place]
    ckn: str
    cak: str
    old_ckns: tuple[str, ...]
    now: datetime
    at: datetime

    def __repr__(self) -> str:
        """Print what it is, without the CAK."""
        return f"KeyChange({self.link}, {self.ckn[:8]})"


@dataclass(frozen=True, slots=True)
class Part:
    """One step: what to know, the command that opens the configuration, the lines, and what makes them count."""

    step: Step
    notes: tuple[str, ...]
    enter: str | None
    lines: Lines
    leave: tuple[str, ...]


def parts(platform: Platform, change: KeyChange, steps: Iterable[Step]) -> tuple[Part, ...]:
    """Return the steps that are asked for; all ports that share a key chain are changed at once.

    Nobody looked at the device for them: where keys have numbers, placeholders stand for these.
    """
    wanted = set(steps)
    return tuple(part for part in _all(platform, change) if part.step in wanted)


def text(platform: Platform, shown: Iterable[Part]) -> str:
    """Return the steps as one text that may be pasted: what isn't a command is a comment."""
    lines: list[str] = []
    for part in shown:
        lines += [f"{platform.comment} {note}" for note in part.notes]
        if part.enter and part.lines:
            lines += [part.enter, *part.lines, *part.leave]
        else:
            lines += part.lines
        lines.append(platform.comment)
    return "\n".join(lines[:-1])


def _all(platform: Platform, change: KeyChange) -> Iterator[Part]:
    saving = (platform.save,) if platform.save else ()
    leave = (*platform.leave, *saving)
    before = _old(change)
    added = {chain: _added(platform, place, change, before) for chain, place in _chains(change).items()}
    look = _look_notes(platform, change)
    if isinstance(platform, Junos):
        platform = replace(platform, sees_numbers=False)

    def part(step: Step, notes: Iterable[str], lines: Iterable[str]) -> Part:
        return Part(step, tuple(notes), platform.enter, tuple(lines), leave)

    yield part(
        Step.ADD,
        (*_add_notes(platform, change), *look),
        (line for place in _chains(change).values() for line in _add(platform, place, change, before)),
    )
    yield part(
        Step.PREFER,
        (*_prefer_notes(platform, change), *(look if change.old_ckns else ())),
        (
            line
            for chain, place in _chains(change).items()
            for line in platform.prefer(place, change.ckn, change.old_ckns, (*before, *added[chain]), change.at)
        ),
    )
    shows = tuple(dict.fromkeys(platform.show_session(place) for place in change.places.values()))
    yield Part(Step.VERIFY, _verify_notes(change), None, shows, ())
    yield part(
        Step.REMOVE,
        (*_remove_notes(change), *(look if change.old_ckns else ())),
        (line for place in _chains(change).values() for line in platform.remove(place, change.old_ckns, before)),
    )


def _chains(change: KeyChange) -> dict[str, Place]:
    return {place.chain: place for place in change.places.values()}


def _old(change: KeyChange) -> tuple[HeldKey, ...]:
    """Return what the device surely holds; under which numbers, where keys have any, nobody saw."""
    return tuple(HeldKey(ckn) for ckn in change.old_ckns)


def _add(platform: Platform, place: Place, change: KeyChange, before: tuple[HeldKey, ...]) -> Lines:
    return platform.add(place, change.ckn, change.cak, before, change.now)


def _added(platform: Platform, place: Place, change: KeyChange, before: tuple[HeldKey, ...]) -> tuple[HeldKey, ...]:
    """Return the new key as the device will hold it: what our own lines say, read back."""
    lines = platform.add(place, change.ckn, STANDS_FOR_CAK, before, change.now)
    read = platform.read_keys(place, "\n".join(lines))
    return tuple(HeldKey(key.ckn, key.starts, key.ends, key.slot, key.fallback) for key in read)


def _add_notes(platform: Platform, change: KeyChange) -> Iterator[str]:
    beside = ", beside the key in use" if change.old_ckns else ""
    yield f"add: the key {change.ckn[:8]}… for {change.link} on {platform.name}{beside}."
    yield from (f"Rule: {sentence}" for sentence in platform.rule)
    yield from (f"Hazard: {sentence}" for sentence in platform.hazards)
    if not change.old_ckns:
        yield "Only if the interface never had this key chain, also:"
        for place in change.places.values():
            yield from (f"  {line}" for line in platform.first_time(place))


def _look_notes(platform: Platform, change: KeyChange) -> tuple[str, ...]:
    """Return the look that comes before any line with a number in it; setting a number that is taken changes a key."""
    if not isinstance(platform, Junos):
        return ()
    return (
        f"Look first: {FREE_NUMBER} is one from 0 to 63 that this does not show, <NUMBER-OF-…> that of the key which",
        "begins so. A number that is taken would overwrite its key, maybe the one in use.",
        *(f"  {platform.show_numbers(place)}" for place in _chains(change).values()),
    )


def _prefer_notes(platform: Platform, change: KeyChange) -> Iterator[str]:
    yield "prefer: only when Direct Connect says that the new key is associated."
    if not change.old_ckns:
        yield "There is no other key to move away from."
    elif platform.name != "eos":
        yield f"The session moves at {change.at:%Y-%m-%d %H:%M} UTC; enter the lines before."


def _verify_notes(change: KeyChange) -> tuple[str, ...]:
    ports = ", ".join(change.places)
    return (
        f"verify: on every port ({ports}) the session must be secured, and the CKN in use must read",
        f"  {change.ckn}",
    )


def _remove_notes(change: KeyChange) -> Iterator[str]:
    if change.old_ckns:
        yield "remove: only after every port was verified, and Direct Connect no longer lists the old key."
        yield "Never the key in use: look again before you enter these lines."
    else:
        yield "remove: nothing; no other key of this link is known."
