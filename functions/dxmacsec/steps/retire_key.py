"""RetireKey: remove one superseded key, the one that the document names."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.interfaces import World
from dxmacsec.model import Link, ManagedSecret, NewKey, OldKey, Rotation, RouterTaskKind, Verdict
from dxmacsec.policy.proof import Question, judge, read_answer
from dxmacsec.policy.watching import may_retire
from dxmacsec.steps.locks import free_acting, take_acting


def retire_key(rotation: Rotation, world: World) -> Rotation:
    """Return `sent` once the removal was accepted, `again` (ask once more), or `refused`: nothing removed.

    The router's answer must be fresh and name the new key for exactly the ports of this moment; in
    the same look the new key is associated and every port up. Repeating is safe: the ARN was fixed
    in the document before, and a key that is gone or leaving is not removed again.

    Raises:
        LockLost, ActingLockHeld: the link is not ours to change.
        PortChanging, UnknownAnswer: what Direct Connect said.
    """
    take_acting(rotation, world)
    old, new = rotation.retiring, rotation.new_key
    if old is None or new is None:
        return rotation.to("refused", "NothingToRetire", "The document names no key to remove.")
    link = world.direct_connect.link(rotation.link)
    sent = replace(rotation, retire_sent_at=world.clock.now(), watch=None)
    listed = link.key_by_arn(old.secret_arn)
    if listed is None or listed.state == "disassociating":
        return sent.to("sent", "AlreadyLeaving", f"Key {old.ckn[:8]}… is already leaving {link.id}.")
    verdict = _may(rotation, link, new, old, world)
    if verdict.next != "retire":
        free_acting(rotation.link, rotation.execution, world)
        return rotation.to(verdict.next, verdict.reason, verdict.sentence)
    world.direct_connect.disassociate(rotation.link, old.secret_arn)
    return sent.noting(world.clock.now(), "retire", f"{old.ckn} removed, {old.secret_arn}").to("sent")


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
