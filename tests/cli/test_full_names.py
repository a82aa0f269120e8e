"""A link as the organisation names it: account, Region and id."""

from __future__ import annotations

import json

import pytest

from dxmacsec.errors import BadInput
from tests.cli.acting import Desk, a_desk
from tests.cli.played import PlayedAccount, played
from tests.worlds.estates import LINK, a_connection
from tests.worlds.scene import a_scene

HERE, ELSEWHERE = f"123456789012/us-east-1/{LINK}", f"111122223333/us-east-1/{LINK}"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return a_desk(monkeypatch, capsys)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> PlayedAccount:
    return played(a_scene(a_connection()), monkeypatch)


def test_the_full_name_of_a_link_is_as_good_as_its_id(desk: Desk) -> None:
    assert desk.type("pause", HERE, "--reason", "fibre work").code == 0
    assert LINK in desk.scene.ledger.pauses


def test_a_link_of_another_account_is_never_taken_for_ours(desk: Desk) -> None:
    typed = desk.type("pause", ELSEWHERE, "--reason", "fibre work")

    assert typed.code == 2
    assert not desk.scene.ledger.pauses
    assert "123456789012/us-east-1" in typed.err


@pytest.mark.parametrize("words", [("status",), ("history",), ("evidence", "r1", "--link"), ("tasks",)])
def test_reading_commands_know_full_names_too(account: PlayedAccount, words: tuple[str, ...]) -> None:
    refused = account.type(*words, ELSEWHERE)

    assert isinstance(refused.exception, BadInput)
    assert "is not in 123456789012/us-east-1" in str(refused.exception)


@pytest.mark.parametrize("words", [("status", HERE), ("status",), ("history",), ("report",)])
def test_documents_say_whose_links_they_show(account: PlayedAccount, words: tuple[str, ...]) -> None:
    document = json.loads(account.type(*words, "--json").stdout)

    assert (document["account"], document["region"]) == ("123456789012", "us-east-1")
