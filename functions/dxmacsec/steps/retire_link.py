"""What is kept of a link goes when the link goes: its standing, its age, its pauses, and its key secret."""

from __future__ import annotations

from collections.abc import Mapping

from dxmacsec.compliance import Change, Standing, Trouble
from dxmacsec.errors import DxMacsecError, LinkNotFound
from dxmacsec.interfaces import World
from dxmacsec.model import Link
from dxmacsec.policy.retirement import gone_letter, gone_reason, gone_record, gone_sentence, is_ending
from dxmacsec.steps.judge_links import EVENT
from dxmacsec.steps.locks import is_dead

SECRET_GOES = "Its key secret is scheduled for deletion in 30 days; until then it can be restored."  # noqa: S105
SECRET_STAYS = "Its key secret stays: the link was only audited, or exempt."  # noqa: S105
SECRET_UNUSED = "It never had a key, so no key secret was scheduled for deletion."  # noqa: S105


def retire_links(
    gone: Mapping[str, Link | None],
    standings: Mapping[str, Standing],
    changes: Mapping[str, Change],
    world: World,
) -> tuple[tuple[str, ...], tuple[Trouble, ...]]:
    """Retire the ids that are links no more, and return them, and those that made trouble.

    `gone` names for each the LAG that it is a member of, if it is. A link whose locks are held stays until
    they are free. Running it twice is safe: a secret that is scheduled for deletion stays so, and the world
    hears twice rather than not at all.
    """
    retired: list[str] = []
    troubles: list[Trouble] = []
    for link, lag in gone.items():
        try:
            if _retire(standings[link], lag, changes.get(link), world):
                retired.append(link)
        except DxMacsecError as error:
            troubles.append(Trouble.of(link, error))
    return tuple(retired), tuple(troubles)


def _retire(standing: Standing, lag: Link | None, change: Change | None, world: World) -> bool:
    link = standing.link
    if _is_held(link, world) or (lag is None and not _is_gone(link, world)):
        return False
    record = gone_record(standing, lag, change)
    if lag is None:
        _let_go(standing, change, world)
    world.herald.event(EVENT, record)
    failure = _finding_failed(standing, lag, world)
    is_retired = world.compliance_ledger.retire(link, standing.version, {**record, "reason": gone_reason(lag)})
    if failure:
        raise failure
    return is_retired


def _finding_failed(standing: Standing, lag: Link | None, world: World) -> DxMacsecError | None:
    """Close the link's finding; a hub that fails must not keep the link, or people would hear at every sweep."""
    try:
        if world.limits.security_hub:
            world.findings.resolve(standing.link, standing, gone_sentence(standing.link, lag))
    except DxMacsecError as error:
        return error
    return None


def _let_go(standing: Standing, change: Change | None, world: World) -> None:
    """Schedule the key secret for deletion and tell people; a member that leaves its LAG may want its own again."""
    secret = SECRET_STAYS if standing.keyed else SECRET_UNUSED
    if world.limits.enforcement == "enforce" and standing.keyed and not standing.left_alone:
        world.key_secrets.schedule_deletion(standing.link)
        secret = SECRET_GOES
    world.herald.alert(*gone_letter(standing, change, secret=secret))


def _is_held(link: str, world: World) -> bool:
    """Tell whether somebody is still at work on the link."""
    owners = (*world.compliance_ledger.acting([link]).values(), *world.fleet_ledger.rotating([link], ()).values())
    return any(not is_dead(owner, world) for owner in owners)


def _is_gone(link: str, world: World) -> bool:
    """Ask for the very link: that a list lacks it is no proof."""
    try:
        return is_ending(world.direct_connect.link(link))
    except LinkNotFound:
        return True
