"""Whatever comes in is valid or refused by name: no other exception, no change, nothing of a planted CAK."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonata.jexception import JException  # type: ignore[import-untyped]  # it has no types

from agent.task import LONGEST_COMPLAINT, RouterTask, RouterTaskError, parse_task
from dxmacsec.errors import BadInput, DxMacsecError
from dxmacsec.handlers import (
    begin_enforcement,
    begin_recovery,
    hear_change,
    hear_label,
    hear_secret_trouble,
    judge_answer,
    make_room,
    note_health,
    plan_fleet,
    rotate_secret,
    take_lock,
    wiring,
)
from dxmacsec.handlers.document import write
from dxmacsec.interfaces import Owner
from dxmacsec.model import SCHEMA, Label, NewKey, Past, Request, Rotation, RouterTaskKind, Verdict
from dxmacsec.policy.health import in_the_way, why
from dxmacsec.policy.tags import Rules, choices
from infra.config import ConfigError
from infra.config import settings as settings_of_the_product
from infra.context import load
from tests.properties.bad_input import ANY, LEAVES, leaks, logged, names_a_field, sample, spoilt
from tests.walk.expressions import filled
from tests.walk.machines import machine
from tests.worlds.estates import LINK, a_connection
from tests.worlds.scene import Scene, a_scene

EXAMPLES = int(os.environ.get("DXMACSEC_BAD_INPUTS", "150"))
"""Inputs an entry; the environment may ask for more."""

RUN = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
CHANGES = ("associate", "reassociate", "disassociate", "set_mode")
WRITES = (
    *(f"key_secrets.{name}" for name in ("create", "put", "label", "unlabel", "schedule_deletion")),
    *("key_maker.pair", "rotations.start", "remedies.enforce", "remedies.rotate", "remedies.recover"),
    *("router_desk.send", "router_desk.declare", "herald.alert", "fleet_ledger.put_maintenance"),
)
HERE = "arn:aws:states:us-east-1:123456789012:execution:RotateKey"
MINE, DEAD = f"{HERE}:mine", f"{HERE}:dead"
VERSION = "3f0c2b1a-1111-4222-8333-444455556666"

Handler = Callable[[Any, object], Any]


@dataclass
class Tried:
    """One input that was tried: what came back, or how it was refused."""

    scene: Scene
    answer: Any = None
    refused: DxMacsecError | None = None


def a_scene_with_a_key() -> Scene:
    """Return a scene whose link has a key secret with one pair in use, and a past to recover."""
    scene = a_scene()
    pair = scene.world.key_maker.pair()
    scene.key_secrets.create(LINK)
    scene.key_secrets.put(LINK, VERSION, pair, frozenset({Label.IN_USE, Label.CURRENT, Label.ckn(pair.ckn)}))
    now = scene.clock.now()
    scene.histories.pasts[DEAD] = Past(DEAD, "dead", "RotateKey", "ABORTED", now, now, input={"link": LINK})
    scene.trouble.seen.clear()
    return scene


def tried(handler: Handler, event: object, scene: Scene | None = None) -> Tried:
    """Call a function; it answers, or refuses by one of our errors, changes no link, and shows no CAK."""
    attempt = Tried(scene or a_scene_with_a_key())
    before = attempt.scene.link(LINK)
    with mock.patch.object(wiring, "world", return_value=attempt.scene.world), logged() as log:
        try:
            attempt.answer = handler(event, None)
        except DxMacsecError as error:
            attempt.refused = error
    made = [seen.name for seen in attempt.scene.trouble.seen]
    assert [f"direct_connect.{change}" for change in CHANGES if f"direct_connect.{change}" in made] == []
    assert attempt.scene.link(LINK) == before
    assert leaks(log.text) == []
    if attempt.refused is not None:
        assert_refused_by_name(attempt, made)
    return attempt


def assert_refused_by_name(attempt: Tried, made: list[str]) -> None:
    """See that a refusal names the field where the input is wrong, wrote nothing, and shows no digit of a CAK."""
    text = str(attempt.refused)
    assert leaks(text) == []
    assert len(text) < 1000
    if isinstance(attempt.refused, BadInput):
        assert names_a_field(text), text
        assert [name for name in WRITES if name in made] == []
        assert attempt.scene.ledger.rotation_locks == {}
        assert attempt.scene.ledger.acting_locks == {}


def started_with(data: object) -> dict[str, Any]:
    """Return what a machine's first step gets."""
    return {"input": data, "execution": {"id": MINE, "name": "mine", "started_at": "2026-03-01T12:00:00Z"}}


