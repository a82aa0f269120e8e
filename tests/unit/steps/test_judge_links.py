"""Look, judge, bring back, write down, tell: with crashes, with another judge, with locks that somebody holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dxmacsec.compliance import Change, Looked, PromptKind, Remedy, Standing, Status
from dxmacsec.errors import AccessDenied, ServiceFault
from dxmacsec.interfaces import Owner
from dxmacsec.model import MUST_ENCRYPT, SHOULD_ENCRYPT, KeyPair, Label
from dxmacsec.policy.remedy import TRIED_FOR
from dxmacsec.steps import judge_links as judging
from dxmacsec.steps.judge_links import EVENT, SETTLING, judge_links
from dxmacsec.steps.locks import DEAD_LOCK_CLEARANCE, RECOVERY_FIRST
from dxmacsec.steps.sweep_links import sweep_links
from sandbox.twin import Estate, PortPlan
from sandbox.twin.estates import LOCATIONS
from tests.worlds.estates import LINK, PARTNER, a_connection, a_pair_of_connections
from tests.worlds.outside import a_pair
from tests.worlds.scene import Scene, a_scene
from tests.worlds.trouble import AFTER, BEFORE, FunctionDied, raising

AT = datetime(2026, 3, 1, 11, 59, tzinfo=UTC)
ANA = Change("event-1", "UpdateConnection", "arn:aws:iam::123456789012:user/ana", AT)
CHANGED, FREED, AGAIN, ENDED = PromptKind.CHANGED, PromptKind.FREED, PromptKind.AGAIN, PromptKind.ENDED
FAULT = raising(ServiceFault("no answer"))
ALIVE = "arn:aws:states:us-east-1:123456789012:execution:RotateKey:r1"


LEFT_ALONE = DEAD_LOCK_CLEARANCE + RECOVERY_FIRST


def started(link: str, version: int = 2) -> str:
    """Return the name of the enforcement that a version of a link's standing starts at the scene's first hour."""
    return f"compliance-{link}-{version}-2026030112"


def many(number: int, *, keys: int = 1, mode: str = MUST_ENCRYPT) -> Estate:
    """Return so many connections."""
    ids = (f"dxcon-fmany{each:04d}" for each in range(number))
    return Estate(LOCATIONS, tuple(PortPlan(each, each, "EqDC2", mode=mode, keys=keys) for each in ids))


def ours(scene: Scene, link_id: str) -> None:
    """Let the link's key secret name each key that the link holds."""
    for number, key in enumerate(scene.link(link_id).keys):
        scene.key_secrets.create(link_id)
        labels = frozenset({Label.CURRENT, Label.IN_USE})
        scene.key_secrets.put(link_id, f"version-{number}", KeyPair(key.ckn, a_pair("any").cak), labels)


def settled(estate: Estate | None = None, **limits: Any) -> Scene:  # noqa: ANN401 - any field of Limits
    """Return a scene whose links have keys of ours and were judged and told once, with nothing on record before."""
    scene = a_scene(estate or a_connection(), **limits)
    for link in scene.world.direct_connect.links():
        ours(scene, link.id)
    sweep_links(scene.world)
    scene.herald.events.clear()
    scene.herald.alerts.clear()
    return scene


def change_mode(scene: Scene, mode: str, link_id: str = LINK) -> None:
    scene.twin.call("UpdateConnection", {"connectionId": link_id, "encryptionMode": mode}, principal="person")


def take_key(scene: Scene, link_id: str = LINK) -> None:
    (key,) = (key for key in scene.link(link_id).keys if key.held)
    scene.twin.call("DisassociateMacSecKey", {"connectionId": link_id, "secretARN": key.secret_arn}, principal="person")
    scene.clock.sleep(300)


def darken(scene: Scene, link_id: str = LINK) -> None:
    router = scene.twin.router(link_id)
    ckns = router.keys()
    for ckn in ckns:
        router.remove(ckn)
    scene.clock.sleep(60)


