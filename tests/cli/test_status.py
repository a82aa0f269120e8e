from __future__ import annotations

import json
from datetime import timedelta

import pytest

from cli.ending import Ending
from dxmacsec.compliance import Standing, Status
from dxmacsec.errors import LinkNotFound
from dxmacsec.interfaces import Owner, Pause, TaskRow
from dxmacsec.model import RouterTaskKind
from tests.cli.played import CKN, PlayedAccount, a_row, a_verdict, entered, execution, played
from tests.worlds.estates import LAG, LINK, MEMBERS, PARTNER, a_lag
from tests.worlds.scene import Scene, a_scene

TOKEN = "the right to answer"  # noqa: S105 - a token of nobody


def rotating(scene: Scene, account: PlayedAccount, state: str = "ProveOnRouter") -> None:
    """Have a rotation wait for the router of the first link."""
    now = scene.clock.now()
    scene.ledger.rotation_locks[f"LINK#{LINK}"] = Owner(execution("r1"), "r1", now - timedelta(minutes=20))
    account.step_functions.events[execution("r1")] = [
        entered("TakeLock", now - timedelta(minutes=20)),
        entered(state, now - timedelta(minutes=7)),
    ]
    message = {"ports": [LINK], "ckn": CKN, "what": "Prefer this key on every port.", "token": TOKEN}
    sent, deadline = now - timedelta(minutes=7), now + timedelta(hours=3)
    account.stories.waiting.append(
        TaskRow("r1.prove.1", LINK, RouterTaskKind.PROVE, "r1", TOKEN, sent, deadline, message)
    )


def judged(scene: Scene, link: str, status: Status, *reasons: str) -> None:
    scene.ledger.standings[link] = Standing(link, 1, status, reasons, "What was seen.", scene.clock.now())


def test_the_most_urgent_link_stands_first_and_the_last_line_sums_up(scene: Scene, account: PlayedAccount) -> None:
    judged(scene, LINK, Status.COMPLIANT, "Compliant")
    judged(scene, PARTNER, Status.NON_COMPLIANT, "ModeNotEnforced", "KeyTooOld")

    lines = account.type("status").stdout.splitlines()

    assert lines[1].split()[:2] == ["FIX", PARTNER]
    assert "ModeNotEnforced +1" in lines[1]
    assert lines[2].split()[:2] == ["ok", LINK]
    assert any(line.startswith("2 links in 123456789012/us-east-1: 1 FIX") for line in lines)


@pytest.mark.parametrize("columns", [80, 100, 120, 160])
def test_the_table_fits_its_terminal_and_loses_no_link(scene: Scene, account: PlayedAccount, columns: int) -> None:
    rotating(scene, account)
    judged(scene, PARTNER, Status.NON_COMPLIANT, "ManagedSecretDeleted", "KeyTooOld", "ModeNotEnforced")

    lines = account.type("status", columns=columns).stdout.splitlines()

    assert max(map(len, lines)) <= columns
    assert {LINK, PARTNER} <= {word for line in lines for word in line.split()}


def test_names_and_places_come_where_there_is_room(account: PlayedAccount) -> None:
    narrow, wide, widest = (account.type("status", columns=columns).stdout for columns in (80, 120, 146))

    assert ("north-a" in narrow, "north-a" in wide, "EqDC2" in wide, "EqDC2" in widest) == (False, True, False, True)


def test_a_dark_port_is_named_without_colour(scene: Scene, account: PlayedAccount) -> None:
    scene.twin.drop_port(LINK)
    scene.clock.sleep(600)

    shown = account.type("status").stdout

    assert f"DOWN {LINK}" in shown
    assert "DOWN 1/1" in shown


def test_the_dark_port_of_a_lag_is_named_under_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = a_scene(a_lag())
    scene.twin.drop_port(MEMBERS[1])
    scene.clock.sleep(600)

    shown = played(scene, monkeypatch).type("status").stdout

    assert "DOWN 1/2" in shown
    assert f"{LAG} DOWN: no encryption on {MEMBERS[1]}" in shown


@pytest.mark.parametrize("columns", [80, 106, 120, 146])
def test_no_word_of_the_table_is_broken(scene: Scene, account: PlayedAccount, columns: int) -> None:
    rotating(scene, account, "AwaitAssociated")
    judged(scene, PARTNER, Status.NON_COMPLIANT, "ManagedSecretDeleted", "KeyTooOld")

    words = account.type("status", columns=columns).stdout.split()

    whole = {"ManagedSecretDeleted", LINK, PARTNER} | ({"AwaitAssociated"} if columns > 80 else set())
    assert whole <= set(words)


