"""A person reads letters and turns a router with the sandbox's command."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from sandbox.cli import BY_HAND, app
from sandbox.cloud import Sandbox

LINK = "dxcon-ffw7x8y9"
CKN, CAK = "5a" * 32, "c7" * 32
PAIR = json.dumps({"ckn": CKN, "cak": CAK})


def _type(sandbox: Sandbox, *words: str, given: str = "") -> Result:
    return CliRunner().invoke(app, [*words, "--endpoint", sandbox.endpoint], input=given)


def test_a_router_is_given_a_key_shows_it_without_its_cak_and_loses_it_again(sandbox: Sandbox) -> None:
    (old,) = sandbox.twin.router(LINK).keys()

    added = _type(sandbox, "router", LINK, "install", given=PAIR)
    removed = _type(sandbox, "router", LINK, "remove", CKN)

    assert added.output.splitlines() == [f"in use on {LINK}: {old}", f"configured: {old}", f"configured: {CKN}"]
    assert CAK not in added.output
    assert removed.output.splitlines()[1:] == [f"configured: {old}"]


def test_a_key_that_is_preferred_is_waited_for(sandbox: Sandbox) -> None:
    _type(sandbox, "router", LINK, "install", given=PAIR)
    (old,) = (ckn for ckn in sandbox.twin.router(LINK).keys() if ckn != CKN)  # noqa: SIM118 - a method of the router
    sandbox.twin.call("AssociateMacSecKey", {"connectionId": LINK, "ckn": CKN, "cak": CAK})

    preferred = _type(sandbox, "router", LINK, "prefer", CKN)
    back = _type(sandbox, "router", LINK, "prefer", old)

    assert preferred.output.splitlines()[0] == f"in use on {LINK}: {CKN}"
    assert (preferred.exit_code, back.exit_code) == (0, 0)


@pytest.mark.parametrize(
    ("words", "given", "said"),
    [
        ((LINK, "prefer", "00" * 32), "", "holds no key"),
        ((LINK, "install"), "no pair", "expected the pair on stdin"),
        ((LINK, "install"), json.dumps({"ckn": CKN, "cak": CAK[:-1]}), "64 hexadecimal digits"),
        ((LINK, "behave", "oddly"), "", "expected one of"),
        (("dxcon-00000000",), "", "there is no dxcon-00000000"),
    ],
)
def test_what_a_router_does_not_take_is_said_without_a_cak(
    sandbox: Sandbox, words: tuple[str, ...], given: str, said: str
) -> None:
    typed = _type(sandbox, "router", *words, given=given)

    assert typed.exit_code == 2
    assert said in " ".join(typed.output.replace("│", " ").split())
    assert CAK[:-1] not in typed.output


def test_a_router_is_broken_and_mended_and_the_others_stay_as_they_are(sandbox: Sandbox) -> None:
    other = "dxcon-fg5678gh"
    _type(sandbox, "router", other, "behave", "falls-back")

    _type(sandbox, "router", LINK, "behave", "lies")
    broken = sandbox.twin.router(LINK).behaviour.loses_encryption_when_old_removed
    _type(sandbox, "router", LINK, "behave", "well")

    assert broken
    assert not sandbox.twin.router(LINK).behaviour.loses_encryption_when_old_removed
    assert sandbox.twin.router(other).behaviour.falls_back_after_seconds == 2
    _type(sandbox, "router", other, "behave", "well")


def test_letters_are_listed_by_subject_and_the_newest_of_a_subject_is_opened(sandbox: Sandbox) -> None:
    sns = sandbox.client("sns")
    topic = sns.create_topic(Name="people")["TopicArn"]
    for text in ("first", "second"):
        sns.publish(TopicArn=topic, Subject="install it", Message=text)
    sns.publish(TopicArn=topic, Subject="all is well", Message="third")

    listed, opened = _type(sandbox, "letters"), _type(sandbox, "letters", "install")

    assert listed.output.splitlines()[-3:] == ["install it", "install it", "all is well"]
    assert "Subject: install it\n\nsecond\n" in opened.output
    assert _type(sandbox, "letters", "no such").exit_code == 2


def test_where_nothing_serves_it_says_what_to_start() -> None:
    typed = CliRunner().invoke(app, ["letters", "--endpoint", "http://localhost:1"])

    assert typed.exit_code == 1
    assert "make serve" in typed.output


def test_who_answers_by_hand_has_the_time_of_a_person() -> None:
    settings = BY_HAND["dxmacsec"]

    assert settings["router_mode"] == "manual"
    assert float(str(settings["router_deadline_hours"])) * 60 >= 15
