"""A CAK prints nowhere: not in a repr, an error, a record, or an answer."""

from __future__ import annotations

from sandbox.twin import Cak, Pair
from tests.twin.bench import CAK, CKN, NORTH, Bench


def test_a_cak_prints_as_a_mask() -> None:
    assert repr(Cak(CAK)) == str(Cak(CAK)) == "Cak(…)"
    assert CAK not in repr(Pair(CKN, Cak(CAK)))
    assert CAK not in f"{Pair(CKN, Cak(CAK))}"


def test_pairs_are_equal_whatever_the_case_of_their_digits() -> None:
    pair = Pair("ab", Cak("cd"))

    assert pair == Pair("AB", Cak("CD"))
    assert len({pair, Pair("AB", Cak("CD"))}) == 1
    assert pair != Pair("ab", Cak("ce"))
    assert Cak("cd") != "cd"


def test_no_answer_holds_a_cak(bench: Bench) -> None:
    bench.add_key(NORTH)

    answers = [bench.link(NORTH), bench.twin.key_lives(NORTH), bench.twin.router(NORTH).in_use()]

    assert CAK not in repr(answers)
