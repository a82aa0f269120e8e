"""Who hears of an end, and what a pause or a dark line adds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dxmacsec.fleet import Fleet, LinkResult
from dxmacsec.model import Outcome, RouterMode
from dxmacsec.policy.end_words import ASKED_BY_SECRETS_MANAGER, rotation_letter, tells_of_rotation
from dxmacsec.policy.fleet_words import tells_of_fleet
from dxmacsec.policy.waves import FLEET_REASON
from tests.unit.letters.every_letter import a_run
from tests.unit.policy.situations import LINK_ID, a_rotation, new_key

DONE = Outcome("SUCCEEDED", "Rotated", "It is done.")
OF_A_RUN = f"{FLEET_REASON}daily, too old"
AGENT, MANUAL = RouterMode.AGENT, RouterMode.MANUAL


@pytest.mark.parametrize(
    ("mode", "reason", "outcome", "told"),
    [
        (AGENT, None, DONE, True),
        (AGENT, "after the runbook", DONE, True),
        (AGENT, OF_A_RUN, DONE, False),
        (AGENT, ASKED_BY_SECRETS_MANAGER, DONE, False),
        (MANUAL, OF_A_RUN, DONE, True),
        (MANUAL, ASKED_BY_SECRETS_MANAGER, DONE, True),
        (AGENT, OF_A_RUN, Outcome("FAILED", "RouterTimedOut", "No."), True),
        (AGENT, ASKED_BY_SECRETS_MANAGER, Outcome("REFUSED", "LinkPaused", "No."), True),
    ],
)
def test_a_success_that_nobody_waits_for_is_no_news(
    mode: RouterMode, reason: str | None, outcome: Outcome, *, told: bool
) -> None:
    rotation = a_rotation(router_mode=mode)
    rotation = replace(rotation, request=replace(rotation.request, reason=reason))

    assert tells_of_rotation(rotation, outcome) is told


def test_keys_that_stayed_on_the_router_are_told_of_in_any_case() -> None:
    rotation = a_rotation(router_mode=AGENT, remove_note="States.Timeout")
    rotation = replace(rotation, request=replace(rotation.request, reason=OF_A_RUN))

    assert tells_of_rotation(rotation, DONE)


def test_a_pause_is_said_and_its_command_comes_before_the_next_try() -> None:
    _, text = rotation_letter(a_rotation(), Outcome("FAILED", "UnknownAnswer", "What?", pause=True), "encrypted.")

    assert "Automation of this link is paused" in text
    assert "Until: nothing happens by itself before the pause is cleared." in text
    assert text.index(f"dxmacsec clear {LINK_ID}") < text.index(f"dxmacsec rotate {LINK_ID}")


def test_a_dark_line_is_urgent_and_says_how_to_open_it() -> None:
    subject, text = rotation_letter(a_rotation(), Outcome("FAILED", "LinkDark", "Dark.", pause=True), "no traffic.")

    assert subject.startswith("DARK LINE: ")
    assert "Until: at once" in text
    assert "--encryption-mode should_encrypt" in text


def test_a_success_is_short_and_asks_for_nothing() -> None:
    _, text = rotation_letter(a_rotation(new_key=new_key()), DONE, "encrypted, and nothing passes in clear.")

    assert "What to do" not in text
    assert "aws " not in text
    assert new_key().ckn in text


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (a_run("FleetRotated", LinkResult(LINK_ID, "r", "SUCCEEDED")), True),
        (a_run("FleetRotated", LinkResult(LINK_ID, "r", "POSTPONED")), False),
        (a_run("FleetRotated"), False),
        (a_run("FleetRotated", left_out_counts={"NotDue": 9}), False),
        (a_run("FleetRotated", left_out_counts={"LinkPaused": 1}), True),
        (a_run("FleetStopped"), True),
    ],
)
def test_a_run_is_told_of_when_keys_changed_or_somebody_must_look(run: tuple[Fleet, Outcome], *, told: bool) -> None:
    assert tells_of_fleet(*run) is told
