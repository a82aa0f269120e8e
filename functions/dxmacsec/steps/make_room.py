"""MakeRoom: take one key that no port names out of the chain, so that the new one has a place."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.interfaces import World
from dxmacsec.model import NO_ENCRYPT, SHOULD_ENCRYPT, Rotation, RouterTaskKind, Verdict, Watch
from dxmacsec.policy.proof import read_answer, shown_task
from dxmacsec.policy.room import choose, is_made
from dxmacsec.policy.situation import Situation
from dxmacsec.steps.ask_router import forget_task
from dxmacsec.steps.locks import free_acting, take_acting
from dxmacsec.steps.plan_rotation import own_situation

NEEDS_OPERATOR = "ChainNeedsOperator"


def make_room(rotation: Rotation, world: World) -> Rotation:
    """Return `ask` (which keys are in use?), `chosen`, `waiting` until it has left, `room` or `refused`.

    The key that leaves is fixed in the document by one call and removed by a later one, so a repeat
    after a lost answer concerns only that key. From `no_encrypt` no port can name a key: the mode
    becomes `should_encrypt` first, which cuts nothing.

    Raises:
        LockLost, ActingLockHeld: the link is not ours to change.
    """
    take_acting(rotation, world)
    situation = own_situation(rotation, world)
    if rotation.removing is not None:
        return _remove(rotation, situation, world)
    if rotation.answer is None:
        return _before_asking(rotation, situation, world)
    answer = read_answer(rotation.answer)
    rotation = forget_task(rotation, RouterTaskKind.CONFIRM, world)
    if isinstance(answer, Verdict):
        return rotation.to("refused", NEEDS_OPERATOR, answer.sentence)
    if answer.task_id != _asked(rotation):
        return rotation.to("refused", NEEDS_OPERATOR, f"The answer is for {shown_task(answer)}.")
    chosen = choose(situation, answer)
    if isinstance(chosen, Verdict):
        return rotation.to(chosen.next, chosen.reason, chosen.sentence)
    seen = f"no port names {chosen.ckn}: it leaves the chain"
    return (
        replace(rotation, removing=chosen, watch=Watch(situation.now))
        .noting(world.clock.now(), "room", seen)
        .to("chosen")
    )


def _asked(rotation: Rotation) -> str:
    return replace(rotation, asks=rotation.asks - 1).task_id(RouterTaskKind.CONFIRM)


def _before_asking(rotation: Rotation, situation: Situation, world: World) -> Rotation:
    link = situation.link
    if link.mode == NO_ENCRYPT:
        world.direct_connect.set_mode(link, SHOULD_ENCRYPT)
        rotation = rotation.noting(world.clock.now(), "mode", f"{NO_ENCRYPT} became {SHOULD_ENCRYPT}")
        return rotation.to("waiting", wait_seconds=_poll(world))
    softened = rotation.plan is not None and rotation.plan.mode == NO_ENCRYPT
    if softened and not link.encrypted and situation.waited < situation.plan_wait:
        return rotation.to("waiting", wait_seconds=_poll(world))
    free_acting(rotation.link, rotation.execution, world)
    return rotation.to("ask")


def _remove(rotation: Rotation, situation: Situation, world: World) -> Rotation:
    removing = rotation.removing
    if removing is None or is_made(situation, removing):
        free_acting(rotation.link, rotation.execution, world)
        return replace(rotation, made_room=True).to("room")
    listed = situation.link.key_by_arn(removing.secret_arn)
    others = [key for key in situation.link.keys if key.associated and key.secret_arn != removing.secret_arn]
    if listed is not None and listed.state != "disassociating":
        if not others or not situation.link.encrypted:
            why = "is the last key" if not others else "may be needed, for encryption is not up on every port"
            return rotation.to("refused", NEEDS_OPERATOR, f"{removing.ckn[:8]}… {why}: not removed.")
        world.direct_connect.disassociate(rotation.link, removing.secret_arn)
    since = rotation.watch.started_at if rotation.watch else rotation.started_at
    if situation.now - since > world.limits.retire:
        return rotation.to("refused", NEEDS_OPERATOR, f"{removing.ckn[:8]}… did not leave before the deadline.")
    return rotation.to("waiting", wait_seconds=_poll(world))


def _poll(world: World) -> float:
    return max(1, round(world.limits.poll_seconds))
