"""Everything that a judgement depends on, read for many links at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dxmacsec.compliance import Standing
from dxmacsec.errors import KeyPairMissing
from dxmacsec.fleet import KeySince
from dxmacsec.interfaces import Owner, Pause, World
from dxmacsec.model import KeyVersion, Link, LinkKind, ManagedSecret
from dxmacsec.policy.compliance import Facts
from dxmacsec.policy.tags import Rules
from dxmacsec.steps.coordination import coordinator_speaks
from dxmacsec.steps.locks import is_abandoned, is_dead


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read about a set of links; of one that is missing somewhere there is nothing."""

    standings: Mapping[str, Standing]
    key_since: Mapping[str, KeySince]
    versions: Mapping[str, tuple[KeyVersion, ...]]
    managed: Mapping[str, ManagedSecret]
    pauses: Mapping[str, Pause]
    enforcement_pauses: Mapping[str, Pause]
    rotating: Mapping[str, Owner]
    recovering: Collection[str]
    speeds: Mapping[str, frozenset[str]]
    coordinated: bool

    def facts(self, link: Link, world: World) -> Facts:
        """Return what a judgement of one link depends on."""
        pause = self.enforcement_pauses.get(link.id)
        standing = self.standings.get(link.id)
        return Facts(
            link=link,
            now=world.clock.now(),
            rules=Rules(world.limits.max_key_age, world.limits.tags_may_loosen),
            versions=self.versions.get(link.id),
            managed=self.managed,
            key_since=self.key_since.get(link.id),
            keyed_before=standing is not None and standing.keyed,
            macsec_speeds=self.speeds.get(link.location),
            rotating=link.id in self.rotating,
            recovering=link.id in self.recovering,
            enforcement_paused=f"{pause.reason} of {pause.by}: {pause.sentence}" if pause else None,
            mode_refused=pause is not None and pause.reason == "NotFromHere",
            coordinated=self.coordinated,
        )


def _versions(
    links: Collection[Link], key_since: Mapping[str, KeySince], world: World
) -> dict[str, tuple[KeyVersion, ...]]:
    """Return the versions of the links' key secrets; where they don't name a key, they are read by themselves.

    A list of secrets may be five minutes old, and a key that was made since would look like a stranger's.
    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
    """
    listed = world.key_secrets.labelled([link.id for link in links])
    made = {*listed, *key_since}
    doubtful = [link.id for link in links if link.id in made and not _names_all(listed.get(link.id, ()), link)]
    return {**listed, **{link: _read_again(link, world) for link in doubtful}}


def _read_again(link: str, world: World) -> tuple[KeyVersion, ...]:
    """Read one key secret by itself; one that is scheduled for deletion since the list was made names nothing."""
    try:
        return world.key_secrets.versions(link) or ()
    except KeyPairMissing:
        return ()


def _names_all(versions: Collection[KeyVersion], link: Link) -> bool:
    named = {version.ckn.lower() for version in versions if version.ckn}
    return all(key.ckn.lower() in named for key in link.keys if key.held)


def read_about(links: Collection[Link], standings: Mapping[str, Standing], world: World) -> Reading:
    """Read in batches what is known about links; locations only where a link can't do MACsec.

    Raises:
        Transient: AWS is slow, failed, or gave no answer.
    """
    ids = [link.id for link in links]
    able = [link for link in links if link.macsec_capable and link.kind is not LinkKind.HOSTED]
    unable = any(not link.macsec_capable and link.kind is not LinkKind.HOSTED for link in links)
    able_ids = [link.id for link in able]
    arns = {key.secret_arn for link in able for key in link.keys if key.held and key.secret_arn}
    owners = world.fleet_ledger.rotating(able_ids, ())
    dead = {link: owner for link, owner in owners.items() if is_dead(owner, world)}
    key_since = world.fleet_ledger.key_since(able_ids)
    return Reading(
        standings=standings,
        key_since=key_since,
        versions=_versions(able, key_since, world),
        managed=world.managed_secrets.states(arns),
        pauses=world.fleet_ledger.pauses(ids),
        enforcement_pauses=world.compliance_ledger.enforcement_pauses(able_ids),
        rotating={link: owner for link, owner in owners.items() if link not in dead},
        recovering=frozenset(link for link, owner in dead.items() if not is_abandoned(owner, world)),
        speeds=world.direct_connect.macsec_speeds() if unable else {},
        coordinated=coordinator_speaks(world) is not None,
    )