def look(
    scene: Scene, kind: PromptKind = CHANGED, change: Change | None = ANA, links: tuple[str, ...] = (LINK,)
) -> Looked:
    """Look at links as HearChange does, with the standings as they are now."""
    read = tuple(scene.world.direct_connect.link(each) for each in links)
    standings = scene.world.compliance_ledger.standings(links)
    return judge_links(read, dict.fromkeys(links, (kind, change)), standings, scene.world)


def standing(scene: Scene, link_id: str = LINK) -> Standing:
    return scene.compliance.rows[link_id]


def verdicts_told(scene: Scene) -> list[list[str]]:
    """Return the reasons of each verdict that the bus heard of."""
    return [detail["after"]["reasons"] for kind, detail in scene.herald.events if kind == EVENT]


def hold(scene: Scene, execution: str = ALIVE, link_id: str = LINK) -> Owner:
    """Let somebody be at work on a link."""
    owner = Owner(execution, "r1", scene.clock.now())
    scene.ledger.take_acting(link_id, owner)
    return owner


def about(scene: Scene, link_id: str) -> Callable[[], None]:
    """Return an action that fails when the call of now is about a link."""

    def act() -> None:
        if link_id in str(scene.trouble.seen[-1].arguments):
            message = f"no answer about {link_id}"
            raise ServiceFault(message)

    return act


HALFWAY = (
    ("compliance_ledger.acting", AFTER),
    ("key_secrets.labelled", AFTER),
    ("remedies.enforce", BEFORE),
    ("remedies.enforce", AFTER),
    ("compliance_ledger.note_standing", BEFORE),
)


@pytest.mark.parametrize(("call", "when"), HALFWAY)
def test_two_judges_with_the_same_thought_start_one_execution_and_write_one_version(call: str, when: str) -> None:
    scene = settled()
    change_mode(scene, SHOULD_ENCRYPT)
    others: list[Looked] = []
    scene.trouble.at(call, when, lambda: others.append(look(scene)))

    mine = look(scene)

    assert list(scene.remedies.enforcements) == [started(LINK)]
    assert (standing(scene).version, len(scene.compliance.verdicts[LINK])) == (2, 2)
    assert (others[0].changed, mine.changed) == ((LINK,), ())
    assert verdicts_told(scene) == [["ModeNotEnforced"]]
    assert standing(scene).told


def test_of_two_judges_only_the_one_whose_version_was_written_tells_people() -> None:
    scene = settled(enforcement="audit")
    change_mode(scene, SHOULD_ENCRYPT)
    others: list[Looked] = []
    scene.trouble.at("compliance_ledger.note_standing", BEFORE, lambda: others.append(look(scene)))

    look(scene)

    assert [subject for subject, _ in scene.herald.alerts] == [f"dxmacsec {LINK}: ModeNotEnforced"]


def drifted(scene: Scene) -> None:
    change_mode(scene, SHOULD_ENCRYPT)


@pytest.mark.parametrize(
    ("limits", "drift", "enforcements", "rotations", "letters"),
    [
        pytest.param({}, drifted, 1, 0, 0, id="the mode is brought back"),
        pytest.param({"enforcement": "audit"}, drifted, 0, 0, 1, id="people are told of the mode"),
        pytest.param({}, take_key, 0, 1, 1, id="the link is handed to the fleet and people are told"),
        pytest.param({"security_hub": True}, drifted, 1, 0, 0, id="a finding is made"),
    ],
)
def test_whoever_dies_at_any_call_is_made_good_by_the_next_look(
    limits: dict[str, Any], drift: Callable[[Scene], None], enforcements: int, rotations: int, letters: int
) -> None:
    smooth = settled(**limits)
    drift(smooth)
    before = len(smooth.trouble.seen)
    look(smooth)
    calls = len(smooth.trouble.seen) - before
    assert calls > 8

    for number in range(calls):
        for when in (BEFORE, AFTER):
            scene = settled(**limits)
            drift(scene)
            at = len(scene.trouble.seen) + number
            scene.trouble.at_call(at, when, raising(FunctionDied()))
            where = f"{when} call {number}"
            with pytest.raises(FunctionDied):
                look(scene)
            where += f", {scene.trouble.seen[-1].name}"

            look(scene)

            assert len(scene.remedies.enforcements) == enforcements, where
            assert len(scene.remedies.rotations) == rotations, where
            assert [len(scene.compliance.verdicts[LINK]), standing(scene).version] == [2, 2], where
            assert standing(scene).told, where
            assert list(standing(scene).reasons) in verdicts_told(scene), where
            assert len(scene.herald.alerts) >= letters, where
            assert bool(scene.herald.alerts) == bool(letters), where
            assert bool(scene.findings.reported) == bool(limits.get("security_hub")), where


