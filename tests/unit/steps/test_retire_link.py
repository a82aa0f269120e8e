"""What is kept of a link goes when the link goes; a secret goes only where nobody can want it any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dxmacsec.compliance import Change
from dxmacsec.errors import AccessDenied
from dxmacsec.fleet import KeySince
from dxmacsec.interfaces import Owner, Pause
from dxmacsec.model import Link
from dxmacsec.steps.judge_links import EVENT
from dxmacsec.steps.locks import DEAD_LOCK_CLEARANCE, RECOVERY_FIRST
from dxmacsec.steps.retire_link import SECRET_GOES, SECRET_STAYS, SECRET_UNUSED, retire_links
from tests.unit.steps.test_judge_links import ALIVE, ANA, FAULT, about, hold, settled, standing
from tests.worlds.estates import LAG, LINK, PARTNER, SPARE, a_connection, a_lag, a_pair_of_connections
from tests.worlds.scene import Scene
from tests.worlds.trouble import AFTER, BEFORE, FunctionDied, raising


def deleted(scene: Scene, link_id: str = LINK) -> Scene:
    """Delete a link, as somebody in the console does."""
    scene.twin.call("DeleteConnection", {"connectionId": link_id}, principal="person")
    return scene


def gone(**limits: Any) -> Scene:  # noqa: ANN401 - any field of Limits
    return deleted(settled(**limits))


def retire(scene: Scene, *links: str, lag: Link | None = None, change: Change | None = None) -> tuple[str, ...]:
    """Retire links as the sweep does, and expect no trouble."""
    named = links or (LINK,)
    changes = dict.fromkeys(named, change) if change else {}
    standings = scene.world.compliance_ledger.all_standings()
    retired, troubles = retire_links(
        dict.fromkeys((each for each in named if each in standings), lag), standings, changes, scene.world
    )
    assert troubles == ()
    return retired


def names(scene: Scene) -> list[str]:
    return [seen.name for seen in scene.trouble.seen]


def test_all_that_is_kept_of_a_deleted_link_goes_and_its_records_stay() -> None:
    scene = gone()
    now = scene.clock.now()
    pause = Pause("ModeLowered", "Encryption dropped.", "r1", now)
    scene.fleet_ledger.keys[LINK] = KeySince("c" * 64, now, "r1")
    scene.ledger.pauses[LINK] = scene.ledger.enforcement_pauses[LINK] = pause

    assert retire(scene) == (LINK,)

    assert (scene.compliance.rows, scene.fleet_ledger.keys) == ({}, {})
    assert (scene.ledger.pauses, scene.ledger.enforcement_pauses) == ({}, {})
    assert scene.key_secrets.deleted == {LINK}
    first, last = scene.compliance.verdicts[LINK]
    assert first["after"]["reasons"] == ["Compliant"]
    assert (last["before"], last["after"], last["reason"]) == (first["after"], None, "LinkDeleted")


def test_people_and_the_bus_hear_before_the_rows_go() -> None:
    scene = gone(security_hub=True)
    since = len(scene.trouble.seen)

    retire(scene)

    order = names(scene)[since:]
    last = order.index("compliance_ledger.retire")
    for told in ("key_secrets.schedule_deletion", "herald.alert", "herald.event", "findings.resolve"):
        assert order.index(told) < last, told


def test_whoever_dies_at_any_call_is_made_good_by_the_next_one() -> None:
    smooth = gone(security_hub=True)
    before = len(smooth.trouble.seen)
    retire(smooth)
    calls = len(smooth.trouble.seen) - before
    assert calls > 6

    for number in range(calls):
        for when in (BEFORE, AFTER):
            scene = gone(security_hub=True)
            scene.trouble.at_call(len(scene.trouble.seen) + number, when, raising(FunctionDied()))
            with pytest.raises(FunctionDied):
                retire(scene)
            where = f"{when} {scene.trouble.seen[-1].name}"

            retire(scene)

            assert scene.compliance.rows == {}, where
            assert scene.key_secrets.deleted == {LINK}, where
            assert {subject for subject, _ in scene.herald.alerts} == {f"dxmacsec {LINK}: LinkDeleted"}, where
            assert {detail["reason"] for _, detail in scene.herald.events} == {"LinkDeleted"}, where
            assert list(scene.findings.resolved) == [LINK], where
            assert len(scene.compliance.verdicts[LINK]) == 2, where


def rotating(scene: Scene) -> None:
    scene.ledger.take_rotation(LINK, None, Owner(ALIVE, "r1", scene.clock.now()))


def acting(scene: Scene) -> None:
    hold(scene)


@pytest.mark.parametrize("held", [rotating, acting])
def test_a_link_with_a_lock_stays_until_its_owner_can_do_nothing_more(held: Callable[[Scene], None]) -> None:
    scene = gone()
    held(scene)

    assert retire(scene) == ()
    scene.executions.ended[ALIVE] = scene.clock.now()
    scene.clock.sleep((DEAD_LOCK_CLEARANCE + RECOVERY_FIRST).total_seconds())
    assert retire(scene) == ()
    assert (scene.herald.alerts, scene.herald.events, scene.key_secrets.deleted) == ([], [], set())

    scene.clock.sleep(timedelta(seconds=1).total_seconds())
    assert retire(scene) == (LINK,)


def test_a_link_that_still_exists_stays() -> None:
    scene = settled()

    assert retire(scene) == ()

    assert LINK in scene.compliance.rows
    assert (scene.herald.alerts, scene.key_secrets.deleted) == ([], set())


@pytest.mark.parametrize(
    ("limits", "keys", "sentence", "secrets"),
    [
        ({}, 1, SECRET_GOES, {LINK}),
        ({"enforcement": "audit"}, 1, SECRET_STAYS, set()),
        ({}, 0, SECRET_UNUSED, set()),
        ({"enforcement": "audit"}, 0, SECRET_UNUSED, set()),
    ],
)
def test_the_key_secret_goes_only_in_enforce_and_people_read_what_becomes_of_it(
    limits: dict[str, Any], keys: int, sentence: str, secrets: set[str]
) -> None:
    scene = deleted(settled(a_connection(keys=keys), **limits))
    scene.key_secrets.create(LINK)

    retire(scene, change=ANA)

    assert scene.key_secrets.deleted == secrets
    [(_, text)] = scene.herald.alerts
    assert sentence in text
    assert ("off the router" in text) is bool(keys)
    assert f"{ANA.call} by {ANA.by}" in text


def test_a_member_of_a_lag_keeps_its_key_secret_and_nobody_is_written_to() -> None:
    scene = settled(a_lag())
    scene.twin.call("AssociateConnectionWithLag", {"connectionId": SPARE, "lagId": LAG}, principal="person")
    scene.compliance.rows[SPARE] = replace(standing(scene, SPARE), keyed=True)
    scene.key_secrets.create(SPARE)

    assert retire(scene, SPARE, lag=scene.link(LAG)) == (SPARE,)

    assert (scene.key_secrets.deleted, scene.herald.alerts) == (set(), [])
    [(kind, detail)] = scene.herald.events
    assert (kind, detail["reason"], detail["link"]) == (EVENT, "JoinedLag", SPARE)
    assert LAG in detail["sentence"]
    assert scene.compliance.verdicts[SPARE][-1]["reason"] == "JoinedLag"


def test_a_standing_that_somebody_wrote_meanwhile_stays() -> None:
    scene = gone()

    def write_another() -> None:
        scene.compliance.rows[LINK] = replace(standing(scene), version=2)

    scene.trouble.at("compliance_ledger.retire", BEFORE, write_another)

    assert retire(scene) == ()
    assert retire(scene) == (LINK,)


def test_trouble_with_one_link_keeps_no_other_and_its_rows_stay() -> None:
    scene = deleted(deleted(settled(a_pair_of_connections(declared=False))), PARTNER)
    scene.trouble.always("key_secrets.schedule_deletion", BEFORE, about(scene, LINK))
    standings = scene.compliance.all_standings()

    retired, troubles = retire_links({LINK: None, PARTNER: None}, standings, {}, scene.world)

    assert (retired, [(each.link, each.error) for each in troubles]) == ((PARTNER,), [(LINK, "ServiceFault")])
    assert set(scene.compliance.rows) == {LINK}


@pytest.mark.parametrize("action", [FAULT, raising(AccessDenied("may not read it"))])
def test_a_read_that_fails_proves_nothing(action: Callable[[], None]) -> None:
    scene = gone()
    scene.trouble.at("direct_connect.link", BEFORE, action)
    standings = scene.compliance.all_standings()

    retired, troubles = retire_links({LINK: None}, standings, {}, scene.world)

    assert (retired, [each.link for each in troubles]) == ((), [LINK])
    assert (set(scene.compliance.rows), scene.key_secrets.deleted) == ({LINK}, set())


def test_without_security_hub_no_finding_is_closed() -> None:
    scene = gone()

    retire(scene)

    assert scene.findings.resolved == {}