def test_json_has_a_stable_shape_and_never_the_token(scene: Scene, account: PlayedAccount) -> None:
    rotating(scene, account)

    printed = account.type("status", "--json").stdout
    document = json.loads(printed)

    assert set(document) == {"schema", "account", "region", "at", "counts", "links"}
    assert document["schema"] == 1
    (first, _) = document["links"]
    assert set(first) == {
        *("id", "name", "kind", "location", "bandwidth", "state", "macsec_capable", "mode", "urgency", "encryption"),
        *("keys", "key_since", "key_age_days", "due_at", "due", "group", "verdict", "paused", "enforcement_paused"),
        *("rotation", "acting", "router_mode", "tasks", "warnings"),
    }
    assert (first["id"], first["urgency"], first["group"]) == (LINK, "ANSWER", "datacentre-north")
    assert (first["rotation"]["id"], first["rotation"]["state"]) == ("r1", "ProveOnRouter")
    assert first["encryption"]["up"] == first["encryption"]["of"] == 1
    (task,) = first["tasks"]
    assert (task["task"], task["kind"], task["ckn"]) == ("r1.prove.1", "prove", CKN)
    assert TOKEN not in printed


def test_the_token_is_on_no_terminal(scene: Scene, account: PlayedAccount) -> None:
    rotating(scene, account)

    shown = (
        account.type("status").stdout
        + account.type("status", LINK).stdout
        + account.type("status", LINK, "--json").stdout
    )

    assert TOKEN not in shown


def test_a_story_says_what_it_waits_for_and_the_command_that_answers(scene: Scene, account: PlayedAccount) -> None:
    rotating(scene, account)

    shown = account.type("status", LINK).stdout

    assert shown.startswith(f"ANSWER {LINK} north-a")
    assert "rotation r1" in shown
    assert "ProveOnRouter, 7 min ago" in shown
    assert "3 h 00 min left" in shown
    assert "dxmacsec answer r1.prove.1 --ckn CKN" in shown
    assert 'dxmacsec answer r1.prove.1 --failed "why"' in shown


def test_a_story_names_partners_keys_and_the_last_records(scene: Scene, account: PlayedAccount) -> None:
    now = scene.clock.now()
    account.stories.rows += [a_row(LINK, f"r{number}", now - timedelta(days=number)) for number in range(9)]
    account.stories.rows.append(a_verdict(PARTNER, now))

    shown = account.type("status", LINK).stdout

    assert f"datacentre-north, with {PARTNER} north-b (up)" in shown
    assert "adopted: we hold no CAK" in shown
    assert {f"r{number}" for number in range(5)} <= set(shown.split())
    assert "r5" not in shown.split()


def test_a_pause_of_the_product_is_cleared_and_one_by_hand_resumed(scene: Scene, account: PlayedAccount) -> None:
    now = scene.clock.now()
    scene.ledger.pauses[LINK] = Pause("LinkDark", "The line stayed dark.", "r1", now - timedelta(hours=2))
    scene.ledger.pauses[PARTNER] = Pause("PausedByHand", "New optics.", "user/eve", now)
    scene.ledger.enforcement_pauses[LINK] = Pause("ModeLowered", "It was lowered.", "e1", now)

    ours, by_hand = (account.type("status", link).stdout for link in (LINK, PARTNER))

    assert "LinkDark, 2 h 00 min ago by r1" in ours
    assert f"dxmacsec clear {LINK} --reason" in ours
    assert f"dxmacsec clear {LINK} --enforcement --reason" in ours
    assert f"dxmacsec resume {PARTNER}" in by_hand
    assert "dxmacsec clear" not in by_hand


def test_one_link_as_json_has_the_shape_of_all_and_its_story(scene: Scene, account: PlayedAccount) -> None:
    account.stories.rows.append(a_row(LINK, "r0", scene.clock.now()))

    document = json.loads(account.type("status", LINK, "--json").stdout)

    (link,) = document["links"]
    assert set(link["story"]) == {"keys", "partners", "history"}
    assert link["story"]["partners"] == [{"id": PARTNER, "name": "north-b", "encrypted": True}]
    assert [line["id"] for line in link["story"]["history"]] == ["r0"]


@pytest.mark.parametrize(
    ("status", "ending"),
    [(Status.NON_COMPLIANT, Ending.NOT_COMPLIANT), (Status.WARNING, Ending.DONE)],
    ids=["not compliant", "only a warning"],
)
def test_check_ends_with_its_own_exit_code(
    scene: Scene, account: PlayedAccount, status: Status, ending: Ending
) -> None:
    judged(scene, PARTNER, status, "Whatever")

    assert account.type("status", "--check").exit_code == ending
    assert account.type("status").exit_code == Ending.DONE
    assert account.type("status", LINK, "--check").exit_code == Ending.DONE


def test_an_unknown_link_is_refused(account: PlayedAccount) -> None:
    assert isinstance(account.type("status", "dxcon-nobody00").exception, LinkNotFound)


def test_a_lock_whose_execution_nobody_knows_is_shown_without_a_state(scene: Scene, account: PlayedAccount) -> None:
    scene.ledger.acting_locks[LINK] = Owner(execution("gone"), "gone", scene.clock.now() - timedelta(minutes=3))

    assert f"{LINK} mode 3 min (gone)" in account.type("status").stdout
    assert "its state is not known" in account.type("status", LINK).stdout