def test_what_was_told_is_not_told_again() -> None:
    scene = settled(enforcement="audit")
    change_mode(scene, SHOULD_ENCRYPT)
    look(scene)

    again = look(scene)

    assert (len(scene.herald.alerts), len(verdicts_told(scene)), again.changed) == (1, 1, ())


@pytest.mark.parametrize("call", ["compliance_ledger.note_standing", "remedies.enforce", "herald.event"])
def test_a_link_in_trouble_does_not_keep_the_others(call: str) -> None:
    scene = settled(a_pair_of_connections(declared=False))
    for link in (LINK, PARTNER):
        change_mode(scene, SHOULD_ENCRYPT, link)
    scene.trouble.always(call, BEFORE, about(scene, LINK))

    looked = look(scene, links=(LINK, PARTNER))

    assert [(trouble.link, trouble.error) for trouble in looked.troubles] == [(LINK, "ServiceFault")]
    assert looked.changed == (PARTNER,)
    assert started(PARTNER) in scene.remedies.enforcements
    scene.trouble.forget()
    assert look(scene, links=(LINK, PARTNER)).troubles == ()
    assert standing(scene).told
    assert list(scene.remedies.enforcements) in (
        [started(PARTNER), started(LINK)],
        [started(LINK), started(PARTNER)],
    )


def test_whether_its_last_remedy_runs_is_a_question_of_one_link() -> None:
    scene = settled(a_pair_of_connections(declared=False))
    change_mode(scene, SHOULD_ENCRYPT)
    look(scene)
    change_mode(scene, SHOULD_ENCRYPT, PARTNER)
    scene.trouble.always("executions.run", BEFORE, FAULT)

    looked = look(scene, links=(LINK, PARTNER))

    assert [trouble.link for trouble in looked.troubles] == [LINK]
    assert looked.changed == (PARTNER,)


def test_links_that_need_a_key_are_handed_over_together() -> None:
    scene = settled(many(3))
    links = tuple(scene.compliance.rows)
    for link in links:
        take_key(scene, link)

    looked = look(scene, links=links)

    [(name, (handed, reason))] = scene.remedies.rotations.items()
    assert (handed, reason) == (links, "compliance: NoKey")
    assert len(set(looked.started)) == 1
    actions = [standing(scene, link).action for link in links]
    assert {action.execution.split(":")[-1] for action in actions if action} == {name}
    assert None not in actions


def test_a_hand_over_that_fails_keeps_no_other_link_from_being_brought_back() -> None:
    scene = settled(a_pair_of_connections(declared=False))
    take_key(scene)
    change_mode(scene, SHOULD_ENCRYPT, PARTNER)
    scene.trouble.at("remedies.rotate", BEFORE, raising(AccessDenied("may not start it")))

    looked = look(scene, links=(LINK, PARTNER))

    assert [(trouble.link, trouble.error) for trouble in looked.troubles] == [(LINK, "AccessDenied")]
    assert (standing(scene).version, looked.changed) == (1, (PARTNER,))
    assert len(looked.started) == 1
    assert look(scene, links=(LINK, PARTNER)).changed == (LINK,)
    assert [links for links, _ in scene.remedies.rotations.values()] == [(LINK,)]


def test_links_that_one_fleet_run_does_not_take_are_handed_over_by_the_next_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(judging, "MAX_LINKS", 2)
    scene = settled(many(3))
    links = tuple(scene.compliance.rows)
    for link in links:
        take_key(scene, link)

    for _ in range(2):
        look(scene, PromptKind.SWEPT, None, links)

    assert [handed for handed, _ in scene.remedies.rotations.values()] == [links[:2], links[2:]]


