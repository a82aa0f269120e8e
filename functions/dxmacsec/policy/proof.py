"""What a router's answer proves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dxmacsec.model import HEX_64, Link, OldKey, Rotation, RouterAnswer, Verdict, same_ckn, without_keys

LONGEST_NAME = 128


def read_answer(data: object) -> RouterAnswer | Verdict:
    """Read what came back by the task token; a malformed answer is a verdict, for it proves nothing."""
    if not isinstance(data, dict):
        return _malformed("an object with task_id, ports and by")
    ports, by, task_id = data.get("ports"), data.get("by"), data.get("task_id")
    if not isinstance(task_id, str):
        return _malformed("task_id as text")
    if not isinstance(by, str) or not by:
        return _malformed("by, the name of who answers")
    if not isinstance(ports, dict) or not all(_is_ckn_or_none(ckn) for ckn in ports.values()):
        return _malformed("ports, an object of connection id and 64-digit CKN or null")
    received: Any = data.get("received_at")
    return RouterAnswer(task_id, dict(ports), without_keys(by, LONGEST_NAME), datetime.fromisoformat(received))


def shown_task(answer: RouterAnswer) -> str:
    """Return the id of the task that an answer names, as far as people may read it."""
    return without_keys(answer.task_id, 80) or "no task"


def _is_ckn_or_none(value: object) -> bool:
    return value is None or (isinstance(value, str) and HEX_64.fullmatch(value) is not None)


def _malformed(expected: str) -> Verdict:
    return Verdict("unproven", "AnswerMalformed", f"The router's answer was not understood: expected {expected}.")


@dataclass(frozen=True, slots=True)
class Question:
    """What the router was asked: of which key, in which task, and which ports the link had then."""

    task_id: str
    ckn: str
    ports: tuple[str, ...]


def judge(answer: RouterAnswer, question: Question, *, link: Link, now: datetime, max_age: timedelta) -> Verdict:
    """Say whether an answer proves that every port of the link uses a key.

    `in_use`, `again` (the members changed since the question, or the answer is too old) or
    `unproven`. Direct Connect never says which CKN is in use, so this is the only proof there is.
    """
    task_id, ckn = question.task_id, question.ckn
    if answer.task_id != task_id:
        return Verdict("unproven", "AnswerMismatch", f"The answer is for {shown_task(answer)}, not for {task_id}.")
    if set(answer.ports) != set(link.port_ids):
        shown = ", ".join(link.port_ids)
        if set(question.ports) != set(link.port_ids):
            return Verdict("again", "MembersChanged", f"Since the question the ports became {shown}.")
        return Verdict("unproven", "RouterOnOldKey", f"The answer is not for every port: expected {shown}.")
    wrong = {port: used for port, used in answer.ports.items() if used is None or not same_ckn(used, ckn)}
    if wrong:
        shown = ", ".join(f"{port} uses {used[:8] + '…' if used else 'none'}" for port, used in sorted(wrong.items()))
        return Verdict("unproven", "RouterOnOldKey", f"The router does not use {ckn[:8]}… on every port: {shown}.")
    if now - answer.received_at > max_age:
        return Verdict("again", "AnswerTooOld", f"The answer is older than {max_age.total_seconds():.0f} seconds.")
    return Verdict("in_use", "NewKeyInUse", f"The router uses {ckn[:8]}… on every port.")


def in_use_on_every_port(answer: RouterAnswer, link: Link) -> frozenset[str] | None:
    """Return the CKNs that the ports name, lower case; None when a port names none or one is missing."""
    if set(answer.ports) != set(link.port_ids):
        return None
    named = frozenset(ckn.lower() for ckn in answer.ports.values() if ckn)
    return named if named and all(answer.ports.values()) else None


def next_to_retire(rotation: Rotation, link: Link) -> OldKey | None:
    """Return the superseded key to remove next: planned, still listed, not dealt with, never the new one."""
    return next((old for old in left_to_retire(rotation) if link.key_by_arn(old.secret_arn) is not None), None)


def left_to_retire(rotation: Rotation) -> tuple[OldKey, ...]:
    """Return the superseded keys that were planned and not dealt with, whether the link still lists them or not."""
    plan, new = rotation.plan, rotation.new_key
    if plan is None or new is None:
        return ()
    gone = {ckn.lower() for ckn in (*rotation.retired, new.ckn)}
    return tuple(old for old in plan.supersedes if old.ckn.lower() not in gone)
