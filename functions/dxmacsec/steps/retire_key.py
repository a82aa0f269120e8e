"""RetireKey: remove one superseded key, the one that the document names."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.errors import ServiceFault, Throttled
from dxmacsec.interfaces import World
from dxmacsec.model import Link, ManagedSecret, NewKey, OldKey, Rotation, RouterTaskKind, Verdict
from dxmacsec.policy.proof import Question, judge, read_answer
from dxmacsec.policy.watching import may_retire
from dxmacsec.steps.judge_answer import MAX_ASKS
from dxmacsec.steps.locks import free_acting, take_acting


def retire_key(rotation: Rotation, world: World) -> Rotation:
    """Return `sent` once the removal was accepted, `again` (ask once more), or `refused`: nothing removed.

    Asking has an end here, too: where every try comes too late for the answer, the next one would as well.

    The router's answer must be fresh and name the new key for exactly the ports of this moment; in
    the same look the new key is associated and every port up. Repeating is safe: the ARN was fixed
    in the document before, and a key that is gone or leaving is not removed again. Where the ledger fails, and
    a call before this one has removed the key, it says so: the line must be watched, not the ledger waited for.

    Raises:
        LockLost, ActingLockHeld: the link is not ours to change.
        PortChanging, UnknownAnswer: what Direct Connect said.
    """
    old, new = rotation.retiring, rotation.new_key
    try:
        take_acting(rotation, world)
    except (Throttled, ServiceFault):
        leaving = _leaving(rotation, world.direct_connect.link(rotation.link), old, world) if old else None
        if leaving:
            return leaving
        raise
    if old is None or new is None:
        return rotation.to("refused", "NothingToRetire", "The document names no key to remove.")
    link = world.direct_connect.link(rotation.link)
    if leaving := _leaving(rotation, link, old, world):
        return leaving
    verdict = _may(rotation, link, new, old, world)
    if verdict.next == "again" and rotation.asks >= MAX_ASKS:
        verdict = replace(verdict, next="refused")
    if verdict.next != "retire":
        free_acting(rotation.link, rotation.execution, world)
        return rotation.to(verdict.next, verdict.reason, verdict.sentence)
    sent = _sent(rotation, world)
    world.direct_connect.disassociate(rotation.link, old.secret_arn)
    return sent.noting(world.clock.now(), "retire", f"{old.ckn} removed, {old.secret_arn}").to("sent")


def _leaving(rotation: Rotation, link: Link, old: OldKey, world: World) -> Rotation | None:
    """Return `sent` where the key is gone or on its way, by a call whose answer was lost or by another's."""
    listed = link.key_by_arn(old.secret_arn)
    if listed is None or listed.state == "disassociating":
        sentence = f"Key {old.ckn[:8]}… is already leaving {link.id}."
        return _sent(rotation, world).to("sent", "AlreadyLeaving", sentence)
    return None


def _sent(rotation: Rotation, world: World) -> Rotation:
    return replace(rotation, retire_sent_at=world.clock.now(), watch=None)


def _may(rotation: Rotation, link: Link, new: NewKey, old: OldKey, world: World) -> Verdict:
    answer = read_answer(rotation.answer)
    if isinstance(answer, Verdict):
        return Verdict("refused", answer.reason, answer.sentence)
    kind = str((rotation.answer or {}).get("kind", RouterTaskKind.CONFIRM))
    asked = replace(rotation, asks=rotation.asks - 1).task_id(RouterTaskKind(kind))
    question = Question(asked, new.ckn, rotation.asked_ports)
    judged = judge(answer, question, link=link, now=world.clock.now(), max_age=world.limits.proof_max_age)
    if judged.next != "in_use":
        return Verdict("again" if judged.next == "again" else "refused", judged.reason, judged.sentence)
    managed = world.managed_secrets.state(old.secret_arn) if old.adopted else ManagedSecret.PRESENT
    way_back = rotation.request.accept_no_way_back
    return may_retire(link, new, old, managed=managed, accept_no_way_back=way_back)