def test_a_change_leaves_word_at_a_lock_that_is_held_and_judges_nothing() -> None:
    scene = settled()
    hold(scene)
    change_mode(scene, SHOULD_ENCRYPT)

    looked = look(scene)

    assert (looked.waiting, looked.counts, scene.remedies.enforcements) == ((LINK,), {}, {})
    assert scene.ledger.waiting == {LINK: ANA}
    assert standing(scene).version == 1


def test_a_sweep_that_meets_a_lock_names_nobody() -> None:
    scene = settled()
    hold(scene)

    sweep_links(scene.world)

    assert scene.ledger.waiting == {LINK: Change("", "swept", "", scene.clock.now())}


@pytest.mark.parametrize(
    ("ended_ago", "waits"),
    [(LEFT_ALONE, True), (LEFT_ALONE + timedelta(seconds=1), False)],
)
def test_a_lock_counts_until_its_dead_owner_can_change_nothing_more(ended_ago: timedelta, *, waits: bool) -> None:
    scene = settled()
    hold(scene)
    scene.executions.ended[ALIVE] = scene.clock.now()
    change_mode(scene, SHOULD_ENCRYPT)
    scene.clock.sleep(ended_ago.total_seconds())

    looked = look(scene)

    assert bool(looked.waiting) is bool(scene.ledger.waiting) is waits
    assert bool(scene.remedies.enforcements) is not waits


def test_a_lock_that_is_freed_before_the_word_is_left_keeps_nobody() -> None:
    scene = settled()
    hold(scene)
    change_mode(scene, SHOULD_ENCRYPT)
    words: list[Change | None] = []

    def free() -> None:
        words.append(scene.ledger.free_acting(LINK, ALIVE))

    scene.trouble.at("compliance_ledger.wait_for_acting", BEFORE, free)

    looked = look(scene)

    assert words == [None]
    assert (looked.waiting, looked.changed, scene.ledger.waiting) == ((), (LINK,), {})


def test_a_lock_that_changes_hands_before_the_word_is_left_has_the_word_at_its_new_owner() -> None:
    scene = settled()
    hold(scene)
    change_mode(scene, SHOULD_ENCRYPT)

    def hand_over() -> None:
        scene.ledger.free_acting(LINK, ALIVE)
        hold(scene, "arn:next")

    scene.trouble.at("compliance_ledger.wait_for_acting", BEFORE, hand_over)

    looked = look(scene)

    assert (looked.waiting, scene.remedies.enforcements) == ((LINK,), {})
    assert scene.ledger.free_acting(LINK, "arn:next") == ANA


def test_the_end_of_our_own_doing_leaves_no_word_and_does_not_look_past_a_lock() -> None:
    scene = settled()
    hold(scene)
    change_mode(scene, SHOULD_ENCRYPT)

    looked = look(scene, ENDED)

    assert (looked.waiting, scene.ledger.waiting) == ((LINK,), {})
    assert scene.trouble.count("compliance_ledger.wait_for_acting") == 0
    assert standing(scene).version == 1


def test_the_end_of_our_own_doing_is_written_down_and_starts_nothing() -> None:
    scene = settled()
    change_mode(scene, SHOULD_ENCRYPT)

    looked = look(scene, ENDED)

    assert (looked.changed, looked.started, scene.remedies.enforcements) == ((LINK,), (), {})
    assert standing(scene).reasons == ("ModeNotEnforced",)
    assert look(scene, PromptKind.SWEPT, None).started != ()


@pytest.mark.parametrize(
    ("kind", "change", "times"),
    [
        (CHANGED, ANA, 1),
        (FREED, ANA, 1),
        (FREED, None, 0),
        (AGAIN, ANA, 0),
        (ENDED, ANA, 0),
        (PromptKind.SWEPT, None, 0),
    ],
)
def test_a_line_that_may_be_coming_up_is_looked_at_again_only_after_a_change(
    kind: PromptKind, change: Change | None, times: int
) -> None:
    scene = settled()
    darken(scene)
    change_mode(scene, SHOULD_ENCRYPT)

    look(scene, kind, change)

    assert scene.later.asked == [(LINK, ANA, scene.world.limits.status_lag + SETTLING)] * times


