"""When a link is none any more, and what is said of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from dxmacsec.compliance import Change, Prompt, PromptKind, Standing, Status
from dxmacsec.model import AVAILABLE
from dxmacsec.policy.retirement import gone_letter, gone_reason, gone_record, gone_sentence, is_ending, weightiest
from tests.unit.policy.situations import LINK_ID, NOW, a_link

LAG = a_link(id="dxlag-fgt5r4e3")
CHANGE = Change("event-1", "DeleteConnection", "ana", NOW)
STANDING = Standing(LINK_ID, 4, Status.WARNING, ("KeyChainFull",), "It is full.", NOW, keyed=True)


def a_prompt(kind: PromptKind, minutes: int = 0) -> Prompt:
    return Prompt(kind, replace(CHANGE, at=NOW + timedelta(minutes=minutes)))


@pytest.mark.parametrize("state", ["deleting", "deleted", "rejected"])
def test_a_state_out_of_which_nothing_comes_back_is_an_end(state: str) -> None:
    assert is_ending(a_link(state=state))


@pytest.mark.parametrize("state", [AVAILABLE, "ordering", "requested", "pending", "down", "unknown"])
def test_a_link_in_any_other_state_is_a_link(state: str) -> None:
    assert not is_ending(a_link(state=state))


def test_the_prompt_that_allows_most_is_the_weightiest() -> None:
    order = [PromptKind.CHANGED, PromptKind.FREED, PromptKind.AGAIN, PromptKind.ENDED, PromptKind.SWEPT]

    for number in range(len(order)):
        newer = {kind: a_prompt(kind, minutes=place) for place, kind in enumerate(order[number:])}
        for some in permutations(newer.values()):
            assert weightiest(some).kind is order[number]


def test_of_several_prompts_of_one_kind_the_newest_counts() -> None:
    prompts = [a_prompt(PromptKind.CHANGED, minutes) for minutes in (1, 3, 2)]

    assert weightiest(prompts) is prompts[1]


def test_a_deleted_link_s_last_record_has_no_after() -> None:
    record = gone_record(STANDING, None, CHANGE)

    assert json.loads(json.dumps(record)) == record
    assert (record["link"], record["after"], record["reason"]) == (LINK_ID, None, "LinkDeleted")
    assert record["before"] == {"status": "WARNING", "reasons": ["KeyChainFull"]}
    assert record["change"] == {"event_id": "event-1", "call": "DeleteConnection", "by": "ana", "at": NOW.isoformat()}
    assert record["sentence"] == gone_sentence(LINK_ID, None)


def test_a_member_s_last_record_names_its_lag() -> None:
    record = gone_record(STANDING, LAG, None)

    assert (record["reason"], record["change"]) == (gone_reason(LAG), None)
    assert record["reason"] == "JoinedLag"
    assert LAG.id in record["sentence"]


def test_the_letter_says_who_deleted_it_and_what_becomes_of_its_secret() -> None:
    subject, text = gone_letter(STANDING, CHANGE, secret="The secret goes.")  # noqa: S106 - a sentence

    assert subject == f"dxmacsec {LINK_ID}: LinkDeleted"
    assert f"(DeleteConnection by ana at {NOW.isoformat()})" in text
    assert "The secret goes." in text
    assert "heading LinkDeleted" in text


def test_the_letter_about_what_the_sweep_found_names_nobody() -> None:
    assert "(found by the sweep)" in gone_letter(STANDING, None, secret="")[1]


@pytest.mark.parametrize("keyed", [False, True])
def test_only_of_a_link_that_had_keys_the_router_has_any(*, keyed: bool) -> None:
    _, text = gone_letter(replace(STANDING, keyed=keyed), CHANGE, secret="")

    assert ("What to do: take its keys off the router." in text) is keyed
