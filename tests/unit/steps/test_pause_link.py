"""A person keeps automation off a link, and the ledger says who, when and why."""

from __future__ import annotations

from dxmacsec.interfaces import Pause
from dxmacsec.model import PAUSED_BY_HAND
from dxmacsec.steps.pause_link import clear_enforcement, clear_link, pause_link
from tests.worlds.estates import LINK
from tests.worlds.scene import a_scene
from tests.worlds.trouble import BEFORE

ADA = "arn:aws:iam::123456789012:user/ada"
BEN = "arn:aws:iam::123456789012:user/ben"


def test_a_link_is_paused_with_who_and_why() -> None:
    scene = a_scene()
    now = scene.clock.now()

    assert pause_link(LINK, "fibre work", ADA, scene.world) is None

    assert scene.ledger.pauses[LINK] == Pause(PAUSED_BY_HAND, "fibre work", ADA, now)
    (note,) = scene.ledger.notes[LINK]
    assert (note.id, note.at) == ("paused", now)
    assert note.record == {"schema": 1, "what": "paused", "at": now.isoformat(), "by": ADA, "why": "fibre work"}


def test_a_second_pause_shows_the_first_and_changes_nothing() -> None:
    scene = a_scene()
    pause_link(LINK, "fibre work", ADA, scene.world)
    first = scene.ledger.pauses[LINK]

    assert pause_link(LINK, "me too", BEN, scene.world) == first

    assert scene.ledger.pauses[LINK] == first
    assert len(scene.ledger.notes[LINK]) == 1


def test_a_pause_that_is_cleared_while_one_looks_at_it_is_set_after_all() -> None:
    scene = a_scene()
    pause_link(LINK, "fibre work", ADA, scene.world)
    scene.trouble.at("ledger.pause", BEFORE, scene.ledger.pauses.clear)

    assert pause_link(LINK, "me too", BEN, scene.world) is None

    assert scene.ledger.pauses[LINK].by == BEN


def test_what_was_cleared_is_kept_in_the_note() -> None:
    scene = a_scene()
    dark = Pause("LinkDark", "No key.", "rotation-1", scene.clock.now())
    scene.ledger.pauses[LINK] = dark

    assert clear_link(LINK, dark, "old key is back", ADA, scene.world)

    assert LINK not in scene.ledger.pauses
    (note,) = scene.ledger.notes[LINK]
    assert (note.record["what"], note.record["by"], note.record["why"]) == ("cleared", ADA, "old key is back")
    assert note.record["cleared"] == {
        "reason": "LinkDark",
        "sentence": "No key.",
        "by": "rotation-1",
        "at": scene.clock.now().isoformat(),
    }


def test_the_end_of_a_pause_by_hand_is_noted_as_such() -> None:
    scene = a_scene()
    pause_link(LINK, "fibre work", ADA, scene.world)

    assert clear_link(LINK, scene.ledger.pauses[LINK], "done", BEN, scene.world)

    assert [note.record["what"] for note in scene.ledger.notes[LINK]] == ["paused", "resumed"]


def test_a_pause_that_came_meanwhile_is_not_cleared() -> None:
    scene = a_scene()
    seen = Pause("LinkDark", "No key.", "rotation-1", scene.clock.now())
    scene.ledger.pauses[LINK] = newer = Pause("LinkDark", "No key.", "rotation-2", scene.clock.now())

    assert not clear_link(LINK, seen, "mended", ADA, scene.world)

    assert scene.ledger.pauses[LINK] == newer
    assert LINK not in scene.ledger.notes


def test_enforcement_is_cleared_by_itself() -> None:
    scene = a_scene()
    lowered = Pause("ModeLowered", "Encryption was lost.", "enforcement-1", scene.clock.now())
    scene.ledger.enforcement_pauses[LINK] = scene.ledger.pauses[LINK] = lowered

    assert clear_enforcement(LINK, lowered, "optic changed", ADA, scene.world)
    assert not clear_enforcement(LINK, lowered, "optic changed", ADA, scene.world)

    assert LINK not in scene.ledger.enforcement_pauses
    assert scene.ledger.pauses[LINK] == lowered
    assert [note.record["what"] for note in scene.ledger.notes[LINK]] == ["enforcement-cleared"]
