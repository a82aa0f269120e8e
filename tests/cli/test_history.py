from __future__ import annotations

import json
from datetime import timedelta

import pytest

from cli.ending import CliError, Ending
from cli.records.lines import line_of
from dxmacsec.errors import LinkNotFound
from dxmacsec.interfaces import StoryRow
from tests.cli.played import PlayedAccount, a_row, a_verdict, an_enforcement, played
from tests.worlds.estates import LAG, LINK, MEMBERS, PARTNER, a_lag
from tests.worlds.scene import Scene, a_scene


def test_all_links_come_together_the_newest_first(scene: Scene, account: PlayedAccount) -> None:
    now = scene.clock.now()
    account.stories.rows += [
        a_row(LINK, "oldest", now - timedelta(days=3)),
        a_verdict(PARTNER, now - timedelta(days=2), "NON_COMPLIANT", "ModeNotEnforced"),
        a_row(PARTNER, "newest", now, status="FAILED", reason="RouterTimedOut"),
        an_enforcement(LINK, "e1", now - timedelta(days=1)),
    ]

    lines = account.type("history").stdout.splitlines()

    told = [line.split() for line in lines if line.startswith("20")]
    assert [(words[2], words[3], words[4], words[5]) for words in told] == [
        (PARTNER, "rotation", "FAILED", "RouterTimedOut"),
        (LINK, "enforcement", "SUCCEEDED", "Enforced"),
        (PARTNER, "verdict", "NON_COMPLIANT", "ModeNotEnforced"),
        (LINK, "rotation", "SUCCEEDED", "Rotated"),
    ]
    assert max(map(len, lines)) <= 80


def test_a_wide_terminal_has_sentences_durations_and_who_led_to_it(scene: Scene, account: PlayedAccount) -> None:
    now = scene.clock.now()
    account.stories.rows += [a_row(LINK, "r1", now), a_verdict(LINK, now - timedelta(days=1))]

    shown = " ".join(account.type("history", LINK, columns=140).stdout.split())

    assert "uses its new key on every port. Asked: as the policy asks." in shown
    assert "5 min" in shown
    assert "After: UpdateConnection by user/eve." in shown


def test_since_and_limit_cut_what_is_shown(scene: Scene, account: PlayedAccount) -> None:
    now = scene.clock.now()
    account.stories.rows += [a_row(LINK, f"r{day}", now - timedelta(days=day)) for day in range(10)]

    def ids(*words: str) -> list[str]:
        document = json.loads(account.type("history", "--json", *words).stdout)
        return [line["id"] for line in document["history"]]

    assert ids("--since", "36h") == ["r0", "r1"]
    assert ids("--limit", "3") == ["r0", "r1", "r2"]
    assert ids(LINK, "--since", f"{now - timedelta(days=2):%Y-%m-%d}") == ["r0", "r1", "r2"]


def test_since_something_else_is_wrong_usage(account: PlayedAccount) -> None:
    refused = account.type("history", "--since", "yesterday").exception

    assert isinstance(refused, CliError)
    assert refused.ending is Ending.USAGE


def test_a_link_that_is_no_more_still_has_its_history(scene: Scene, account: PlayedAccount) -> None:
    account.stories.rows.append(a_row("dxcon-longgone", "r1", scene.clock.now()))

    assert "r1" in account.type("history", "dxcon-longgone").stdout.split()
    assert isinstance(account.type("history", "dxcon-nobody00").exception, LinkNotFound)


def test_a_member_stands_for_its_lag(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = a_scene(a_lag())
    account = played(scene, monkeypatch)
    account.stories.rows.append(a_row(LAG, "r1", scene.clock.now()))

    assert "r1" in account.type("history", MEMBERS[0]).stdout.split()


def test_nothing_written_down_says_so(account: PlayedAccount) -> None:
    assert account.type("history").stdout.strip() == "Nothing is written down."


def test_a_recovered_rotation_says_so(scene: Scene, account: PlayedAccount) -> None:
    row = a_row(LINK, "r1", scene.clock.now(), status="FAILED", reason="Aborted", recovered_by="arn:x", recovery=[])
    account.stories.rows.append(row)

    assert "FAILED         Aborted, recovered" in account.type("history").stdout


def test_a_note_shows_who_did_what_to_automation_and_why(scene: Scene) -> None:
    cleared = {"reason": "LinkDark", "sentence": "It stayed dark.", "by": "r1", "at": "2026-01-01T00:00:00+00:00"}
    record = {"schema": 1, "what": "cleared", "by": "user/eve", "why": "New optics are in.", "cleared": cleared}

    line = line_of(StoryRow(LINK, "note", "cleared", scene.clock.now(), record))

    assert (line.what, line.result, line.reason, line.sentence, line.by) == (
        *("note", "cleared", "LinkDark", "New optics are in.", "user/eve"),
    )


def test_the_last_verdict_of_a_link_that_is_no_more_has_nothing_after_it(scene: Scene) -> None:
    row = StoryRow(LINK, "verdict", "000009", scene.clock.now(), {"before": {}, "after": None, "sentence": "Gone."})

    assert (line_of(row).result, line_of(row).reason) == ("GONE", "")
