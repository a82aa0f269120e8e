"""ViewLinks: read how every link stands, for people: Direct Connect and the ledger, joined."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dxmacsec.compliance import Standing
from dxmacsec.fleet import KeySince
from dxmacsec.interfaces import LinkView, Owner, Pause, Stories, World
from dxmacsec.model import Link, LinkKind
from dxmacsec.policy.groups import group_members, redundancy_group
from dxmacsec.policy.key_age import due_at, used_since
from dxmacsec.policy.retirement import is_ending
from dxmacsec.policy.tags import Rules, choices


def view_links(world: World, stories: Stories) -> tuple[LinkView, ...]:
    """Return every link of the Region, in the order of their ids; reads in batches and changes nothing.

    One that is deleted is left out while AWS goes on listing it: nobody judges it any more.
    Router tasks are read only of links that are being rotated: no other has any.

    Raises:
        Transient: AWS is slow, failed, or gave no answer.
        AccessDenied: the caller may not read one of these.
    """
    return _views([link for link in world.direct_connect.links() if not is_ending(link)], world, stories)


def view_link(link_id: str, world: World, stories: Stories) -> LinkView:
    """Return one link; a member's id gives its LAG.

    Raises:
        LinkNotFound: Direct Connect knows no such link.
        Transient, AccessDenied: see `view_links`.
    """
    link = world.direct_connect.link(link_id)
    return _views((world.direct_connect.link(link.lag_id) if link.lag_id else link,), world, stories)[0]


def partners(view: LinkView, world: World) -> tuple[Link, ...]:
    """Return the other links of a link's declared redundancy group; none where nobody declared one.

    Raises:
        Transient, AccessDenied: see `view_links`.
    """
    if not view.declared:
        return ()
    members = group_members(view.group, world.direct_connect.links(), world.direct_connect.resiliency_groups())
    return tuple(each for each in members if each.id != view.link.id)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the ledger and the resiliency groups say of all links, read in batches."""

    groups: Mapping[str, str]
    standings: Mapping[str, Standing]
    key_since: Mapping[str, KeySince]
    pauses: Mapping[str, Pause]
    enforcement_pauses: Mapping[str, Pause]
    rotating: Mapping[str, Owner]
    acting: Mapping[str, Owner]


def _views(links: Collection[Link], world: World, stories: Stories) -> tuple[LinkView, ...]:
    ids = [link.id for link in links if link.kind is not LinkKind.HOSTED]
    known = _Known(
        world.direct_connect.resiliency_groups(),
        world.compliance_ledger.standings(ids),
        world.fleet_ledger.key_since(ids),
        world.fleet_ledger.pauses(ids),
        world.compliance_ledger.enforcement_pauses(ids),
        world.fleet_ledger.rotating(ids, ()),
        world.compliance_ledger.acting(ids),
    )
    return tuple(_view(link, known, world, stories) for link in sorted(links, key=lambda each: each.id))


def _view(link: Link, known: _Known, world: World, stories: Stories) -> LinkView:
    group, declared = redundancy_group(link, known.groups)
    chosen = choices(link.tags, Rules(world.limits.max_key_age, world.limits.tags_may_loosen))
    since = used_since(link, known.key_since.get(link.id))
    return LinkView(
        link=link,
        group=group,
        declared=declared,
        standing=known.standings.get(link.id),
        key_since=since,
        due_at=due_at(
            *(link, since, chosen, world.clock.now()),
            keyed_before=link.id in known.key_since,
            onboard=world.limits.onboard,
        ),
        pause=known.pauses.get(link.id),
        enforcement_pause=known.enforcement_pauses.get(link.id),
        rotating=known.rotating.get(link.id),
        acting=known.acting.get(link.id),
        tasks=stories.tasks(link.id) if link.id in known.rotating else (),
        warnings=chosen.warnings,
        router_mode=chosen.router_mode or world.limits.router_mode,
    )
