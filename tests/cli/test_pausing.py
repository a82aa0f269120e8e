"""`dxmacsec pause`, `resume` and `clear`: who may end which pause."""

from __future__ import annotations

import pytest

from dxmacsec.interfaces import Pause
from tests.cli.acting import ADA, Desk, a_desk
from tests.worlds.estates import LAG, LINK, MEMBERS, a_lag
from tests.worlds.trouble import BEFORE


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return a_desk(monkeypatch, capsys)


@pytest.fixture
def dark(desk: Desk) -> Pause:
    pause = Pause("LinkDark", "No key is on the line.", "rotation-1", desk.scene.clock.now())
    desk.scene.ledger.pauses[LINK] = pause
    return pause


@pytest.fixture
def lowered(desk: Desk) -> Pause:
    pause = Pause("ModeLowered", "Encryption was lost.", "enforcement-1", desk.scene.clock.now())
    desk.scene.ledger.enforcement_pauses[LINK] = pause
    return pause


def test_a_pause_holds_who_and_why_and_how_to_end_it_is_shown(desk: Desk) -> None:
    typed = desk.type("pause", LINK, "--reason", "fibre  work\n until May")

    assert typed.code == 0
    pause = desk.scene.ledger.pauses[LINK]
    assert (pause.reason, pause.sentence, pause.by) == ("PausedByHand", "fibre work until May", ADA)
    assert f"dxmacsec resume {LINK}" in typed.out


def test_the_machine_obeys_a_pause_by_hand(desk: Desk) -> None:
    desk.type("pause", LINK, "--reason", "fibre work")

    ended = desk.step_functions.walker.rotate(LINK)

    assert (ended.error, ADA in str(ended.cause)) == ("LinkPaused", True)


def test_a_rotation_that_runs_is_said_to_go_on(desk: Desk) -> None:
    walker = desk.step_functions.walker
    walker.walk_to(walker.start("rotate_key", {"link": LINK}, "r1"), "Bake")

    assert "The rotation r1 runs and goes on." in desk.type("pause", LINK, "--reason", "fibre work").out


def test_a_members_id_pauses_its_lag(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    desk = a_desk(monkeypatch, capsys, a_lag())

    desk.type("pause", MEMBERS[1], "--reason", "fibre work")

    assert set(desk.scene.ledger.pauses) == {LAG}


def test_an_earlier_pause_is_shown_and_stays(desk: Desk, dark: Pause) -> None:
    typed = desk.type("pause", LINK, "--reason", "me too")

    assert typed.code == 3
    assert "LinkDark: No key is on the line." in typed.err
    assert f"dxmacsec clear {LINK}" in typed.err
    assert desk.scene.ledger.pauses[LINK] == dark


def test_a_pause_by_hand_is_resumed_and_both_are_kept(desk: Desk) -> None:
    desk.type("pause", LINK, "--reason", "fibre work")

    typed = desk.type("resume", LINK, "--reason", "fibre is back", "--json")

    assert (typed.code, typed.document["result"]) == (0, "resumed")
    assert LINK not in desk.scene.ledger.pauses
    told = [(note.record["what"], note.record["by"], note.record["why"]) for note in desk.scene.ledger.notes[LINK]]
    assert told == [("paused", ADA, "fibre work"), ("resumed", ADA, "fibre is back")]


def test_resuming_what_is_not_paused_is_done_already(desk: Desk) -> None:
    typed = desk.type("resume", LINK, "--json")

    assert (typed.code, typed.document["result"]) == (0, "not-paused")


def test_resume_leaves_a_pause_of_the_product(desk: Desk, dark: Pause) -> None:
    typed = desk.type("resume", LINK)

    assert typed.code == 3
    assert "heading LinkDark" in typed.err
    assert desk.scene.ledger.pauses[LINK] == dark


def test_clear_shows_why_it_paused_before_it_asks(desk: Desk, dark: Pause) -> None:
    typed = desk.type("clear", LINK, "--reason", "old key is back", says="n\n")

    assert typed.code == 7
    assert typed.err.index("No key is on the line.") < typed.err.index("Do you know why")
    assert desk.scene.ledger.pauses[LINK] == dark
    assert LINK not in desk.scene.ledger.notes


def test_a_yes_clears_it_and_the_ledger_keeps_what_was_cleared(desk: Desk, dark: Pause) -> None:
    typed = desk.type("clear", LINK, "--reason", "old key is back", says="y\n")

    assert typed.code == 0
    assert LINK not in desk.scene.ledger.pauses
    (note,) = desk.scene.ledger.notes[LINK]
    assert (note.record["by"], note.record["cleared"]["reason"]) == (ADA, dark.reason)


@pytest.mark.usefixtures("dark", "lowered")
def test_enforcement_is_cleared_only_where_it_is_asked_for(desk: Desk) -> None:
    desk.type("clear", LINK, "--reason", "mended", "--yes")

    assert (set(desk.scene.ledger.pauses), set(desk.scene.ledger.enforcement_pauses)) == (set(), {LINK})

    typed = desk.type("clear", LINK, "--reason", "mended", "--yes", "--enforcement")

    assert typed.code == 0
    assert desk.scene.ledger.enforcement_pauses == {}


@pytest.mark.usefixtures("lowered")
def test_where_only_enforcement_is_paused_the_option_is_named(desk: Desk) -> None:
    typed = desk.type("clear", LINK, "--reason", "mended", "--yes")

    assert typed.code == 3
    assert "--enforcement" in typed.err
    assert LINK in desk.scene.ledger.enforcement_pauses


@pytest.mark.usefixtures("lowered")
def test_clearing_enforcement_leaves_a_pause_by_hand(desk: Desk) -> None:
    desk.type("pause", LINK, "--reason", "fibre work")

    assert desk.type("clear", LINK, "--reason", "mended", "--yes", "--enforcement").code == 0

    assert desk.scene.ledger.pauses[LINK].reason == "PausedByHand"
    assert desk.scene.ledger.enforcement_pauses == {}


def test_a_pause_by_hand_is_for_resume(desk: Desk) -> None:
    desk.type("pause", LINK, "--reason", "fibre work")

    typed = desk.type("clear", LINK, "--reason", "mended", "--yes")

    assert typed.code == 3
    assert f"dxmacsec resume {LINK}" in typed.err


def test_there_may_be_nothing_to_clear(desk: Desk) -> None:
    assert desk.type("clear", LINK, "--reason", "mended", "--yes").code == 3


@pytest.mark.usefixtures("dark")
def test_a_pause_that_changed_while_a_person_thought_is_not_cleared(desk: Desk) -> None:
    newer = Pause("LinkDark", "Dark again.", "rotation-2", desk.scene.clock.now())
    desk.scene.trouble.at("ledger.clear_pause", BEFORE, lambda: desk.scene.ledger.pauses.update({LINK: newer}))

    typed = desk.type("clear", LINK, "--reason", "mended", says="y\n")

    assert typed.code == 3
    assert "another one by now" in typed.err
    assert desk.scene.ledger.pauses[LINK] == newer


@pytest.mark.parametrize("why", ["", "  ", "x" * 257, "bell\x07"])
def test_a_reason_is_a_line_of_text(desk: Desk, why: str) -> None:
    assert desk.type("pause", LINK, "--reason", why).code == 2
    assert desk.scene.ledger.pauses == {}
