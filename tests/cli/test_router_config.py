from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from hier_config import Platform as Parser
from hier_config import get_hconfig
from typer.testing import CliRunner, Result

from cli.commands.router_config import router_config
from cli.ending import CliError, Ending
from dxmacsec.errors import AccessDenied
from dxmacsec.interfaces import Owner, TaskRow
from dxmacsec.model import Cak, KeyPair, Label, RouterTaskKind
from dxmacsec.policy.labels import promotion
from dxmacsec.steps.settling import move_labels
from tests.worlds.estates import LAG, LINK, a_connection, a_lag
from tests.worlds.scene import Scene, a_scene

NEW, CAK = "ab" * 32, "c0ffee15" * 8
VERSION = "11111111-1111-4111-8111-111111111111"
PLATFORMS = {
    "ios-xe": Parser.CISCO_IOS,
    "ios-xr": Parser.CISCO_XR,
    "nx-os": Parser.CISCO_NXOS,
    "junos": Parser.JUNIPER_JUNOS,
    "eos": Parser.ARISTA_EOS,
}
EVERY = pytest.mark.parametrize("platform", sorted(PLATFORMS))


@dataclass
class NoStories:
    """A ledger in which one task may wait."""

    waiting: tuple[TaskRow, ...] = ()

    def tasks(self, link: str) -> tuple[TaskRow, ...]:
        return tuple(task for task in self.waiting if task.link == link)


def run(scene: Scene, *arguments: str, stories: NoStories | None = None) -> Result:
    app = typer.Typer()
    app.command()(router_config)
    account = SimpleNamespace(world=scene.world, stories=stories or NoStories())
    return CliRunner().invoke(app, arguments, obj=SimpleNamespace(account=account))


def rotating(scene: Scene, link: str = LINK) -> None:
    """Begin a rotation: a lock, and a new version."""
    owner = Owner("arn:execution", "rotation-1", scene.clock.now())
    scene.ledger.take_rotation(link, None, owner)
    scene.key_secrets.create(link)
    scene.key_secrets.put(link, VERSION, KeyPair(NEW, Cak(CAK)), frozenset({Label.NEW, Label.ckn(NEW)}))


def old_ckn(scene: Scene, link: str = LINK) -> str:
    return scene.link(link).keys[0].ckn.lower()


@EVERY
def test_prints_lines_that_a_public_parser_reads(platform: str) -> None:
    scene = a_scene()
    rotating(scene)

    result = run(scene, LINK, "--platform", platform, "--interface", "Hu0/0/0/1", "--key-chain", "DX", "--json")

    assert result.exit_code == 0, result.output
    document = json.loads(result.output)
    assert [step["step"] for step in document["steps"]] == ["add", "prefer", "verify", "remove"]
    assert (document["ckn"], document["in_flight"], document["old_ckns"]) == (NEW, True, [old_ckn(scene)])
    for step in document["steps"]:
        read = get_hconfig(PLATFORMS[platform], "\n".join(step["lines"])).dump_simple()
        if step["step"] != "verify":
            assert [line.strip() for line in read] == list(dict.fromkeys(line.strip() for line in step["lines"]))
    assert CAK not in result.output


