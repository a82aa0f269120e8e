"""Which key may leave a full chain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dxmacsec.model import KeyVersion, Label, ManagedSecret, OldKey, RouterAnswer, Verdict
from dxmacsec.policy.room import choose, is_made
from tests.unit.policy.situations import NOW, a_key, a_link, a_port, a_situation, a_version, ckn, old_key

FULL = (a_key("a", start_on="1"), a_key("b", start_on="2"), a_key("c", start_on="3"))
PORT = "dxcon-fg5678gh"


def names(*used: str | None) -> RouterAnswer:
    ports = dict(zip(("m1", "m2"), used, strict=True)) if len(used) > 1 else {PORT: used[0]}
    return RouterAnswer("t1", ports, "agent", NOW)


@pytest.mark.parametrize(
    ("versions", "in_use", "leaves"),
    [
        ((), "c", "a"),
        ((), "a", "b"),
        ((a_version("a", Label.IN_USE),), "c", "b"),
        ((a_version("b", Label.FAILED),), "c", "b"),
        ((a_version("c", Label.FAILED),), "a", "c"),
    ],
    ids=[
        "the oldest",
        "never the one in use",
        "what the labels call in use goes last",
        "a failed one goes first",
        "a failed one goes first even if it is the newest",
    ],
)
def test_one_key_that_no_port_names_may_leave(versions: tuple[KeyVersion, ...], in_use: str, leaves: str) -> None:
    chosen = choose(a_situation(*FULL, versions=versions), names(ckn(in_use).upper()))

    assert isinstance(chosen, OldKey)
    assert chosen.ckn == ckn(leaves)
    assert chosen.adopted is not any(version.ckn == chosen.ckn for version in versions)


@pytest.mark.parametrize(
    ("keys", "answer", "managed"),
    [
        (FULL, names(None), {}),
        (FULL, names(ckn("elsewhere")), {}),
        ((*FULL[:2], a_key("c", "associating")), names(ckn("c")), {}),
        (FULL, names(ckn("c")), {"arn:a": ManagedSecret.GONE, "arn:b": ManagedSecret.SCHEDULED}),
        (FULL[:1], names(ckn("a")), {}),
    ],
    ids=[
        "no port names one",
        "a port names an unknown one",
        "the one in use is not associated",
        "none of the others could come back",
        "it is the only one",
    ],
)
def test_nobody_can_say(keys: tuple[object, ...], answer: RouterAnswer, managed: dict[str, ManagedSecret]) -> None:
    verdict = choose(a_situation(*keys, managed=managed), answer)  # type: ignore[arg-type]

    assert isinstance(verdict, Verdict)
    assert (verdict.next, verdict.reason) == ("refused", "ChainNeedsOperator")
    assert verdict.sentence.endswith("Nothing was removed.")


def test_the_ports_of_a_lag_may_use_two_keys() -> None:
    link = a_link(*FULL, ports=(a_port("m1"), a_port("m2")))

    chosen = choose(a_situation(link=link), names(ckn("a"), ckn("b")))

    assert isinstance(chosen, OldKey)
    assert chosen.ckn == ckn("c")


def test_the_owner_may_accept_that_a_key_does_not_come_back() -> None:
    situation = a_situation(*FULL, managed={"arn:a": ManagedSecret.GONE})
    accepting = replace(situation, request=replace(situation.request, accept_no_way_back=True))

    chosen = choose(accepting, names(ckn("c")))

    assert isinstance(chosen, OldKey)
    assert chosen.ckn == ckn("a")


def test_room_is_made_once_the_key_is_off_and_the_link_is_ready() -> None:
    gone = a_link(*FULL[1:])

    assert is_made(a_situation(link=gone), old_key("a"))
    assert is_made(a_situation(link=a_link(a_key("a", "disassociated"), *FULL[1:])), old_key("a"))
    assert not is_made(a_situation(*FULL), old_key("a"))
    assert not is_made(a_situation(link=replace(gone, state="pending")), old_key("a"))
    assert not is_made(a_situation(link=replace(gone, ports=(a_port(state="pending"),))), old_key("a"))
