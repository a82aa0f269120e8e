"""The third act: a drift is made, heard or swept, mended, and told of."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from rich.console import Console

from sandbox.demo import drift_tables
from sandbox.demo.bus import CHANGED, Bus, ModeNotes
from sandbox.demo.drift import Drift, Enforcement, Told, meanwhile, mode_back
from sandbox.demo.drifting import Drifting, lower, to_drift
from sandbox.demo.enforcing import EnforceEncryption
from sandbox.demo.links import links_seen
from sandbox.demo.moments import ORDER, moments, side_by_side
from sandbox.demo.progress import display
from sandbox.demo.sights import Step, Traffic
from sandbox.demo.verdicts import Verdict, verdicts_kept
from sandbox.demo.words import NESTED_STATES
from sandbox.twin import DEMO_ESTATE, CallRecord, DirectConnectTwin, TwinError, VirtualClock
from sandbox.twin.client import TwinClient
from tests.sandbox.demo_builders import (
    CALM,
    GOOD,
    LOW,
    PERSON,
    a_drift,
    a_link,
    a_mode_call,
    a_told,
    an_enforcement,
    at,
    entered,
    lines_of,
    printed,
)

DETAIL: dict[str, Any] = {
    "link": "dxcon-north-a",
    "before": {"status": "COMPLIANT", "reasons": ["Compliant"]},
    "after": {"status": "NON_COMPLIANT", "reasons": ["ModeNotEnforced", "KeyTooOld"]},
    "sentence": "dxcon-north-a is in should_encrypt.",
    "change": {"event_id": "1", "call": "UpdateConnection", "by": "arn:aws:iam::1:user/person", "at": "…"},
    "did": {"remedy": "enforce", "execution": "arn:compliance-1", "at": "2026-01-01T00:00:01.500000+00:00"},
    "why": "Enforce",
}


def test_what_the_bus_tells_of_a_verdict_is_read() -> None:
    told = Told.from_detail(DETAIL, at(2))

    assert (told.before, told.after) == (GOOD, ("ModeNotEnforced", "KeyTooOld"))
    assert (told.call, told.by, told.remedy, told.at) == ("UpdateConnection", "user/person", "enforce", at(1.5))


def test_a_first_verdict_that_nobody_caused_has_neither_before_nor_whose() -> None:
    told = Told.from_detail({**DETAIL, "before": None, "change": None, "did": None}, at(2))

    assert (told.before, told.call, told.by, told.remedy, told.at) == ((), "", "", "", at(2))


def test_a_role_is_named_without_its_session() -> None:
    by = "arn:aws:sts::1:assumed-role/NetworkAdmin/mara@example.com"

    assert Told.from_detail({**DETAIL, "change": {**DETAIL["change"], "by": by}}, at(2)).by == "role/NetworkAdmin"


def test_a_drift_is_over_with_the_first_verdict_after_it_that_does_not_name_it() -> None:
    first = a_told((), GOOD, 0.5)
    named, over = a_told(GOOD, LOW, 2), a_told(LOW, ("KeyTooOld",), 20)

    assert a_drift(told=(first, named, over)).over == over
    assert a_drift(told=(first, named)).over is None
    assert a_drift(told=(first,)).judged is None


@pytest.mark.parametrize(
    "changes",
    [
        {"back": None},
        {"enforcements": ()},
        {"enforcements": (an_enforcement("RUNNING", None),)},
        {"told": (a_told(GOOD, LOW, 1.3),)},
    ],
)
def test_a_drift_of_which_something_is_missing_is_not_settled(changes: dict[str, Any]) -> None:
    assert a_drift().settled
    assert not a_drift(**changes).settled


def test_only_a_later_call_that_sets_must_encrypt_on_the_same_link_ends_a_drift() -> None:
    drift = a_mode_call(seconds=5)
    back = a_mode_call(mode="must_encrypt", seconds=9)
    others = [
        a_mode_call(mode="must_encrypt", seconds=1),
        a_mode_call("dxcon-other", "must_encrypt", 6),
        a_mode_call(mode="should_encrypt", seconds=7),
    ]

    assert mode_back([*others, back], drift) == back
    assert mode_back(others, drift) is None


def test_only_the_seconds_of_the_drift_are_counted() -> None:
    line = [(at(-9), at(-1), "dropped"), (at(-1), at(4), "encrypted"), (at(4), at(6), "clear")]

    assert meanwhile(line, at(0), at(5)) == Traffic(4.0, 1.0, 0.0)


def test_every_state_of_the_enforcement_has_its_place_in_the_order() -> None:
    assert set(NESTED_STATES) < set(ORDER)
    assert ORDER.index("RaiseMode") < ORDER.index("back") < ORDER.index("WatchMode")


def test_moments_come_in_the_order_of_time_and_a_repeated_state_counts_once() -> None:
    told = [(each.what, each.at) for each in moments(a_drift())]

    assert told == [
        ("set", at(0)),
        ("heard", at(0.1)),
        ("judged", at(1.3)),
        ("BeginEnforcement", at(1.5)),
        ("AwaitEncryption", at(2)),
        ("RaiseMode", at(9)),
        ("back", at(9.2)),
        ("WatchMode", at(9.5)),
        ("CloseEnforcement", at(17)),
        ("ended", at(18)),
        ("over", at(19)),
    ]


def test_drifts_stand_side_by_side_and_what_did_not_happen_is_a_gap() -> None:
    swept = a_drift("north-b", heard_at=None, swept_at=at(2))

    rows = dict(side_by_side([a_drift(), swept]))

    assert rows["person sets should_encrypt"] == (0, 0)
    assert rows["CloudTrail's event is on the bus"] == (0.1, None)
    assert rows["the sweep looks at every link"] == (None, 2)
    assert rows["the mode is must_encrypt again"] == (9.2, 9.2)
    assert "enforce: setting the mode down again" not in rows


@pytest.mark.parametrize("width", [80, 120])
def test_the_tables_fit_a_terminal_without_losing_a_letter(width: int) -> None:
    ours = replace(a_told(LOW, GOOD, 19), by="role/DxMacsec-FunctionsRaiseModeRole", call="MACsec Enforcement Ended")
    drifts = [a_drift(), a_drift("backbone"), a_drift("partner-edge", told=(a_told(GOOD, LOW, 1), ours))]
    traffic = {each.link.id: Traffic(19, 0, 0) for each in drifts}
    traffic[drifts[1].link.id] = Traffic(18, 0.7, 0.3)

    seconds = printed(drift_tables.second_by_second(drifts, traffic), width)
    told = printed(drift_tables.told(drifts, width), width)

    assert "…" not in seconds + told.replace("role/DxMacsec-Funct…", "")
    assert " ".join(seconds.splitlines()[-1].split()) == "clear or dropped meanwhile 0.0 s 1.0 s 0.0 s"
    led = "UpdateConnection " if width == 120 else ""
    assert f"north-a Compliant ModeNotEnforced {led}user/person enforce" in " ".join(told.split())


def test_the_verdicts_name_every_link_also_one_that_was_never_judged() -> None:
    kept = [Verdict("dxcon-north-a", "NON_COMPLIANT", ("EncryptionDown", "KeyTooOld"), "dxcon-north-a is dark.")]

    shown = printed(drift_tables.verdicts(kept, [a_link(), a_link("north-b")]))

    rows = [line.split() for line in shown.splitlines()]
    assert ["north-a", "NON_COMPLIANT", "EncryptionDown,", "KeyTooOld", "is", "dark."] in rows
    assert ["north-b", "-", "-", "never", "judged"] in rows


def test_one_connection_one_lag_and_a_silent_connection_drift() -> None:
    twin = DirectConnectTwin(DEMO_ESTATE, clock=VirtualClock())
    links = [replace(link, mode="must_encrypt") if link.capable else link for link in links_seen(TwinClient(twin))]

    heard, silent = to_drift(links)

    assert [(link.kind, link.name) for link in (*heard, *silent)] == [
        ("connection", "north-a"),
        ("lag", "backbone"),
        ("connection", "north-b"),
    ]
    assert to_drift([replace(link, mode="should_encrypt") for link in links]) == ((), ())


def test_modes_are_noted_also_of_calls_that_nobody_hears_but_not_of_refused_ones() -> None:
    twin = DirectConnectTwin(DEMO_ESTATE, clock=VirtualClock())
    heard: list[CallRecord] = []
    notes = ModeNotes(twin)
    twin.on_call.append(heard.append)
    client = TwinClient(twin, PERSON)
    north, backbone = (each for each in links_seen(client) if each.name in ("north-a", "backbone"))
    heard.clear()

    with notes.unheard():
        lower(client, north)
    lower(client, backbone)
    with pytest.raises(TwinError):
        twin.call("UpdateConnection", {"connectionId": "dxcon-nobody01", "encryptionMode": "must_encrypt"})

    assert [(call.link, call.mode, call.by) for call in notes.calls] == [
        (north.id, "should_encrypt", PERSON),
        (backbone.id, "should_encrypt", PERSON),
    ]
    assert [record.operation for record in heard] == ["UpdateLag", "UpdateConnection"]


def an_event(detail_type: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {"detail-type": detail_type, "detail": detail}


def test_the_bus_tells_what_is_new_on_it_and_whose_call_it_is_about() -> None:
    asked = {"connectionId": "dxcon-north-a", "encryptionMode": "should_encrypt"}
    events = [an_event(CHANGED, DETAIL)]
    bus = Bus(lambda: events)
    events += [
        an_event("AWS API Call via CloudTrail", {"eventName": "UpdateConnection", "requestParameters": asked}),
        an_event("AWS API Call via CloudTrail", {"eventName": "DescribeLags", "requestParameters": None}),
        an_event(CHANGED, {**DETAIL, "link": "dxcon-other"}),
    ]
    bus.look()

    assert bus.heard(a_mode_call()) is not None
    assert bus.heard(a_mode_call(mode="must_encrypt")) is None
    assert bus.heard(a_mode_call("dxcon-other")) is None
    assert bus.told("dxcon-north-a") == ()
    assert [told.after for told in bus.told("dxcon-other")] == [("ModeNotEnforced", "KeyTooOld")]


class ScriptedStepFunctions:
    """Answers for executions of EnforceEncryption, each named and started at a second; counts what is described."""

    def __init__(self, started: dict[str, float], **description: Any) -> None:  # noqa: ANN401 - as boto3
        self._started, self._description, self.described = started, description, list[str]()

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803 - as boto3
        self.described.append(executionArn)
        return {"executionArn": executionArn, "startDate": at(self._started[executionArn]), **self._description}

    def get_paginator(self, _operation: str) -> ScriptedStepFunctions:
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        listed = [{"name": each, "executionArn": each, "startDate": at(when)} for each, when in self._started.items()]
        return [{"executions": listed, "events": [entered("RaiseMode", {})]}]


STARTED = {"compliance-a-3": 7.0, "compliance-a-2": 5.0, "compliance-a-1": -5.0, "compliance-ab-1": 6.0, "other": 6.0}


def test_only_enforcements_that_compliance_started_for_the_link_since_then_count() -> None:
    client = ScriptedStepFunctions(STARTED, status="FAILED", stopDate=at(9), error="EncryptionNotUp", cause="Dark.")
    machine = EnforceEncryption(client, "arn")

    found = machine.of("a", at(0))

    assert [each.execution for each in found] == ["compliance-a-2", "compliance-a-3"]
    assert (found[0].reason, found[0].sentence, found[0].succeeded) == ("EncryptionNotUp", "Dark.", False)
    assert found[0].steps == (Step("RaiseMode", at(0)),)
    assert machine.of("a", at(0)) == found
    assert client.described == ["compliance-a-2", "compliance-a-3"]


def test_an_enforcement_that_runs_is_read_again() -> None:
    client = ScriptedStepFunctions({"compliance-a-1": 1.0}, status="RUNNING")
    machine = EnforceEncryption(client, "arn")

    assert [each.ended_at for each in (*machine.of("a", at(0)), *machine.of("a", at(0)))] == [None, None]
    assert len(client.described) == 2


class Standings:
    """Answers a query of the ledger in two pages."""

    def get_paginator(self, _operation: str) -> Standings:
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - as boto3
        assert asked["ExpressionAttributeValues"] == {":compliance": {"S": "COMPLIANCE"}}
        return [{"Items": [self.row("a")]}, {"Items": [self.row("b")]}]

    @staticmethod
    def row(link: str) -> dict[str, Any]:
        return {
            "pk": {"S": "COMPLIANCE"},
            "sk": {"S": link},
            "status": {"S": "WARNING"},
            "reasons": {"L": [{"S": "KeyChainFull"}]},
            "sentence": {"S": "Full."},
            "version": {"N": "3"},
        }


def test_verdicts_are_read_from_every_page_of_the_ledger() -> None:
    assert verdicts_kept(Standings(), "ledger") == (
        Verdict("a", "WARNING", ("KeyChainFull",), "Full."),
        Verdict("b", "WARNING", ("KeyChainFull",), "Full."),
    )


class ScriptedProduct:
    """Plays bus, notes and machine: backbone is a look later than north-a, and north-b waits for the sweep."""

    def __init__(self, ending: str = "SUCCEEDED") -> None:
        self._ending, self._looks, self.swept, self.hearing = ending, 0, 0, True
        self.calls = [a_mode_call(f"dxcon-{name}") for name in ("north-a", "backbone", "north-b")]

    def look(self) -> None:
        self._looks += 1

    def heard(self, call: Any) -> datetime | None:  # noqa: ANN401 - a ModeCall
        return at(0.1) if call.link != "dxcon-north-b" and self._looks > 1 else None

    def told(self, link: str) -> tuple[Told, ...]:
        age = self._age(link)
        drift = a_drift(link.removeprefix("dxcon-"))
        return drift.told if age > 3 else drift.told[:1] if age > 0 else ()

    def of(self, link: str, _since: datetime) -> tuple[Enforcement, ...]:
        age = self._age(link)
        if age > 2:
            if self._ending == "SUCCEEDED" and all(call.link != link or call.at == at(0) for call in self.calls):
                self.calls.append(a_mode_call(link, "must_encrypt", 9.2))
            return (an_enforcement(self._ending, None if self._ending == "RUNNING" else 18),)
        return (an_enforcement("RUNNING", None),) if age > 1 else ()

    def sweep(self) -> None:
        judged = [self.told(f"dxcon-{name}") for name in ("north-a", "backbone")]
        assert all(judged), "the sweep comes after what has an event is judged"
        self.swept = self._looks

    @contextmanager
    def unheard(self) -> Iterator[None]:
        self.hearing = False
        yield
        self.hearing = True

    def _age(self, link: str) -> int:
        if link == "dxcon-north-b":
            return self._looks - self.swept if self.swept else 0
        return self._looks - (2 if link == "dxcon-north-a" else 3)


def followed(product: ScriptedProduct, patience_seconds: float = 60) -> tuple[tuple[Drift, ...], Console]:
    console = Console(file=io.StringIO(), width=120)
    drifting = Drifting(product, product, product, lambda *_: CALM)  # type: ignore[arg-type]
    lowered: list[tuple[str, bool]] = []
    for name, heard in (("north-b", False), ("north-a", True), ("backbone", True)):
        drifting.begin(a_link(name), lambda link: lowered.append((link.name, product.hearing)), heard=heard)
    assert lowered == [("north-b", False), ("north-a", True), ("backbone", True)]
    seen = drifting.follow(product.sweep, display(console), patience_seconds=patience_seconds, poll_seconds=0)
    return seen, console


def test_drifts_are_followed_until_all_are_mended_and_the_silent_one_by_the_sweep() -> None:
    product = ScriptedProduct()

    drifts, console = followed(product)

    assert [(each.link.name, each.settled, each.found_by, each.swept_at is None) for each in drifts] == [
        ("north-a", True, "event", True),
        ("backbone", True, "event", True),
        ("north-b", True, "sweep", False),
    ]
    assert product.swept == 4
    shown = lines_of(console)
    assert ["north-a", "▸ CloudTrail's event is on the bus"] in shown
    assert ["north-b", "▸ the sweep looks at every link"] in shown
    assert ["north-a", "✓ must_encrypt again after 9.2 s"] in shown
    assert shown[-1] == ["north-b", "✓ must_encrypt again after 9.2 s"]


def test_a_drift_whose_enforcement_fails_is_not_waited_for() -> None:
    drifts, console = followed(ScriptedProduct("FAILED"))

    assert [each.failed for each in drifts] == [True, True, True]
    assert ["north-a", "✗ EnforceEncryption ends: EncryptionNotUp"] in lines_of(console)


def test_a_drift_that_nothing_mends_is_watched_no_longer_than_the_patience() -> None:
    drifts, _ = followed(ScriptedProduct("RUNNING"), patience_seconds=0)

    assert [each.settled for each in drifts] == [False, False, False]