def test_a_line_that_is_well_is_not_looked_at_again() -> None:
    scene = settled()
    change_mode(scene, SHOULD_ENCRYPT)

    look(scene)

    assert scene.later.asked == []


def test_people_are_told_though_the_second_look_can_not_be_asked_for() -> None:
    scene = settled()
    darken(scene)
    change_mode(scene, SHOULD_ENCRYPT)
    scene.trouble.at("later.look_again", BEFORE, FAULT)

    looked = look(scene)

    assert [trouble.link for trouble in looked.troubles] == [LINK]
    assert [subject for subject, _ in scene.herald.alerts] == [f"dxmacsec {LINK}: EncryptionDown"]
    assert standing(scene).told
    look(scene)
    assert len(scene.later.asked) == len(scene.herald.alerts) == 1


@pytest.mark.parametrize(("links", "letters"), [(5, 5), (6, 1)])
def test_many_letters_of_one_look_are_one(links: int, letters: int) -> None:
    scene = a_scene(many(links, mode=SHOULD_ENCRYPT), enforcement="audit")

    sweep_links(scene.world)

    assert len(scene.herald.alerts) == letters
    assert all(any(link in subject + text for subject, text in scene.herald.alerts) for link in scene.compliance.rows)
    assert all(row.told for row in scene.compliance.rows.values())


def test_a_first_look_that_finds_all_well_makes_no_finding() -> None:
    scene = settled(security_hub=True)

    assert standing(scene).status is Status.COMPLIANT
    assert scene.trouble.count("findings.report") == 0


def test_a_finding_is_made_when_something_is_wrong_and_updated_when_it_is_well_again() -> None:
    scene = settled(security_hub=True)
    reported = []
    for mode in (SHOULD_ENCRYPT, MUST_ENCRYPT, MUST_ENCRYPT):
        change_mode(scene, mode)
        scene.clock.sleep(400)
        look(scene)
        _, judgement, row = scene.findings.reported[LINK]
        reported.append((judgement.reason, row.version))

    assert reported == [("ModeNotEnforced", 2), ("Compliant", 3), ("Compliant", 3)]
    assert scene.trouble.count("findings.report") == 2


def test_without_security_hub_there_is_no_finding() -> None:
    scene = settled()
    change_mode(scene, SHOULD_ENCRYPT)

    look(scene)

    assert scene.trouble.count("findings.report") == 0


def test_the_same_remedy_is_tried_again_after_a_day_and_the_verdict_keeps_its_age() -> None:
    scene = settled()
    change_mode(scene, SHOULD_ENCRYPT)
    look(scene)
    first = standing(scene)
    assert first.action
    scene.executions.ended[first.action.execution] = scene.clock.now()

    for wait in (TRIED_FOR - timedelta(seconds=1), timedelta(seconds=1)):
        scene.clock.sleep(wait.total_seconds())
        look(scene, PromptKind.SWEPT, None)

    assert list(scene.remedies.enforcements) == [started(LINK), f"compliance-{LINK}-3-2026030212"]
    second = standing(scene)
    assert (second.version, second.since, second.told) == (3, first.since, True)
    assert second.action
    assert second.action == replace(second.action, remedy=Remedy.ENFORCE, at=scene.clock.now())


def test_what_was_started_is_remembered_through_a_verdict_that_starts_nothing() -> None:
    scene = settled()
    change_mode(scene, SHOULD_ENCRYPT)
    look(scene)
    started = standing(scene).action
    darken(scene)

    look(scene, PromptKind.SWEPT, None)

    assert started is not None
    assert standing(scene).reasons == ("EncryptionDown", "ModeNotEnforced")
    assert (standing(scene).version, standing(scene).action) == (3, started)


def test_what_concerns_all_links_at_once_fails_the_look() -> None:
    for call in ("compliance_ledger.acting", "fleet_ledger.rotating", "key_secrets.labelled", "managed_secrets.states"):
        scene = settled()
        scene.trouble.at(call, BEFORE, FAULT)

        with pytest.raises(ServiceFault):
            look(scene)

        assert standing(scene).version == 1
