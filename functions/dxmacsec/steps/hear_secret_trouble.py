"""HearSecretTrouble: what CloudTrail tells of our secrets; people hear of it, unless it is our own doing."""

from __future__ import annotations

from dxmacsec.interfaces import World
from dxmacsec.policy.hearing import Heard
from dxmacsec.policy.secret_events import Happening, SecretTrouble, read_trouble
from dxmacsec.policy.secret_trouble import Letter, is_explained, letter, runs_to_ask, we_moved_on
from dxmacsec.steps.locks import is_dead


def hear_secret_trouble(event: object, world: World) -> Heard:
    """Return `told` where people were told, or `nothing`.

    It changes nothing. Running it twice tells people twice, which is better than not at all.

    Raises:
        BadInput: the event is none of those that the rules let through.
    """
    trouble = read_trouble(event)
    if trouble.refused:
        return Heard("", "nothing", "CallRefused", "AWS refused the call: nothing happened.")
    link = world.key_secrets.link_of(trouble.secret)
    if link is None:
        return Heard("", "nothing", "NotOurs", f"{trouble.secret} is no key secret.")
    return _of_key_secret(trouble, link, world)


def _of_key_secret(trouble: SecretTrouble, link: str, world: World) -> Heard:
    if trouble.own:
        return Heard(link, "nothing", "OwnDoing", "A role of ours made the call; people hear of why it did.")
    if trouble.happening is Happening.FAILED and _is_ours(trouble, link, world):
        return Heard(link, "nothing", "OwnDoing", "A rotation of ours is what failed or runs; its end tells people.")
    if trouble.happening is Happening.ABANDONED and we_moved_on(world.key_secrets.versions(link) or ()):
        return Heard(link, "nothing", "OwnDoing", "A later rotation of ours is what the earlier was given up for.")
    return _told(link, letter(trouble, link), world)


def _is_ours(trouble: SecretTrouble, link: str, world: World) -> bool:
    owner = world.ledger.rotation_owner(link, None)
    if owner is not None and not is_dead(owner, world):
        return True
    names = runs_to_ask(world.key_secrets.versions(link) or ())
    runs = (world.rotations.run(name) for name in names)
    return is_explained(trouble, (run for run in runs if run))


def _told(link: str, told: Letter, world: World) -> Heard:
    world.herald.alert(f"dxmacsec {link}: {told.reason}", told.text)
    return Heard(link, "told", told.reason, told.sentence)
