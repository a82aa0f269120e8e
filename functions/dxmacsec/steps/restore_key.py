"""RestoreKey: the line went dark after a removal; ask the old key back until it is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dxmacsec.errors import DxMacsecError, LockLost, Transient
from dxmacsec.interfaces import World
from dxmacsec.model import OldKey, Rotation, Verdict, Watch
from dxmacsec.policy.watching import restoration
from dxmacsec.steps.locks import check_rotation_lock

SEEN_DARK = frozenset({"lost", "restoring"})


def restore_key(rotation: Rotation, world: World) -> Rotation:
    """Return `restored`, `restoring` (ask again), `stuck`, or `dark` when `restore_minutes` are over.

    Every poll asks: by the managed secret's ARN, and where that is refused by the pair whose CKN was
    removed. Where the watch before failed without seeing the line dark, and it is up, nothing is
    asked: `stuck`. A refusal is no end, for a link may be `pending` for a while after a change. Repeating
    is safe: a key that is listed again is not asked for.

    Raises:
        LockLost: the link's lock is not ours.
    """
    old = rotation.retiring
    if old is None:
        return rotation.to("dark", "LinkDark", f"{rotation.link} is dark, and no key is known to bring back.")
    if rotation.verdict.next not in SEEN_DARK and world.direct_connect.link(rotation.link).encrypted:
        return rotation.to(
            "stuck", "RetirementUnclear", f"It is not known whether key {old.ckn[:8]}… left; the line is up."
        )
    # A watch that another state began would shorten the time for asking.
    asked_before = rotation.watch if rotation.verdict.next == "restoring" else None
    watch = asked_before or Watch(world.clock.now())
    until = world.clock.now() + timedelta(seconds=world.limits.look_seconds)
    while True:
        rotation, watch, verdict = _once(rotation, old, watch, world)
        over = world.clock.now() + timedelta(seconds=world.limits.poll_seconds) > until
        if verdict.next in ("restored", "dark") or over:
            break
        world.clock.sleep(world.limits.poll_seconds)
    rotation = replace(rotation, watch=watch)
    if verdict.next in ("restored", "dark"):
        rotation = rotation.noting(world.clock.now(), "restore", verdict.sentence)
        return rotation.to(verdict.next, verdict.reason, verdict.sentence)
    return rotation.to("restoring")


def _once(rotation: Rotation, old: OldKey, watch: Watch, world: World) -> tuple[Rotation, Watch, Verdict]:
    try:
        check_rotation_lock(rotation, world)
        link = world.direct_connect.link(rotation.link)
        now = world.clock.now()
        watch = watch.seen(up=link.encrypted, at=now)
        verdict = restoration(link, old, watch=watch, now=now, deadline=world.limits.restore)
        if verdict.next == "ask":
            rotation = _ask_back(rotation, old, world)
    except LockLost:
        raise
    except DxMacsecError as error:
        # A failing read or call, the lock's too, is no reason to stop asking while the line is dark.
        rotation = _noted_once(rotation, world, f"{type(error).__name__}: {error}")
        verdict = _unseen(rotation, old, watch, world)
    return rotation, watch, verdict


def _unseen(rotation: Rotation, old: OldKey, watch: Watch, world: World) -> Verdict:
    """Go on without a look until the time for asking is over: a line that nobody can read is not watched for ever."""
    if world.clock.now() - watch.started_at < world.limits.restore:
        return Verdict("restoring")
    sentence = f"It could not be seen whether key {old.ckn[:8]}… came back to {rotation.link}: take the line for dark."
    return Verdict("dark", "LinkDark", sentence)


def _ask_back(rotation: Rotation, old: OldKey, world: World) -> Rotation:
    try:
        world.direct_connect.reassociate(rotation.link, old.secret_arn)
    except DxMacsecError as error:
        # A lost answer may hide that the key is back: look again before asking by its pair (W6).
        if old.version_id is None or isinstance(error, Transient):
            raise
        rotation = _noted_once(rotation, world, f"by ARN: {type(error).__name__}: {error}")
        world.direct_connect.associate(rotation.link, world.key_secrets.pair(rotation.link, old.version_id))
        return rotation.noting(world.clock.now(), "restore", f"{old.ckn} asked back by its pair")
    return rotation.noting(world.clock.now(), "restore", f"{old.ckn} asked back by its managed secret")


def _noted_once(rotation: Rotation, world: World, seen: str) -> Rotation:
    """Note a refusal unless the line before says the same: an hour of polls must not fill the document."""
    if rotation.checks and rotation.checks[-1].seen == seen:
        return rotation
    return rotation.noting(world.clock.now(), "restore", seen)
