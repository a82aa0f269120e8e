"""Who hears of an end, and what a pause or a dark line adds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dxmacsec.fleet import Fleet, LinkResult
from dxmacsec.model import PAUSED_BY_HAND, Outcome, RouterMode
from dxmacsec.policy.end_words import ASKED_BY_SECRETS_MANAGER, recovery_letter, rotation_letter, tells_of_rotation
from dxmacsec.policy.fleet_words import tells_of_fleet
from dxmacsec.policy.lines import Alarm, Line, Pauses
from dxmacsec.policy.waves import FLEET_REASON
from tests.unit.letters.every_letter import a_recovery, a_run
from tests.unit.policy.situations import LINK_ID, a_link, a_rotation, ckn, new_key, old_key
from tests.unit.policy.test_outcome import PLAN

SEALED = Line("encrypted, and nothing passes in clear.")
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
    _, text = rotation_letter(
        a_rotation(), Outcome("FAILED", "UnknownAnswer", "What?", pause=True), SEALED, Pauses("UnknownAnswer")
    )

    assert "Automation of this link is paused" in text
    assert "Until: nothing happens by itself before the pause is cleared." in text
    assert text.index(f"dxmacsec clear {LINK_ID}") < text.index(f"dxmacsec rotate {LINK_ID}")


def test_a_dark_line_is_urgent_and_says_how_to_open_it() -> None:
    subject, text = rotation_letter(
        a_rotation(), Outcome("FAILED", "LinkDark", "Dark.", pause=True), SEALED, Pauses("LinkDark")
    )

    assert subject.startswith("DARK LINE: ")
    assert "Until: at once" in text
    assert "--encryption-mode should_encrypt" in text


def test_a_success_is_short_and_asks_for_nothing() -> None:
    _, text = rotation_letter(a_rotation(new_key=new_key()), DONE, SEALED, Pauses())

    assert "What to do" not in text
    assert "aws " not in text
    assert new_key().ckn in text


def test_a_line_that_went_ill_although_the_rotation_ended_well_is_to_be_looked_at() -> None:
    dark = Line("no traffic on dxcon-fg5678gh.", Alarm.DARK)

    subject, text = rotation_letter(a_rotation(new_key=new_key(), remove_note="States.Timeout"), DONE, dark, Pauses())

    assert subject.startswith("DARK LINE: ")
    assert "What to do: look at the line" in text
    assert "Until: at once" in text


def test_what_is_not_ours_to_encrypt_is_in_clear_without_alarm() -> None:
    refused = Outcome("REFUSED", "NotMacSecCapable", "It was made without MACsec.")

    subject, text = rotation_letter(a_rotation(), refused, Line("in clear.", Alarm.CLEAR), Pauses())

    assert subject.startswith("dxmacsec ")
    assert "Until" not in text


def test_after_the_promotion_no_pair_waits_to_be_used_again() -> None:
    aborted, failed = Outcome("FAILED", "Aborted", "It was stopped."), Outcome("FAILED", "StepFailed", "No.")
    promoted = a_rotation("close", plan=PLAN, new_key=new_key(), retired=(ckn("old"),), promoted=True)
    early = a_rotation("baked", plan=PLAN, new_key=new_key())
    restored = a_rotation("restored", plan=PLAN, new_key=new_key(), retiring=old_key(), retired=(ckn("other"),))

    for rotation, used in ((promoted, True), (early, False), (restored, False)):
        recovery = replace(a_recovery(), rotation=rotation, last_state="RemoveFromRouter")
        for _, text in (
            recovery_letter(recovery, aborted, a_link(), Pauses()),
            rotation_letter(rotation, failed, SEALED, Pauses()),
        ):
            assert ("the same pair is used" in text) is not used
            assert ("the new key was promoted" in text) is used


@pytest.mark.parametrize(
    ("pause", "typed", "row"),
    [
        ("LinkDark", [f"dxmacsec clear {LINK_ID} --reason 'what you found'"], True),
        (PAUSED_BY_HAND, [f"dxmacsec resume {LINK_ID}"], True),
        (None, [], False),
    ],
)
@pytest.mark.parametrize("outcome", [Outcome("REFUSED", "LinkPaused", "No."), Outcome("FAILED", "X", "No.", True)])  # noqa: FBT003 - a pause
def test_the_command_that_ends_a_pause_is_that_of_the_pause_that_is_there(
    outcome: Outcome,
    pause: str | None,
    typed: list[str],
    row: bool,  # noqa: FBT001 - a column of the table
) -> None:
    pauses = Pauses(pause)
    for _, text in (
        rotation_letter(a_rotation(), outcome, SEALED, pauses),
        recovery_letter(a_recovery(), outcome, a_link(), pauses),
    ):
        ours = [line.strip() for line in text.splitlines() if line.startswith("  dxmacsec")]
        assert ours == [f"dxmacsec status {LINK_ID}", *typed, f"dxmacsec rotate {LINK_ID}"]
        assert ("delete-item" in text) is row


@pytest.mark.parametrize("pause", ["ModeLowered", None])
def test_an_enforcement_pause_is_ended_only_where_there_is_one(pause: str | None) -> None:
    failed = Outcome("FAILED", "EnforcementFailed", "Encryption is not up on every port.")

    _, text = rotation_letter(a_rotation(), failed, SEALED, Pauses(None, pause))

    assert ("--enforcement" in text) is (pause is not None)
    assert ("PAUSE#enforcement" in text) is (pause is not None)


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