@EVERY
def test_the_text_can_be_pasted_no_line_is_wrapped_and_no_key_is_in_it(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    scene = a_scene()
    rotating(scene)

    text = run(scene, LINK, "--platform", platform).output
    document = json.loads(run(scene, LINK, "--platform", platform, "--json").output)

    lines = text.splitlines()
    for step in document["steps"]:
        for line in (*step["lines"], *step["leave"]):
            assert line in lines
    assert f"<CAK: dxmacsec router-config {LINK} --platform {platform} --reveal>" in text
    assert CAK not in text


@EVERY
def test_reveal_prints_the_cak_where_it_belongs(platform: str) -> None:
    scene = a_scene()
    rotating(scene)

    text = run(scene, LINK, "--platform", platform, "--reveal").output

    assert text.count(CAK) == 1
    assert "<CAK" not in text


def test_reveal_is_refused_to_those_who_may_not_read_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = a_scene()
    rotating(scene)

    def denied(*_: Any) -> None:  # noqa: ANN401 - any arguments
        message = "GetSecretValue"
        raise AccessDenied(message)

    monkeypatch.setattr(scene.key_secrets, "pair", denied)

    result = run(scene, LINK, "--platform", "eos", "--reveal")

    assert isinstance(result.exception, CliError)
    assert result.exception.ending is Ending.NO_ACCESS
    assert "kms:Decrypt" in result.exception.next_step
    assert result.output == ""


def test_with_no_rotation_in_flight_it_is_the_key_in_use() -> None:
    scene = a_scene()
    scene.key_secrets.create(LINK)
    scene.key_secrets.put(LINK, VERSION, KeyPair(NEW, Cak(CAK)), frozenset({Label.IN_USE, Label.ckn(NEW)}))

    document = json.loads(run(scene, LINK, "--platform", "nx-os", "--json").output)

    assert (document["ckn"], document["in_flight"], document["old_ckns"]) == (NEW, False, [])
    lines = {step["step"]: step["lines"] for step in document["steps"]}
    assert lines["add"]
    assert lines["prefer"] == lines["remove"] == []


def test_an_adopted_key_has_no_cak_to_reveal() -> None:
    scene = a_scene()

    shown = run(scene, LINK, "--platform", "junos")
    revealed = run(scene, LINK, "--platform", "junos", "--reveal")

    assert old_ckn(scene) in shown.output
    assert isinstance(revealed.exception, CliError)
    assert revealed.exception.ending is Ending.NOT_FOUND


def test_a_link_without_a_key_has_no_lines() -> None:
    result = run(a_scene(a_connection(keys=0)), LINK, "--platform", "junos")

    assert isinstance(result.exception, CliError)
    assert f"{LINK} has no key." in result.exception.sentence


def test_the_keys_that_a_remove_task_names_are_removed_though_aws_lists_them_no_more() -> None:
    scene = a_scene()
    rotating(scene)
    gone = "ef" * 32
    now = scene.clock.now()
    task = TaskRow("t", LINK, RouterTaskKind.REMOVE, "rotation-1", "token", now, now, {"old_ckns": [gone]})

    output = run(scene, LINK, "--platform", "eos", "--step", "remove", stories=NoStories((task,))).output

    assert f"no key {gone}" in output
    assert f"key {NEW}" not in output
    assert "token" not in output


def promoted(scene: Scene) -> None:
    """Move the labels as PromoteKey does: the new key is the one in use, and none is new."""
    move_labels(LINK, promotion(scene.key_secrets.versions(LINK) or (), VERSION), scene.world)


def remove_task(scene: Scene, rotation: str = "rotation-1") -> TaskRow:
    now = scene.clock.now()
    message = {"ckn": NEW, "old_ckns": ["ef" * 32], "ports": [LINK]}
    return TaskRow("t", LINK, RouterTaskKind.REMOVE, rotation, "token", now, now + timedelta(hours=4), message)


@EVERY
def test_when_the_router_is_asked_to_remove_the_old_keys_there_are_lines_for_it(platform: str) -> None:
    scene = a_scene()
    rotating(scene)
    promoted(scene)

    output = run(scene, LINK, "--platform", platform, "--json", stories=NoStories((remove_task(scene),))).output

    document = json.loads(output)
    lines = {step["step"]: "\n".join(step["lines"]) for step in document["steps"]}
    assert (document["ckn"], document["version_id"], document["in_flight"]) == (NEW, VERSION, True)
    # What Direct Connect still lists is no key to remove, whatever the ledger or the labels say.
    assert document["old_ckns"] == ["ef" * 32]
    assert lines["remove"]
    assert old_ckn(scene) not in lines["remove"]
    assert NEW not in lines["remove"]


def test_a_task_that_another_rotation_left_brings_in_nothing() -> None:
    scene = a_scene()
    rotating(scene)
    promoted(scene)

    left = NoStories((remove_task(scene, rotation="rotation-0"),))
    document = json.loads(run(scene, LINK, "--platform", "eos", "--json", stories=left).output)

    assert (document["ckn"], document["in_flight"], document["old_ckns"]) == (NEW, False, [])


def test_every_port_of_a_lag_is_verified() -> None:
    scene = a_scene(a_lag())
    rotating(scene, LAG)
    ports = scene.link(LAG).port_ids

    names = [word for number in range(len(ports)) for word in ("--interface", f"et-0/0/{number}")]
    output = run(scene, LAG, "--platform", "junos", "--step", "verify", *names).output
    few = run(scene, LAG, "--platform", "junos", "--interface", "et-0/0/0")

    assert output.count("show security mka sessions interface et-0/0/") == len(ports)
    assert isinstance(few.exception, CliError)
    assert f"has {len(ports)} ports" in few.exception.sentence


def test_the_session_moves_when_it_was_asked_to() -> None:
    scene = a_scene()
    rotating(scene)
    at = (scene.clock.now() + timedelta(hours=3)).replace(second=0, microsecond=0)

    good = run(scene, LINK, "--platform", "ios-xr", "--step", "prefer", "--at", at.strftime("%Y-%m-%dT%H:%M:%S"))
    late = run(scene, LINK, "--platform", "ios-xr", "--at", "2001-01-01T00:00:00")

    assert f"lifetime {at:%H:%M:%S}" in good.output
    assert isinstance(late.exception, CliError)
    assert late.exception.ending is Ending.USAGE
    assert at > datetime(2001, 1, 1, tzinfo=UTC)
