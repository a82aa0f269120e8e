"""What a router's answer proves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from dxmacsec.model import Plan, RouterAnswer, Verdict
from dxmacsec.policy import proof
from tests.unit.policy.situations import NOW, a_key, a_link, a_port, a_rotation, ckn, new_key, old_key

LAG = a_link(a_key("new"), ports=(a_port("m1"), a_port("m2")))
ANSWER: dict[str, Any] = {
    "task_id": "t1",
    "ports": {"m1": ckn("new"), "m2": ckn("new").upper()},
    "by": "agent",
    "received_at": NOW.isoformat(),
}


@pytest.mark.parametrize(
    "data",
    [
        None,
        "done",
        {},
        {**ANSWER, "task_id": 7},
        {**ANSWER, "by": ""},
        {**ANSWER, "by": None},
        {**ANSWER, "ports": ["m1"]},
        {**ANSWER, "ports": {"m1": "short"}},
        {**ANSWER, "ports": {"m1": 7}},
    ],
)
def test_a_malformed_answer_proves_nothing(data: object) -> None:
    verdict = proof.read_answer(data)

    assert isinstance(verdict, Verdict)
    assert (verdict.next, verdict.reason) == ("unproven", "AnswerMalformed")


def test_a_long_name_is_cut() -> None:
    answer = proof.read_answer({**ANSWER, "by": "x" * 500})

    assert isinstance(answer, RouterAnswer)
    assert len(answer.by) == 128


def test_a_cak_that_a_router_says_of_itself_is_not_repeated() -> None:
    cak = "c0ffee15" * 8
    answer = proof.read_answer({**ANSWER, "by": f"me\n{cak}", "task_id": cak})

    assert isinstance(answer, RouterAnswer)
    judged = proof.judge(answer, proof.Question("t1", ckn("new"), ("m1",)), link=LAG, now=NOW, max_age=MAX_AGE)
    assert (answer.by, judged.reason) == ("me?…", "AnswerMismatch")
    assert "c0ffee15" not in judged.sentence


def test_a_port_may_use_no_key_at_all() -> None:
    assert isinstance(proof.read_answer({**ANSWER, "ports": {"m1": None}}), RouterAnswer)


def test_the_fresh_proof_of_the_removal_names_every_superseded_key_once() -> None:
    link = a_link(a_key("a"), a_key("b"), a_key("gone", "disassociated"), a_key("new"))
    plan = Plan(
        "must_encrypt",
        (old_key("gone"), old_key("new"), old_key("a"), old_key("b")),
        None,
        make_room=False,
        onboarding=False,
        dark_ports=(),
        steps=(),
    )
    rotation = a_rotation(plan=plan, new_key=new_key())

    first = proof.next_to_retire(rotation, link)
    second = proof.next_to_retire(replace(rotation, retired=(ckn("a"),)), link)
    third = proof.next_to_retire(replace(rotation, retired=(ckn("a"), ckn("b"))), link)

    assert (first, second, third) == (old_key("a"), old_key("b"), None)


def test_without_a_plan_nothing_is_retired() -> None:
    assert proof.next_to_retire(a_rotation(new_key=new_key()), LAG) is None


@pytest.mark.parametrize(
    ("ports", "named"),
    [
        ({"m1": ckn("a").upper(), "m2": ckn("b")}, {ckn("a"), ckn("b")}),
        ({"m1": ckn("a"), "m2": None}, None),
        ({"m1": ckn("a")}, None),
        ({"m1": ckn("a"), "m2": ckn("a"), "m3": ckn("a")}, None),
        ({"m1": None, "m2": None}, None),
    ],
)
def test_keys_in_use_are_known_only_when_every_port_names_one(
    ports: dict[str, str | None], named: set[str] | None
) -> None:
    assert proof.in_use_on_every_port(RouterAnswer("t1", ports, "agent", NOW), LAG) == named


QUESTION = proof.Question("t1", ckn("new"), ("m1", "m2"))
MAX_AGE = timedelta(seconds=900)


@pytest.mark.parametrize(
    ("ports", "received", "question", "verdict"),
    [
        ({"m1": ckn("new"), "m2": ckn("new").upper()}, NOW, QUESTION, ("in_use", "NewKeyInUse")),
        ({"m1": ckn("new"), "m2": ckn("old")}, NOW, QUESTION, ("unproven", "RouterOnOldKey")),
        ({"m1": ckn("new"), "m2": None}, NOW, QUESTION, ("unproven", "RouterOnOldKey")),
        ({"m1": ckn("new")}, NOW, QUESTION, ("unproven", "RouterOnOldKey")),
        ({"m1": ckn("new")}, NOW, replace(QUESTION, ports=("m1",)), ("again", "MembersChanged")),
        ({"m1": ckn("new"), "m2": ckn("new")}, NOW - MAX_AGE * 2, QUESTION, ("again", "AnswerTooOld")),
        ({"m1": ckn("new"), "m2": ckn("new")}, NOW - MAX_AGE, QUESTION, ("in_use", "NewKeyInUse")),
        ({"m1": ckn("new"), "m2": ckn("new")}, NOW, replace(QUESTION, task_id="t2"), ("unproven", "AnswerMismatch")),
    ],
    ids=[
        "our key on every port",
        "another key on a port",
        "no key on a port",
        "a port without an answer",
        "a member that came since the question",
        "too old an answer",
        "an answer just fresh enough",
        "an answer to another task",
    ],
)
def test_an_answer_is_judged(
    ports: dict[str, str | None], received: datetime, question: proof.Question, verdict: tuple[str, str]
) -> None:
    answer = RouterAnswer("t1", ports, "agent", received)

    judged = proof.judge(answer, question, link=LAG, now=NOW, max_age=MAX_AGE)

    assert (judged.next, judged.reason) == verdict
