"""The nouns."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, replace
from datetime import timedelta

import pytest

from dxmacsec.model import (
    Cak,
    Enforcement,
    KeyPair,
    KeyVersion,
    Label,
    RouterTaskKind,
    Verdict,
    Watch,
    same_ckn,
    without_keys,
)
from tests.unit.policy.situations import DOWN, NOW, a_key, a_link, a_port, a_rotation, ckn, old_key

DIGITS = "0123456789abcdef" * 4


def test_a_cak_prints_as_a_mask_wherever_it_is() -> None:
    pair = KeyPair(ckn("a"), Cak(DIGITS))

    assert [
        DIGITS in text for text in (repr(pair), str(pair), f"{pair.cak}", repr([pair.cak]), f"{pair.cak!r:>20}")
    ] == [False] * 5
    assert pair.cak.reveal() == DIGITS


@pytest.mark.parametrize("wrong", ["", "12", DIGITS + "0", DIGITS[:-1] + "g", DIGITS + "\n"])
def test_wrong_digits_are_refused_without_showing_them(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"^cak: expected 64 hexadecimal digits$"):
        Cak(wrong)
    with pytest.raises(ValueError, match=r"^ckn: expected 64 hexadecimal digits$"):
        KeyPair(wrong, Cak(DIGITS))


def test_a_document_never_changes_under_anybodys_feet() -> None:
    rotation = a_rotation()

    with pytest.raises(FrozenInstanceError):
        rotation.promoted = True  # type: ignore[misc]
    assert copy.deepcopy(rotation) == rotation
    assert pickle.loads(pickle.dumps(rotation)) == rotation  # noqa: S301 - our own bytes


def test_the_case_of_a_ckn_means_nothing() -> None:
    link = a_link(a_key("a"))

    assert same_ckn(ckn("a"), ckn("a").upper())
    assert link.key(ckn("a").upper()) == a_key("a")
    assert Label.ckn(ckn("a").upper()) == Label.ckn(ckn("a"))
    assert Label.old(ckn("a").upper()) == Label.old(ckn("a"))


def test_a_removed_key_that_is_still_listed_is_none() -> None:
    again = replace(a_key("a"), start_on="2026-02-02")
    link = a_link(a_key("a", "disassociated"), again, a_key("b", "disassociated"))

    assert link.key(ckn("a")) == again
    assert link.key_by_arn("arn:a") == again
    assert (link.key(ckn("b")), link.key_by_arn("arn:b")) == (None, None)


def test_a_link_is_encrypted_when_every_port_is() -> None:
    assert a_link().encrypted
    assert not a_link(ports=()).encrypted
    assert not a_link(ports=(a_port("m1"), a_port("m2", encryption=DOWN))).encrypted
    assert not a_link(ports=(a_port(state="pending"),)).encrypted


def test_the_ports_of_a_link_are_named_in_order() -> None:
    assert a_link(ports=(a_port("m2"), a_port("m1"))).port_ids == ("m1", "m2")


def test_up_lasts_from_its_first_look_and_a_drop_forgets_it() -> None:
    later = NOW + timedelta(seconds=10)
    watch = Watch(NOW).seen(up=True, at=NOW).seen(up=True, at=later)

    assert watch.up_for(later) == timedelta(seconds=10)
    assert watch.seen(up=False, at=later).up_for(later) == timedelta(0)
    assert watch.seen(up=False, at=later).looks == 3


def test_a_time_in_which_nobody_looked_is_not_up() -> None:
    gap, late = timedelta(seconds=60), NOW + timedelta(seconds=61)
    watch = Watch(NOW).seen(up=True, at=NOW, longest_gap=gap)

    assert watch.seen(up=True, at=NOW + gap, longest_gap=gap).up_for(NOW + gap) == gap
    assert watch.seen(up=True, at=late, longest_gap=gap).up_for(late) == timedelta(0)
    assert watch.unseen_for(late) == timedelta(seconds=61)


def test_each_question_to_the_router_has_its_own_id() -> None:
    rotation = a_rotation()

    assert rotation.task_id(RouterTaskKind.PROVE) != rotation.task_id(RouterTaskKind.CONFIRM)
    assert rotation.task_id(RouterTaskKind.PROVE) != replace(rotation, asks=1).task_id(RouterTaskKind.PROVE)


def test_an_adopted_key_is_one_whose_pair_is_not_ours() -> None:
    assert old_key(adopted=True).adopted
    assert not old_key().adopted


def test_a_version_knows_its_labels() -> None:
    assert KeyVersion("v1", None, frozenset({Label.NEW})).has(Label.NEW)


def test_a_nested_enforcement_acts_in_its_parents_name() -> None:
    own = Enforcement(1, "e1", "arn:e1", "arn:e1", "dxcon-fg5678gh", NOW, Verdict("go"))

    assert not own.nested
    assert replace(own, owner="arn:r1").nested
    assert own.to("done", "x").noting(NOW, "mode", "up").checks[0].what == "mode"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a word", "a word"),
        (f"see {DIGITS}!", "see …!"),
        (DIGITS.upper(), "…"),
        (DIGITS[:31], DIGITS[:31]),
        ("a\nb\x1b", "a?b?"),
        ("x" * 500, "x" * 100),
    ],
)
def test_what_is_shown_of_a_text_holds_nothing_that_may_be_a_cak(text: str, shown: str) -> None:
    assert without_keys(text, 100) == shown


LEAST_OF_A_KEY = 16


@pytest.mark.parametrize("limit", [32, 40, 64, 80, 128, 200, 400])
def test_no_cut_lets_some_of_a_caks_digits_through(limit: int) -> None:
    for before in range(6 * limit):
        shown = without_keys(f"{'e' * before} {DIGITS}", limit)

        assert DIGITS[:LEAST_OF_A_KEY] not in shown, before
        assert len(shown) <= limit


def test_a_text_of_digits_alone_is_shown_as_a_mask_however_long_it_is() -> None:
    assert [without_keys("f" * length, 40) for length in (32, 160, 161, 5000)] == ["…"] * 4
