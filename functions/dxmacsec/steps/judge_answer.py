"""JudgeAnswer: hold the router's answer against the link as it is now."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.errors import KeyPairMissing
from dxmacsec.interfaces import World
from dxmacsec.model import Link, Rotation, RouterMode, RouterTaskKind, Verdict
from dxmacsec.policy.proof import Question, judge, next_to_retire, read_answer
from dxmacsec.steps.ask_router import forget_task
from dxmacsec.steps.locks import free_acting

MAX_ASKS = 25
"""Questions to one router in one rotation: members that come and go for ever end it, and answers that grow too old."""


def judge_answer(rotation: Rotation, world: World) -> Rotation:
    """Return `in_use` (after *prove*), `retire` or `nothing_left` (after *confirm*), `again` or `unproven`.

    After *confirm* the key to remove is fixed in the document here, before RetireKey is called: a
    repeat of RetireKey concerns only that key. Running it twice is safe: it reads, and drops a
    ledger row and a lock that are ours.
    """
    if rotation.new_key is None:
        message = f"{rotation.id} has no new key to prove."
        raise KeyPairMissing(message)
    link = world.direct_connect.link(rotation.link)
    kind = _kind(rotation)
    answer = read_answer(rotation.answer)
    if isinstance(answer, Verdict):
        verdict = answer
    else:
        question = Question(rotation.task_id(kind), rotation.new_key.ckn, rotation.asked_ports)
        verdict = judge(answer, question, link=link, now=world.clock.now(), max_age=world.limits.proof_max_age)
    who = answer.by if not isinstance(answer, Verdict) else "an answer"
    judged = forget_task(rotation, kind, world).noting(world.clock.now(), str(kind), f"{who}: {verdict.sentence}")
    judged = replace(judged, asked_ports=link.port_ids)
    if kind is RouterTaskKind.PROVE:
        free_acting(rotation.link, rotation.execution, world)
    if verdict.next == "again" and judged.asks >= MAX_ASKS:
        return judged.to("unproven", verdict.reason, verdict.sentence)
    if verdict.next != "in_use":
        return judged.to(verdict.next, verdict.reason, verdict.sentence)
    # The answer stays in the document: RetireKey holds it against the link once more.
    proven_by = "owner-declared" if rotation.router_mode is RouterMode.NONE else "router"
    judged = replace(judged, proven_by=proven_by, answer=rotation.answer, watch=None)
    if kind is RouterTaskKind.PROVE:
        return judged.to("in_use", verdict.reason, verdict.sentence)
    return to_retire(judged, link)


def to_retire(rotation: Rotation, link: Link) -> Rotation:
    """Fix the key to remove next, of those that the link lists; `nothing_left` where none is left there.

    What a look after an earlier removal said of the mode is old by now.
    """
    old = next_to_retire(rotation, link)
    return replace(rotation, retiring=old, retire_sent_at=None, enforced_mode=None).to(
        "retire" if old else "nothing_left"
    )


def _kind(rotation: Rotation) -> RouterTaskKind:
    asked = str((rotation.answer or {}).get("kind", ""))
    return RouterTaskKind.PROVE if asked == RouterTaskKind.PROVE else RouterTaskKind.CONFIRM
