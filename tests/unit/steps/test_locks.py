"""Freeing the acting lock: the word that was left there goes out, once, and only from whoever held it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dxmacsec.compliance import Change, PromptKind
from dxmacsec.errors import ServiceFault
from dxmacsec.interfaces import Owner
from dxmacsec.model import SCHEMA, Enforcement, Verdict
from dxmacsec.policy.change_events import read_prompt
from dxmacsec.steps.locks import DEAD_LOCK_CLEARANCE, RECOVERY_FIRST, free_acting, is_dead, take_acting_for
from tests.worlds.estates import LINK
from tests.worlds.scene import Scene, a_scene
from tests.worlds.trouble import AFTER, raising

MINE, OTHERS = "arn:e1", "arn:e2"
CHANGE = Change("event-1", "UpdateConnection", "ana", datetime(2026, 3, 1, 11, 59, tzinfo=UTC))


def held(scene: Scene, execution: str = MINE, *, word: Change | None = CHANGE) -> Owner:
    owner = Owner(execution, "e1", scene.clock.now())
    scene.ledger.take_acting(LINK, owner)
    if word:
        assert scene.compliance.wait_for_acting(LINK, owner, word)
    return owner


def test_who_frees_a_lock_gives_the_change_that_waited_back_to_the_bus() -> None:
    scene = a_scene()
    held(scene)

    free_acting(LINK, MINE, scene.world)

    [(kind, detail)] = scene.herald.events
    prompt = read_prompt({"source": "dxmacsec", "detail-type": kind, "detail": detail})
    assert (prompt.kind, prompt.links, prompt.change) == (PromptKind.FREED, frozenset({LINK}), CHANGE)
    assert scene.ledger.acting_locks == {}


def test_a_lock_at_which_nobody_waits_is_freed_in_silence() -> None:
    scene = a_scene()
    held(scene, word=None)

    free_acting(LINK, MINE, scene.world)

    assert (scene.ledger.acting_locks, scene.herald.events) == ({}, [])


def test_freeing_twice_says_it_once() -> None:
    scene = a_scene()
    held(scene)

    for _ in range(2):
        free_acting(LINK, MINE, scene.world)

    assert len(scene.herald.events) == 1


def test_only_its_holder_frees_a_lock_and_takes_the_word() -> None:
    scene = a_scene()
    owner = held(scene, OTHERS)

    free_acting(LINK, MINE, scene.world)

    assert scene.ledger.acting_locks == {LINK: owner}
    assert (scene.ledger.waiting, scene.herald.events) == ({LINK: CHANGE}, [])


def test_the_last_of_several_words_goes_out() -> None:
    scene = a_scene()
    owner = held(scene)
    scene.compliance.wait_for_acting(LINK, owner, replace(CHANGE, event_id="event-2"))

    free_acting(LINK, MINE, scene.world)

    assert [detail["change"]["event_id"] for _, detail in scene.herald.events] == ["event-2"]


def test_who_takes_over_a_dead_lock_sends_the_word_that_was_left_there() -> None:
    scene = a_scene()
    held(scene, OTHERS)
    scene.executions.ended[OTHERS] = scene.clock.now()
    scene.clock.sleep(((DEAD_LOCK_CLEARANCE + RECOVERY_FIRST) + timedelta(seconds=1)).total_seconds())

    take_acting_for(Enforcement(SCHEMA, "e1", MINE, MINE, LINK, scene.clock.now(), Verdict("go")), scene.world)

    assert [detail["change"]["event_id"] for _, detail in scene.herald.events] == ["event-1"]
    assert scene.ledger.acting_locks[LINK].execution == MINE
    assert scene.ledger.waiting == {}


def test_a_lost_answer_loses_the_word_and_frees_the_lock_all_the_same() -> None:
    scene = a_scene()
    held(scene)
    scene.trouble.at("ledger.free_acting", AFTER, raising(ServiceFault("no answer")))

    with pytest.raises(ServiceFault):
        free_acting(LINK, MINE, scene.world)
    free_acting(LINK, MINE, scene.world)

    assert (scene.ledger.acting_locks, scene.herald.events) == ({}, [])


def test_recover_link_comes_before_everybody_else() -> None:
    scene = a_scene()
    owner = held(scene, word=None)
    scene.executions.ended[MINE] = scene.clock.now()

    scene.clock.sleep((DEAD_LOCK_CLEARANCE + RECOVERY_FIRST).total_seconds())
    still_recover_links = is_dead(owner, scene.world)
    scene.clock.sleep(1)

    assert (still_recover_links, is_dead(owner, scene.world)) == (False, True)


def test_an_execution_that_runs_is_never_dead() -> None:
    scene = a_scene()
    owner = held(scene, word=None)

    scene.clock.sleep(timedelta(days=365).total_seconds())

    assert not is_dead(owner, scene.world)