ROTATIONS = [sample(f"rotate_key{kind}") for kind in ("", "_urgent", "_dry_run", "_version", "_reason")]
ENFORCEMENTS = [sample(f"enforce_encryption{kind}") for kind in ("", "_nested")]
FLEETS = [sample(f"rotate_fleet{kind}") for kind in ("", "_all", "_links", "_urgent", "_dry_run")]
RECOVERIES = [{"execution": DEAD}, {"execution": MINE}]


@RUN
@given(spoilt(ROTATIONS))
def test_the_input_of_rotate_key_is_valid_or_refused_by_name(data: object) -> None:
    attempt = tried(take_lock.handler, started_with(data))

    if attempt.answer is not None:
        assert attempt.answer["link"] == LINK


@RUN
@given(spoilt(ENFORCEMENTS))
def test_the_input_of_enforce_encryption_is_valid_or_refused_by_name(data: object) -> None:
    tried(begin_enforcement.handler, started_with(data))


@RUN
@given(spoilt(FLEETS))
def test_the_input_of_rotate_fleet_is_valid_or_refused_by_name(data: object) -> None:
    tried(plan_fleet.handler, started_with(data))


@RUN
@given(spoilt(RECOVERIES))
def test_the_input_of_recover_link_is_valid_or_refused_by_name(data: object) -> None:
    tried(begin_recovery.handler, started_with(data))


STEPS = [
    {"Step": step, "SecretId": f"dxmacsec/{LINK}", "ClientRequestToken": VERSION}
    for step in ("createSecret", "setSecret", "testSecret", "finishSecret")
]


@RUN
@given(spoilt([*STEPS, sample("secret_rotation_step")]))
def test_a_call_of_secrets_manager_is_valid_or_refused_by_name(event: object) -> None:
    tried(rotate_secret.handler, event)


@RUN
@given(spoilt([sample("secret_label_updated")]))
def test_a_label_event_is_valid_or_refused_by_name(event: object) -> None:
    attempt = tried(hear_label.handler, event)

    assert leaks(json.dumps(attempt.scene.herald.alerts)) == []


TROUBLES = [sample(name) for name in ("secret_rotation_failed", "secret_rotation_abandoned", "key_secret_deleted")]


@RUN
@given(spoilt(TROUBLES))
def test_a_trouble_event_is_valid_or_refused_by_name(event: object) -> None:
    attempt = tried(hear_secret_trouble.handler, event)

    assert leaks(json.dumps(attempt.scene.herald.alerts)) == []


HEARD = [
    sample(name)
    for name in (
        *("connection_mode_changed", "connection_created", "connection_deleted", "connection_left_lag", "link_tagged"),
        *("lag_mode_changed", "key_disassociated", "change_refused", "our_own_call", "hosted_connection_allocated"),
        *("managed_secret_deleted", "managed_secret_restored", "enforcement_ended", "link_freed"),
    )
]


@RUN
@given(spoilt(HEARD))
def test_a_message_of_the_queue_is_valid_or_comes_again_by_name(event: object) -> None:
    message = {"messageId": "m1", "body": json.dumps(event)}

    attempt = tried(hear_change.handler, {"Records": [message]})

    assert attempt.refused is None
    assert attempt.answer["batchItemFailures"] in ([], [{"itemIdentifier": "m1"}])


