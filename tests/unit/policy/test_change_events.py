"""What the events of the bus lead to; each file of events/ that tells of a change is read here."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxmacsec.compliance import Change, Prompt, PromptKind
from dxmacsec.errors import BadInput
from dxmacsec.policy.change_events import read_prompt

EVENTS = Path(__file__).parents[3] / "events"
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LINK, LAG = "dxcon-fg5678gh", "dxlag-fgt5r4e3"
ANA = "arn:aws:iam::123456789012:user/ana"
MEMBERS = {"dxcon-fm1n2p3q", "dxcon-fm4n5p6q"}
CHANGES: dict[str, tuple[str, set[str]]] = {
    "connection_mode_changed.json": ("UpdateConnection", {LINK}),
    "lag_mode_changed.json": ("UpdateLag", {LAG, *MEMBERS}),
    "connection_created.json": ("CreateConnection", {LINK}),
    "connection_deleted.json": ("DeleteConnection", {LINK}),
    "connection_left_lag.json": ("DisassociateConnectionFromLag", {"dxcon-fm1n2p3q", LAG}),
    "key_disassociated.json": ("DisassociateMacSecKey", {LINK}),
    "hosted_connection_allocated.json": ("AllocateHostedConnection", {"dxcon-fh7j8k9m", LAG}),
    "link_tagged.json": ("TagResource", {LINK}),
}


def event(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((EVENTS / name).read_text())
    return read


def a_call(**detail: object) -> dict[str, Any]:
    made = event("connection_mode_changed.json")
    return {**made, "detail": {**made["detail"], **detail}}


@pytest.mark.parametrize("name", CHANGES)
def test_a_call_leads_to_a_look_at_every_link_that_it_names(name: str) -> None:
    call, links = CHANGES[name]

    prompt = read_prompt(event(name))

    assert prompt == Prompt(PromptKind.CHANGED, Change(event(name)["id"], call, ANA, AT), frozenset(links))


@pytest.mark.parametrize(
    ("name", "call"),
    [("managed_secret_deleted.json", "DeleteSecret"), ("managed_secret_restored.json", "RestoreSecret")],
)
def test_a_call_on_a_secret_leads_to_whoever_holds_its_key(name: str, call: str) -> None:
    prompt = read_prompt(event(name))

    assert prompt.secret == event(name)["detail"]["responseElements"]["arn"]
    assert (prompt.change.call, prompt.links, prompt.nothing) == (call, frozenset(), None)


@pytest.mark.parametrize(
    ("name", "reason"), [("our_own_call.json", "OwnDoing"), ("change_refused.json", "CallRefused")]
)
def test_our_own_doing_and_a_refused_call_lead_to_nothing(name: str, reason: str) -> None:
    assert read_prompt(event(name)).nothing == reason


@pytest.mark.parametrize(
    "role",
    [
        "arn:aws:iam::999999999999:role/dxmacsec/RaiseMode",
        "arn:aws:iam::123456789012:role/dxmacsec",
        "arn:aws:iam::123456789012:role/evil/role/dxmacsec/RaiseMode",
        "arn:aws:iam::123456789012:user/dxmacsec/RaiseMode",
    ],
    ids=["another account's role", "no path", "another path", "no role"],
)
def test_whoever_looks_a_little_like_us_is_looked_at(role: str) -> None:
    identity = {"type": "AssumedRole", "arn": "a", "sessionContext": {"sessionIssuer": {"arn": role}}}

    assert read_prompt(a_call(userIdentity=identity)).nothing is None


def test_our_own_deletion_of_a_secret_is_nothing() -> None:
    deletion = event("managed_secret_deleted.json")
    deletion["detail"]["userIdentity"] = event("our_own_call.json")["detail"]["userIdentity"]

    assert read_prompt(deletion).nothing == "OwnDoing"


def test_what_direct_connect_does_by_itself_is_a_change_and_has_its_name() -> None:
    deletion = event("managed_secret_deleted.json")
    deletion["detail-type"] = "AWS Service Event via CloudTrail"
    deletion["detail"]["userIdentity"] = {"type": "AWSService", "invokedBy": "directconnect.amazonaws.com"}

    prompt = read_prompt(deletion)

    assert (prompt.change.by, prompt.nothing) == ("directconnect.amazonaws.com", None)


@pytest.mark.parametrize(
    "asked",
    [
        None,
        {"connectionId": "dxvif-fg5678gh"},
        {"connectionId": ["dxcon-fg5678gh"]},
        {"connectionId": "dxcon-fg5678gh\n"},
        {"resourceArn": "arn:aws:directconnect:us-east-1:123456789012:dxvif/dxvif-fg5678gh"},
        {"resourceArn": "arn:aws:directconnect:us-east-1:123456789012:dxcon/dxcon-fg5678gh/x"},
        {"connections": ["dxcon-fg5678gh"]},
    ],
)
def test_a_call_that_names_no_link_is_nothing(asked: object) -> None:
    assert read_prompt(a_call(requestParameters=asked, responseElements=None)).nothing == "NoLink"


def test_both_sides_of_an_association_are_looked_at() -> None:
    asked = {"connectionId": "dxcon-fh7j8k9m", "parentConnectionId": LAG}
    answer = {"interconnectId": "dxcon-ffi00001"}

    links = read_prompt(a_call(requestParameters=asked, responseElements=answer)).links

    assert links == {"dxcon-fh7j8k9m", LAG, "dxcon-ffi00001"}


def test_who_did_it_is_cut_and_printable() -> None:
    by = read_prompt(a_call(userIdentity={"arn": None, "principalId": "a\nb\x1b" + "c" * 500})).change.by

    assert by == "a?b?" + "c" * 252


def test_an_identity_that_says_nothing_has_a_word() -> None:
    assert read_prompt(a_call(userIdentity=None)).change.by == "nobody named"


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("2026-01-02T03:04:05Z", AT),
        ("2026-01-02T03:04:05", AT),
        ("2026-01-02T05:04:05+02:00", AT),
    ],
)
def test_times_are_read_so_that_any_two_can_be_compared(told: str, read: datetime) -> None:
    at = read_prompt(a_call(eventTime=told)).change.at

    assert (at, at.tzinfo) == (read, UTC)


@pytest.mark.parametrize("ended", ["MACsec Enforcement Ended", "MACsec Rotation Ended"])
def test_the_end_of_our_own_doing_leads_to_a_look_that_does_not_act(ended: str) -> None:
    told = {**event("enforcement_ended.json"), "detail-type": ended}

    prompt = read_prompt(told)

    assert prompt == Prompt(PromptKind.ENDED, Change(told["id"], ended, "dxmacsec", AT), frozenset({LINK}))
    assert not prompt.kind.may_act


def test_a_freed_link_gives_back_the_change_that_waited() -> None:
    waited = Change("5f6a0c1e-0000-4000-8000-000000000001", "UpdateConnection", ANA, AT)

    assert read_prompt(event("link_freed.json")) == Prompt(PromptKind.FREED, waited, frozenset({LINK}))


def test_a_sweep_that_waited_names_nobody() -> None:
    freed = event("link_freed.json")
    freed["detail"]["change"] = {"event_id": "", "call": "swept", "by": "", "at": "2026-01-02T03:04:05+00:00"}

    assert read_prompt(freed).change == Change("", "swept", "", AT)


@pytest.mark.parametrize("name", ["enforcement_ended.json", "link_freed.json"])
def test_our_events_count_only_from_us(name: str) -> None:
    with pytest.raises(BadInput, match=r"^source"):
        read_prompt({**event(name), "source": "somebody"})


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (None, "source"),
        ({"source": "aws.directconnect"}, "detail-type"),
        ({**a_call(), "detail-type": "Health"}, "source"),
        ({**a_call(), "detail": []}, "detail"),
        ({**a_call(), "id": 7}, "id"),
        ({**event("our_own_call.json"), "account": None}, "account"),
        (a_call(eventName="Update Connection"), "eventName"),
        (a_call(eventTime="yesterday"), "eventTime"),
        (a_call(eventTime="0001-01-01T00:00:00+23:00"), "eventTime"),
        ({**event("enforcement_ended.json"), "detail": {"link": "dxvif-1"}}, "link"),
        ({**event("enforcement_ended.json"), "time": ""}, "time"),
        ({**event("link_freed.json"), "detail": {"link": LINK}}, "change"),
        ({**event("link_freed.json"), "detail": {"link": LINK, "change": {"at": 1}}}, "at"),
        ({**event("managed_secret_deleted.json"), "detail": a_call()["detail"]}, "eventName"),
    ],
)
def test_what_lacks_something_is_refused_by_its_field(told: object, field: str) -> None:
    with pytest.raises(BadInput, match=f"^{field}"):
        read_prompt(told)


@pytest.mark.parametrize("secret", ["x" * 3000, "arn:\n", None])
def test_a_secret_that_is_no_name_of_one_is_refused(secret: str | None) -> None:
    deletion = event("managed_secret_deleted.json")
    deletion["detail"] |= {"requestParameters": {"secretId": secret}, "responseElements": None}

    with pytest.raises(BadInput):
        read_prompt(deletion)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from([LINK, "2026-01-02", "a" * 400]),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=8), part, max_size=3),
    max_leaves=8,
)
CALL_FIELDS = ("userIdentity", "eventTime", "eventName", "requestParameters", "responseElements", "errorCode")
FIELDS = (*CALL_FIELDS, "link", "change")


@given(data=st.data(), name=st.sampled_from(sorted(path.name for path in EVENTS.glob("*.json"))))
def test_whatever_comes_is_read_or_refused(data: st.DataObject, name: str) -> None:
    told = event(name)
    spot = data.draw(st.sampled_from(["id", "source", "account", "detail", "time", *FIELDS]))
    part = told["detail"] if spot in FIELDS and isinstance(told.get("detail"), dict) else told
    part[spot] = data.draw(JSON)

    with suppress(BadInput):
        prompt = read_prompt(told)
        assert all(each.startswith(("dxcon-", "dxlag-")) for each in prompt.links)
        assert prompt.change.by.isprintable()
        assert prompt.change.at.tzinfo is UTC


@given(JSON)
def test_any_json_is_refused(told: object) -> None:
    with pytest.raises(BadInput):
        read_prompt(told)
