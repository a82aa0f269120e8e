"""The sweep finds what no event told, in pages and batches, and writes only what is new."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from dxmacsec.compliance import Looked
from dxmacsec.errors import ServiceFault
from dxmacsec.model import MUST_ENCRYPT, SHOULD_ENCRYPT
from dxmacsec.steps.sweep_links import sweep_links
from tests.unit.steps.test_hear_change import lacking
from tests.unit.steps.test_judge_links import FAULT, about, change_mode, hold, many, ours, settled, standing, started
from tests.worlds.estates import (
    HOSTED,
    INTERCONNECT,
    LAG,
    LINK,
    MEMBERS,
    PARTNER,
    SPARE,
    a_lag,
    a_pair_of_connections,
    an_interconnect,
)
from tests.worlds.scene import Scene, a_scene
from tests.worlds.trouble import BEFORE, FunctionDied, raising


def calls_of_a_sweep(scene: Scene) -> Counter[str]:
    before = len(scene.trouble.seen)
    sweep_links(scene.world)
    return Counter(seen.name for seen in scene.trouble.seen[before:])


def test_a_sweep_of_many_links_makes_the_calls_of_a_sweep_of_one() -> None:
    assert calls_of_a_sweep(settled(many(40))) == calls_of_a_sweep(settled(many(1)))


def test_a_second_sweep_writes_and_tells_nothing() -> None:
    scene = settled(many(3))

    calls = calls_of_a_sweep(scene)

    assert [name for name in calls if name.startswith(("herald", "remedies", "findings"))] == []
    assert calls["compliance_ledger.note_standing"] == calls["compliance_ledger.mark_told"] == 0


def test_every_kind_of_link_is_judged_and_members_are_not() -> None:
    lag, interconnect = a_scene(a_lag()), a_scene(an_interconnect())

    sweep_links(lag.world)
    sweep_links(interconnect.world)

    assert set(lag.compliance.rows) == {LAG, SPARE}
    assert set(interconnect.compliance.rows) == {INTERCONNECT, HOSTED}
    assert standing(interconnect, HOSTED).reasons == ("HostedConnection",)


def test_a_drift_that_no_event_told_is_brought_back_and_names_nobody() -> None:
    scene = settled()
    change_mode(scene, SHOULD_ENCRYPT)

    looked = sweep_links(scene.world)

    assert (looked.changed, len(looked.started)) == ((LINK,), 1)
    assert (looked.counts, looked.statuses) == ({"ModeNotEnforced": 1}, {"NON_COMPLIANT": 1})
    assert standing(scene).change is None
    assert "found by the sweep" in scene.remedies.enforcements[started(LINK)][1]


@pytest.mark.parametrize("seconds", [0, 3600])
def test_a_link_that_is_deleting_or_deleted_is_retired_and_not_judged(seconds: int) -> None:
    scene = settled(a_pair_of_connections(declared=False))
    scene.twin.call("DeleteConnection", {"connectionId": LINK}, principal="person")
    scene.clock.sleep(seconds)

    looked = sweep_links(scene.world)

    assert (looked.retired, looked.counts) == ((LINK,), {"Compliant": 1})
    assert set(scene.compliance.rows) == {PARTNER}
    assert "found by the sweep" in scene.herald.alerts[0][1]
    assert sweep_links(scene.world).retired == ()


def test_a_list_that_lacks_a_link_which_still_exists_is_no_proof() -> None:
    scene = settled(many(3))
    first = min(scene.compliance.rows)

    looked = sweep_links(lacking(scene, first).world)

    assert (looked.retired, looked.troubles) == ((), ())
    assert first in scene.compliance.rows
    assert (scene.key_secrets.deleted, scene.herald.alerts) == (set(), [])


def test_a_connection_that_became_a_member_ends_its_own_standing() -> None:
    scene = settled(a_lag())
    scene.twin.call("AssociateConnectionWithLag", {"connectionId": SPARE, "lagId": LAG}, principal="person")

    looked = sweep_links(scene.world)

    assert looked.retired == (SPARE,)
    assert set(scene.compliance.rows) == {LAG}


def test_a_member_that_leaves_its_lag_stands_for_itself() -> None:
    scene = settled(a_lag())
    scene.twin.call("DisassociateConnectionFromLag", {"connectionId": MEMBERS[0], "lagId": LAG}, principal="person")

    sweep_links(scene.world)

    assert set(scene.compliance.rows) == {LAG, SPARE, MEMBERS[0]}


def test_links_that_wait_count_as_they_stood() -> None:
    scene = settled(a_pair_of_connections(declared=False))
    hold(scene)

    looked = sweep_links(scene.world)

    assert looked.waiting == (LINK,)
    assert sum(looked.counts.values()) == 1
    assert sum(looked.statuses.values()) == 2


def swept_again(scene: Scene) -> Looked:
    scene.trouble.forget()
    return sweep_links(scene.world)


def test_a_sweep_that_died_half_way_goes_on_where_it_was() -> None:
    scene = settled(many(6))
    links = sorted(scene.compliance.rows)
    for link in links:
        change_mode(scene, SHOULD_ENCRYPT, link)
    scene.trouble.at("compliance_ledger.note_standing", BEFORE, raising(FunctionDied()), nth=4)
    with pytest.raises(FunctionDied):
        sweep_links(scene.world)

    looked = swept_again(scene)

    assert looked.changed == tuple(links[3:])
    assert sorted(scene.remedies.enforcements) == [started(link) for link in links]
    assert all((row.version, row.told) == (2, True) for row in scene.compliance.rows.values())


def test_a_link_in_trouble_keeps_no_other_from_being_swept_or_retired() -> None:
    scene = settled(many(3))
    first, second, third = sorted(scene.compliance.rows)
    change_mode(scene, SHOULD_ENCRYPT, first)
    change_mode(scene, SHOULD_ENCRYPT, second)
    scene.twin.call("DeleteConnection", {"connectionId": third}, principal="person")
    scene.trouble.always("compliance_ledger.note_standing", BEFORE, about(scene, first))

    looked = sweep_links(scene.world)

    assert [trouble.link for trouble in looked.troubles] == [first]
    assert (looked.changed, looked.retired) == ((second,), (third,))
    assert swept_again(scene).changed == (first,)


def test_trouble_at_retiring_is_told_and_made_good_by_the_next_sweep() -> None:
    scene = settled(many(2))
    first, second = sorted(scene.compliance.rows)
    for link in (first, second):
        scene.twin.call("DeleteConnection", {"connectionId": link}, principal="person")
    scene.trouble.always("compliance_ledger.retire", BEFORE, about(scene, first))

    looked = sweep_links(scene.world)

    assert ([trouble.link for trouble in looked.troubles], looked.retired) == ([first], (second,))
    assert swept_again(scene).retired == (first,)


@pytest.mark.parametrize("call", ["direct_connect.links", "compliance_ledger.all_standings"])
def test_a_sweep_without_its_lists_retires_nothing(call: str) -> None:
    scene = settled()
    scene.trouble.at(call, BEFORE, FAULT)

    with pytest.raises(ServiceFault):
        sweep_links(scene.world)

    assert LINK in scene.compliance.rows


def test_a_key_that_grew_old_is_found_by_the_sweep_alone() -> None:
    scene = a_scene(many(1, mode=MUST_ENCRYPT), max_key_age=timedelta(days=90))
    (link,) = (each.id for each in scene.world.direct_connect.links())
    ours(scene, link)
    sweep_links(scene.world)
    assert standing(scene, link).reasons == ("Compliant",)

    scene.clock.sleep(timedelta(days=91).total_seconds())
    looked = sweep_links(scene.world)

    assert looked.counts == {"KeyTooOld": 1}
    assert [links for links, _ in scene.remedies.rotations.values()] == [(link,)]


def test_a_sweep_in_another_configuration_judges_anew() -> None:
    scene = settled()
    change_mode(scene, SHOULD_ENCRYPT)
    audited = replace(scene, world=scene.with_limits(enforcement="audit").world)
    assert sweep_links(audited.world).started == ()

    assert len(sweep_links(scene.world).started) == 1


def test_a_link_whose_remedy_fails_is_judged_and_counted_once() -> None:
    scene = settled(a_pair_of_connections(declared=False))
    change_mode(scene, SHOULD_ENCRYPT)
    scene.trouble.always("remedies.enforce", BEFORE, about(scene, LINK))

    looked = sweep_links(scene.world)

    assert [trouble.link for trouble in looked.troubles] == [LINK]
    assert sum(looked.statuses.values()) == sum(looked.counts.values()) == 2


def test_an_old_key_waits_for_its_turn_while_the_coordinator_speaks_and_is_handed_over_when_it_is_silent() -> None:
    scene = settled(many(1)).with_limits(coordinated=True)
    scene.clock.sleep(timedelta(days=91).total_seconds())
    scene.fleet_ledger.note_coordinator("organisation-1", scene.clock.now())

    sweep_links(scene.world)
    spoken = dict(scene.remedies.rotations)
    scene.clock.sleep(timedelta(hours=51).total_seconds())
    sweep_links(scene.world)

    assert spoken == {}
    assert len(scene.remedies.rotations) == 1