@RUN
@given(LEAVES.map(str) | ANY.map(repr))
def test_a_message_that_is_no_event_comes_again(body: str) -> None:
    attempt = tried(hear_change.handler, {"Records": [{"messageId": "m1", "body": body}]})

    assert attempt.answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}


@RUN
@given(spoilt([sample("health_maintenance_scheduled")]))
def test_a_health_event_is_valid_or_refused_by_name_and_never_in_a_plans_way(event: object) -> None:
    attempt = tried(note_health.handler, event)

    known, link = attempt.scene.fleet_ledger.maintenances(), attempt.scene.link(LINK)
    found = in_the_way([link], known, now=attempt.scene.clock.now(), clearance=timedelta(hours=24))
    assert leaks(why(found) if found else "") == []


def proving(scene: Scene, kind: RouterTaskKind) -> Rotation:
    """Return a rotation, its lock held, that waits for an answer about the link's newest key."""
    now, new = scene.clock.now(), scene.link(LINK).keys[-1]
    scene.ledger.take_rotation(LINK, None, Owner(MINE, "mine", now))
    document = Rotation(SCHEMA, "mine", MINE, Request(LINK), now, LINK, Verdict("asked"))
    return replace(
        document, new_key=NewKey(VERSION, new.ckn), asked_ports=(LINK,), asks=int(kind is RouterTaskKind.PROVE)
    )


def answered(scene: Scene, document: Rotation, state: str, said: object) -> dict[str, Any] | None:
    """Return the document as the machine hands it on after a router's answer; None where the machine fails."""
    template = machine("rotate_key")["States"][state]["Output"]
    states = {"input": write(document), "result": json.loads(json.dumps(said))}
    try:
        merged = filled(template, states, lambda: scene.clock.now().isoformat())
        return dict(json.loads(json.dumps(merged)))
    except (ValueError, TypeError, JException):
        return None


def good_answers() -> list[Any]:
    scene = a_scene(a_connection(keys=3))
    ckn = scene.link(LINK).keys[-1].ckn
    return [
        {"task_id": f"mine.{task}", "ports": {LINK: used}, "by": "jane@example.com"}
        for task in ("prove.1", "confirm.0", "prove.0")
        for used in (ckn, ckn.upper(), None)
    ]


ANSWERS = spoilt([*good_answers(), *good_answers()[:1] * 6]) | st.sampled_from(good_answers())


@RUN
@given(ANSWERS, st.sampled_from([("ProveOnRouter", RouterTaskKind.PROVE), ("ConfirmOnRouter", RouterTaskKind.CONFIRM)]))
def test_a_router_that_is_not_to_be_trusted_proves_nothing(said: Any, asked: tuple[str, RouterTaskKind]) -> None:  # noqa: ANN401
    state, kind = asked
    scene = a_scene(a_connection(keys=3))
    document = proving(scene, kind)
    event = answered(scene, document, state, said)
    if event is None:
        return

    verdict = tried(judge_answer.handler, event, scene).answer["verdict"]

    assert leaks(json.dumps(verdict)) == []
    if verdict["next"] in ("in_use", "retire", "nothing_left"):
        assert said["task_id"] == document.task_id(kind)
        assert {port: str(ckn).lower() for port, ckn in said["ports"].items()} == {LINK: scene.link(LINK).keys[-1].ckn}
    else:
        assert verdict["next"] in ("unproven", "again")


def test_an_answer_as_large_as_step_functions_takes_one_proves_nothing_and_is_not_carried_on() -> None:
    scene = a_scene(a_connection(keys=3))
    document = proving(scene, RouterTaskKind.PROVE)
    ports = {f"dxcon-{number:08}": "ab" * 32 for number in range(2000)}
    said = {"task_id": document.task_id(RouterTaskKind.PROVE), "ports": ports, "by": "x" * 50_000}
    event = answered(scene, document, "ProveOnRouter", said)

    answer = tried(judge_answer.handler, event, scene).answer

    assert answer["verdict"]["next"] == "unproven"
    assert len(json.dumps(answer)) < 5_000


