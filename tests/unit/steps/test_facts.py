"""What a judgement depends on is read in batches, and only for links to which it applies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dxmacsec.errors import ServiceFault
from dxmacsec.interfaces import KeySecrets, Owner, Pause
from dxmacsec.model import KeyVersion, Label, Link, ManagedSecret
from dxmacsec.policy.compliance import Facts, judge
from dxmacsec.steps.facts import Reading, read_about
from dxmacsec.steps.locks import DEAD_LOCK_CLEARANCE, RECOVERY_FIRST
from tests.unit.steps.test_judge_links import ALIVE, FAULT, many, ours, settled
from tests.worlds.estates import HOSTED, INTERCONNECT, LINK, a_connection, an_interconnect
from tests.worlds.scene import LIMITS, Scene, a_scene
from tests.worlds.trouble import BEFORE


class Stale:
    """Key secrets whose list is a while old; read by itself, each is as it is now."""

    def __init__(self, target: KeySecrets, listed: dict[str, tuple[KeyVersion, ...]]) -> None:
        self._target = target
        self._listed = listed

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - stands for the target
        return getattr(self._target, name)

    def labelled(self, links: list[str]) -> dict[str, tuple[KeyVersion, ...]]:
        return {link: self._listed[link] for link in links if link in self._listed}


def stale(scene: Scene, listed: dict[str, tuple[KeyVersion, ...]]) -> Scene:
    secrets: Any = Stale(scene.world.key_secrets, listed)
    return replace(scene, world=replace(scene.world, key_secrets=secrets))


def links(scene: Scene) -> tuple[Link, ...]:
    return scene.world.direct_connect.links()


def read(scene: Scene) -> Reading:
    return read_about(links(scene), scene.compliance.all_standings(), scene.world)


def facts(scene: Scene, link_id: str = LINK) -> Facts:
    return read(scene).facts(scene.link(link_id), scene.world)


def test_a_list_that_names_all_keys_is_believed() -> None:
    scene = settled(many(12))
    before = scene.trouble.count("key_secrets.versions")

    reading = read(scene)

    assert len(reading.versions) == 12
    assert scene.trouble.count("key_secrets.versions") == before


def test_a_list_that_is_older_than_a_key_is_not_believed() -> None:
    scene = settled(many(12))
    listed = scene.key_secrets.labelled(list(scene.compliance.rows))
    late = min(listed)
    before = scene.trouble.count("key_secrets.versions")

    reading = read(stale(scene, {**listed, late: ()}))

    assert scene.trouble.count("key_secrets.versions") - before == 1
    assert reading.versions[late] == listed[late]
    assert "KeyUnknown" not in judge(reading.facts(scene.link(late), scene.world)).reasons


def test_a_stranger_s_key_is_still_a_stranger_s_after_the_second_read() -> None:
    scene = a_scene()
    scene.key_secrets.create(LINK)

    judgement = judge(facts(scene))

    assert scene.trouble.count("key_secrets.versions") == 1
    assert "KeyUnknown" in judgement.reasons


@pytest.mark.parametrize(("of_key", "of_version"), [(str.upper, str.lower), (str.lower, str.upper)])
def test_the_case_of_a_ckn_means_nothing(of_key: Callable[[str], str], of_version: Callable[[str], str]) -> None:
    scene = settled()
    link = scene.link(LINK)
    (key,) = link.keys
    link = replace(link, keys=(replace(key, ckn=of_key(key.ckn)),))
    version = KeyVersion("version-0", of_version(key.ckn), frozenset({Label.IN_USE}))
    before = scene.trouble.count("key_secrets.versions")

    reading = read_about([link], {}, stale(scene, {LINK: (version,)}).world)

    assert scene.trouble.count("key_secrets.versions") == before
    assert "KeyUnknown" not in judge(reading.facts(link, scene.world)).reasons


def test_a_key_secret_that_is_deleted_since_the_list_was_made_keeps_no_link_from_being_judged() -> None:
    scene = settled(many(2))
    listed = scene.key_secrets.labelled(list(scene.compliance.rows))
    lost, kept = sorted(listed)
    scene.key_secrets.schedule_deletion(lost)

    reading = read(stale(scene, {**listed, lost: ()}))

    assert (reading.versions[lost], reading.versions[kept]) == ((), listed[kept])
    assert "KeyUnknown" in judge(reading.facts(scene.link(lost), scene.world)).reasons


def test_a_second_read_that_fails_is_no_verdict() -> None:
    scene = a_scene()
    scene.key_secrets.create(LINK)
    scene.trouble.at("key_secrets.versions", BEFORE, FAULT)

    with pytest.raises(ServiceFault):
        read(scene)


@pytest.mark.parametrize(("macsec", "times"), [(True, 0), (False, 1)])
def test_locations_are_read_only_where_a_link_can_not_do_macsec(*, macsec: bool, times: int) -> None:
    scene = a_scene(a_connection(keys=int(macsec), macsec=macsec, mode="no_encrypt"))

    reading = read(scene)

    assert scene.trouble.count("direct_connect.macsec_speeds") == times
    assert (reading.facts(scene.link(LINK), scene.world).macsec_speeds is not None) is bool(times)


def test_nothing_is_asked_about_hosted_connections() -> None:
    scene = a_scene(an_interconnect())

    reading = read(scene)

    for call in ("key_secrets.labelled", "fleet_ledger.rotating", "fleet_ledger.key_since"):
        (seen,) = (each for each in scene.trouble.seen if each.name == call)
        assert list(seen.arguments[0]) == [INTERCONNECT], call
    assert scene.trouble.count("direct_connect.macsec_speeds") == 0
    assert judge(reading.facts(scene.link(HOSTED), scene.world)).reason == "HostedConnection"


def test_managed_secrets_are_asked_for_once_and_only_those_of_held_keys() -> None:
    scene = settled(many(2))
    first, second = links(scene)
    (key,) = first.keys
    assert key.secret_arn
    scene.managed.delete(key.secret_arn, scene.clock.now())

    reading = read(scene)

    assert reading.managed == {
        key.secret_arn: ManagedSecret.GONE,
        second.keys[0].secret_arn: ManagedSecret.PRESENT,
    }


@pytest.mark.parametrize(
    ("ended_ago", "rotates", "is_recovered"),
    [
        (None, True, False),
        ((DEAD_LOCK_CLEARANCE + RECOVERY_FIRST), True, False),
        ((DEAD_LOCK_CLEARANCE + RECOVERY_FIRST) + timedelta(seconds=1), False, True),
        (LIMITS.abandoned_after, False, True),
        (LIMITS.abandoned_after + timedelta(seconds=1), False, False),
    ],
)
def test_a_rotation_whose_execution_is_dead_is_none_and_is_recovered_for_a_while(
    ended_ago: timedelta | None, *, rotates: bool, is_recovered: bool
) -> None:
    scene = settled()
    scene.ledger.take_rotation(LINK, None, Owner(ALIVE, "r1", scene.clock.now()))
    if ended_ago is not None:
        scene.executions.ended[ALIVE] = scene.clock.now()
        scene.clock.sleep(ended_ago.total_seconds())

    seen = facts(scene)

    assert (seen.rotating, seen.recovering) == (rotates, is_recovered)


@pytest.mark.parametrize(("reason", "refused"), [("NotFromHere", True), ("ModeLowered", False)])
def test_a_pause_of_enforcement_says_why_and_by_whom(reason: str, *, refused: bool) -> None:
    scene = settled()
    scene.ledger.enforcement_pauses[LINK] = Pause(reason, "It was so.", "e1", scene.clock.now())

    seen = facts(scene)

    assert seen.enforcement_paused == f"{reason} of e1: It was so."
    assert seen.mode_refused is refused


def test_a_link_without_a_pause_is_not_paused() -> None:
    seen = facts(settled())

    assert (seen.enforcement_paused, seen.mode_refused) == (None, False)


@pytest.mark.parametrize("keyed", [False, True])
def test_that_a_link_had_a_key_once_is_what_the_ledger_says(*, keyed: bool) -> None:
    scene = settled(a_connection(keys=int(keyed)))
    if keyed:
        (key,) = scene.link(LINK).keys
        scene.twin.call("DisassociateMacSecKey", {"connectionId": LINK, "secretARN": key.secret_arn})
        scene.clock.sleep(300)

    assert facts(scene).keyed_before is keyed
    assert judge(facts(scene)).reason == ("NoKey" if keyed else "NeverKeyed")


def test_reading_nothing_asks_for_no_link() -> None:
    scene = a_scene()
    ours(scene, LINK)

    reading = read_about([], {}, scene.world)

    assert (reading.versions, reading.managed, reading.rotating, reading.speeds) == ({}, {}, {}, {})
