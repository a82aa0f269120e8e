"""The comparing of a page with a run: what differs by itself passes, and nothing else."""

from __future__ import annotations

import pytest

from tests.workflow.transcript import Names, missing, steps

A, B, C = "a1" * 32, "b2" * 32, "c3" * 32


def test_a_block_is_its_commands_with_what_each_shows() -> None:
    page = "text\n```console\n$ one\nshown\n\n$ two\n```\n```sh\n$ three\n```\n```console 1\nmore\n```\n"

    found = [(step.terminal, step.command, step.shown) for step in steps(page)]

    assert found == [("", "one", ("shown",)), ("", "two", ()), ("1", "", ("more",))]


def test_ids_times_and_spans_may_differ() -> None:
    page = [f"CKN {A}", "until 2026-11-21 19:42 UTC, in 29 min", f"Ended after 89 s: {A[:8]}…"]
    run = [f"CKN  {B}", "until 2027-01-02 03:04 UTC, in 1 min", f"Ended after 7.5 s: {B[:8]}…"]

    assert missing(page, run, Names()) == ""


@pytest.mark.parametrize(
    ("page", "run", "lost"),
    [
        (["one", "two"], ["one"], "two"),
        (["one"], ["one", "two"], "nothing more, but the run shows: two"),
        (["two"], ["one", "two"], "two"),
        (["key age 0 d"], ["key age 120 d"], "key age 0 d"),
        ([f"new {A}", f"old {B}"], [f"new {C}", f"old {C}"], f"old {B}"),
        ([f"new {A}", f"now {A}"], [f"new {B}", f"now {C}"], f"now {A}"),
    ],
    ids=["is not shown", "shows more", "begins otherwise", "another age", "two keys are one", "one key is two"],
)
def test_what_the_page_does_not_say_is_named(page: list[str], run: list[str], lost: str) -> None:
    assert missing(page, run, Names()) == lost


def test_a_gap_stands_for_any_lines() -> None:
    assert missing(["…", "two", "…"], ["one", "two", "three"], Names()) == ""
    assert missing(["…", "four"], ["one", "two", "three"], Names()) == "four"


def test_what_is_drawn_again_and_again_is_held_in_its_order() -> None:
    assert missing(["one", "two"], ["one", "one", "two", "one"], Names(), gaps=True) == ""
    assert missing(["two", "one"], ["one", "two"], Names(), gaps=True) == "one"


def test_a_command_is_typed_with_the_names_of_the_run() -> None:
    names = Names()
    missing(
        [f"CKN {A}", "task dxcon-1-20261121T191205Z.install.0"],
        [f"CKN {B}", "task dxcon-1-20270101T000000Z.install.0"],
        names,
    )

    assert names.typed(f"answer dxcon-1-20261121T191205Z.install.0 --ckn {A}") == (
        f"answer dxcon-1-20270101T000000Z.install.0 --ckn {B}"
    )


def test_a_comparison_that_fails_teaches_no_names() -> None:
    names = Names()

    assert missing([f"CKN {A}", "and this"], [f"CKN {B}", "and that"], names) == "and this"
    assert names.typed(A) == A
