"""SweepLinks: look at every link of the Region, and find what no event told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from dxmacsec.compliance import Looked, PromptKind, Standing
from dxmacsec.interfaces import World
from dxmacsec.model import Link
from dxmacsec.policy.retirement import is_ending
from dxmacsec.policy.starting import recovery_name
from dxmacsec.steps.judge_links import judge_links
from dxmacsec.steps.locks import is_dead
from dxmacsec.steps.retire_link import retire_links

LINKS_A_PART = 200
"""Links that are judged, written down and told of before the next ones."""


def sweep_links(world: World) -> Looked:
    """Judge every link, retire those that are gone, recover what a dead execution left; return how the fleet stands.

    CloudTrail's delivery is best effort, and AWS's own change of a mode has no call behind it at all.
    Reads come in pages and batches, and only what changed is written, so a sweep that died half-way goes
    on where it was when it runs again.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html

    Raises:
        Transient: what concerns all links at once could not be read.
    """
    links = tuple(link for link in world.direct_connect.links() if not is_ending(link))
    recoveries = _recover_the_dead([link.id for link in links if link.macsec_capable], world)
    standings = world.compliance_ledger.all_standings()
    looked = _in_parts(links, standings, world)
    lag_of = {port: link for link in links for port in link.port_ids if port != link.id}
    known = {link.id for link in links}
    gone = {each: lag_of.get(each) for each in standings if each not in known}
    retired, kept = retire_links(gone, standings, {}, world)
    started = (*recoveries, *looked.started)
    return replace(looked, started=started, retired=retired, troubles=(*looked.troubles, *kept))


def _in_parts(links: tuple[Link, ...], standings: Mapping[str, Standing], world: World) -> Looked:
    """Judge some links after the others, so that a sweep that dies has told of those before."""
    looked = Looked()
    for start in range(0, len(links), LINKS_A_PART):
        part = links[start : start + LINKS_A_PART]
        looked = looked.joined(
            judge_links(part, {each.id: (PromptKind.SWEPT, None) for each in part}, standings, world)
        )
    stood = Counter(str(standings[link].status) for link in looked.unjudged if link in standings)
    return replace(looked, statuses=dict(Counter(looked.statuses) + stood))


def _recover_the_dead(links: list[str], world: World) -> tuple[str, ...]:
    """Start RecoverLink for each execution that is gone and whose lock is still there; its own event was lost."""
    owners = (*world.fleet_ledger.rotating(links, ()).values(), *world.compliance_ledger.acting(links).values())
    dead = {owner.execution for owner in owners if is_dead(owner, world)}
    now = world.clock.now()
    return tuple(world.remedies.recover(recovery_name(each, now), each) for each in sorted(dead))
