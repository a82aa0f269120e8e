"""HearChange: a batch of events says that something changed; each link that they name is looked at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from dxmacsec.compliance import Change, HeardChanges, Prompt, PromptKind, Trouble
from dxmacsec.errors import BadInput, DxMacsecError, LinkNotFound
from dxmacsec.interfaces import World
from dxmacsec.model import Link
from dxmacsec.policy.change_events import read_prompt
from dxmacsec.policy.compliance import holders_of
from dxmacsec.policy.retirement import is_ending, weightiest
from dxmacsec.steps.judge_links import judge_links
from dxmacsec.steps.retire_link import retire_links

MOST_READ_ALONE = 8
"""Links that are read one by one; more of them are read in pages of a hundred, which are fewer calls."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands behind each id that was named: a link, for a member its LAG, or nothing any more."""

    named: Mapping[str, Link | None]
    all_links: tuple[Link, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    def touched(self, prompt: Prompt) -> tuple[Link, ...]:
        """Return the links that an event is about."""
        links = [link for each in sorted(prompt.links) if (link := self.named.get(each))]
        return (*links, *(holders_of(prompt.secret, self.all_links) if prompt.secret else ()))


def hear_change(messages: Mapping[str, object], world: World) -> HeardChanges:
    """Look at each link that the events of a batch name; `messages` are the events by the id of their message.

    An event is a hint and the truth is what is read, so their order, their number and their repetition
    mean nothing. A message fails when it can't be read, or when a link of its could not be looked at: it
    comes again, and after some tries it ends in the dead-letter queue, where an alarm waits.

    Raises:
        Transient: what concerns all links at once could not be read: the whole batch comes again.
    """
    prompts, unreadable = _read(messages)
    wanted = {message: prompt for message, prompt in prompts.items() if not prompt.nothing}
    found = _find(wanted.values(), world)
    why = _why(wanted.values(), found)
    links = {link.id: link for prompt in wanted.values() for link in found.touched(prompt)}
    standings = world.compliance_ledger.standings(sorted({*links, *found.named}))
    looked = judge_links(tuple(links.values()), why, standings, world)
    no_links = {each: link for each, link in found.named.items() if each in standings and each not in links}
    retired, kept = retire_links(no_links, standings, _changes(wanted.values()), world)
    looked = replace(looked, retired=retired, troubles=(*looked.troubles, *found.troubles, *kept))
    failed = _touched(wanted, found, {trouble.link for trouble in looked.troubles})
    nothing = Counter(prompt.nothing for prompt in prompts.values() if prompt.nothing)
    return HeardChanges(looked, dict(nothing), (*unreadable, *failed), unreadable)


def _read(messages: Mapping[str, object]) -> tuple[dict[str, Prompt], dict[str, str]]:
    """Return what each message says, and of those that can't be read what is wrong with them."""
    prompts: dict[str, Prompt] = {}
    unreadable: dict[str, str] = {}
    for message, event in messages.items():
        try:
            prompts[message] = read_prompt(event)
        except BadInput as error:
            unreadable[message] = str(error)
    return prompts, unreadable


def _find(prompts: Collection[Prompt], world: World) -> _Found:
    """Read the links that are named: few one by one, many or unknown ones in pages."""
    ids = sorted({each for prompt in prompts for each in prompt.links})
    if len(ids) > MOST_READ_ALONE or any(prompt.secret for prompt in prompts):
        links = tuple(link for link in world.direct_connect.links() if not is_ending(link))
        by_id = {port: link for link in links for port in link.port_ids} | {link.id: link for link in links}
        return _Found({each: by_id.get(each) for each in ids}, links)
    named: dict[str, Link | None] = {}
    troubles: list[Trouble] = []
    for each in ids:
        try:
            named[each] = _link(each, world)
        except DxMacsecError as error:
            troubles.append(Trouble.of(each, error))
    return _Found(named, troubles=tuple(troubles))


def _link(link_id: str, world: World) -> Link | None:
    """Return the link that holds the keys of a connection or LAG; None where there is none any more."""
    try:
        link = world.direct_connect.link(link_id)
        link = world.direct_connect.link(link.lag_id) if link.lag_id else link
    except LinkNotFound:
        return None
    return None if is_ending(link) else link


def _why(prompts: Iterable[Prompt], found: _Found) -> dict[str, tuple[PromptKind, Change | None]]:
    """Return for each link the weightiest of its prompts."""
    of_link: dict[str, list[Prompt]] = {}
    for prompt in prompts:
        for link in found.touched(prompt):
            of_link.setdefault(link.id, []).append(prompt)
    chosen = {link: weightiest(some) for link, some in of_link.items()}
    return {link: _kind_and_change(prompt) for link, prompt in chosen.items()}


def _kind_and_change(prompt: Prompt) -> tuple[PromptKind, Change | None]:
    """Return why a link is looked at; the word that a sweep left at a lock names nobody and earns nothing."""
    return (prompt.kind, prompt.change) if prompt.change.event_id else (PromptKind.SWEPT, None)


def _changes(prompts: Iterable[Prompt]) -> dict[str, Change]:
    """Return the last change that names an id itself."""
    ordered = sorted(prompts, key=lambda prompt: prompt.change.at)
    return {each: prompt.change for prompt in ordered for each in prompt.links}


def _touched(prompts: Mapping[str, Prompt], found: _Found, troubled: Collection[str]) -> tuple[str, ...]:
    """Return the messages about links that had trouble."""
    return tuple(
        message
        for message, prompt in prompts.items()
        if prompt.links.intersection(troubled) or any(link.id in troubled for link in found.touched(prompt))
    )