@RUN
@given(ANSWERS)
def test_no_key_makes_room_for_an_answer_that_is_not_to_be_trusted(said: Any) -> None:  # noqa: ANN401 - any JSON
    scene = a_scene(a_connection(keys=3))
    document = proving(scene, RouterTaskKind.CONFIRM)
    event = answered(scene, document, "AskWhatIsInUse", said)
    if event is None:
        return

    made = tried(make_room.handler, event, scene).answer

    assert leaks(json.dumps(made["verdict"])) == []
    if made["verdict"]["next"] == "chosen":
        assert said["task_id"] == document.task_id(RouterTaskKind.CONFIRM)
        assert made["removing"]["ckn"] not in [str(ckn).lower() for ckn in said["ports"].values()]


def complaint(kind: type[Exception], work: Callable[[], object]) -> str:
    """Return what was wrong, in the one kind of error that may come; empty where nothing was."""
    try:
        work()
    except kind as error:
        return str(error)
    return ""


TAGS = ("rotate", "max-age-days", "router-mode", "exempt-until", "enforcement", "redundancy-group")


@RUN
@given(
    st.dictionaries(
        st.sampled_from([f"dxmacsec:{tag}" for tag in TAGS]), LEAVES.filter(lambda it: isinstance(it, str)), min_size=1
    ),
    st.booleans(),
)
def test_a_tag_is_understood_or_reported_by_its_name(tags: dict[str, str], loosen: bool) -> None:  # noqa: FBT001
    chosen = choices(tags, Rules(timedelta(days=90), loosen))

    for warning in chosen.warnings:
        assert warning.split(": ")[0] in tags
        assert leaks(warning) == []
        assert len(warning) < 300
    assert timedelta(days=1) <= chosen.max_age <= timedelta(days=365)


def names_a_setting(sentence: str) -> bool:
    """Tell whether a sentence begins with a setting, with the object of all, or says that there is no such one."""
    known = {*(setting.name for setting in settings_of_the_product()), "dxmacsec"}
    return sentence.partition(": ")[0] in known or ": no such setting" in sentence


CONFIG = {
    "bake_minutes": 1,
    "windows": [{"cron": "0 2 * * SUN", "minutes": 240, "zone": "UTC"}],
    "router_mode": "agent",
}
CONFIG |= {"alert_email": "ops@example.com", "sweep": "rate(1 hour)", "max_key_age_days": 30}
ODD = st.sampled_from([float("nan"), float("inf"), -0.0, "rate(1 hour)\n", "0 2 * * *", ["UTC"], "../../etc/passwd"])


@RUN
@given(spoilt([CONFIG]) | st.dictionaries(st.sampled_from(sorted(CONFIG)), ANY | ODD), st.booleans())
def test_a_configuration_is_valid_or_refused_by_the_settings_name(data: Any, as_text: bool) -> None:  # noqa: ANN401, FBT001
    said = complaint(ConfigError, lambda: load(json.dumps(data) if as_text else data))

    head, *sentences = said.split("\n  ") if said else [""]
    assert head in ("", "the dxmacsec settings are wrong:")
    assert [each for each in sentences if not names_a_setting(each)] == []
    assert bool(head) == bool(sentences)
    assert leaks(said) == []
    assert len(said) < 10_000


@RUN
@given(spoilt([sample("router_task_install")]))
def test_a_task_of_the_agent_is_valid_or_refused_by_name(task: object) -> None:
    read: list[RouterTask] = []

    said = complaint(RouterTaskError, lambda: read.append(parse_task(json.dumps(task))))

    assert bool(said) != bool(read)
    assert leaks(said + repr(read)) == []
    assert said in ("", "expected a JSON object") or ": " in said
    assert len(said) <= LONGEST_COMPLAINT


def test_a_task_that_is_nested_without_end_is_no_json() -> None:
    deep = "[" * 100_000

    assert complaint(RouterTaskError, lambda: parse_task(deep)) == "expected JSON"
