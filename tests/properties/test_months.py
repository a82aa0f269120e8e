"""Months in an account: any order of rotations, drifts, faults, stops and people, with the promises kept throughout.

`DXMACSEC_EXAMPLES` says how many such lives are tried; the default keeps the file under a minute.
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from dxmacsec.errors import ServiceFault, Throttled, UnknownAnswer
from tests.walk.months import LINKS, some_months
from tests.worlds.estates import INTERCONNECT, LAG, LINK, MEMBERS, PARTNER, SPARE
from tests.worlds.trouble import FunctionDied, raising

EXAMPLES = int(os.environ.get("DXMACSEC_EXAMPLES", "30"))
LINK_IDS = st.sampled_from(LINKS)
PORTS = st.sampled_from([LINK, PARTNER, INTERCONNECT, SPARE, *MEMBERS])
ROUTED = st.sampled_from([LINK, PARTNER, LAG, INTERCONNECT])
MODES = st.sampled_from(["must_encrypt", "should_encrypt", "no_encrypt"])
TIMES = st.sampled_from([timedelta(minutes=3), timedelta(hours=5), timedelta(days=2), timedelta(weeks=5)])
STATES = st.integers(0, 70)
SOON = st.sampled_from([0.0, 20.0, 100.0])
ROUTERS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.sampled_from(["never", "failure", "wrong-ckn", "some-ports"]).map(lambda answers: {"answers": answers}),
    st.just({"answers": "late", "late_seconds": 3000}),
    st.just({"takes_key": False}),
    st.just({"loses_encryption_when_old_removed": True}),
    SOON.map(lambda seconds: {"falls_back_after_seconds": seconds}),
    SOON.map(lambda seconds: {"loses_key_after_seconds": seconds}),
    SOON.map(lambda seconds: {"flaps_at_seconds": seconds}),
)
FAULTS = st.sampled_from([ServiceFault("no answer"), Throttled("slow down"), UnknownAnswer("what?"), FunctionDied()])


class LivingAccount(RuleBasedStateMachine):
    """What may happen in an account, one thing after another."""

    def __init__(self) -> None:
        """Begin with five links whose keys were made by hand."""
        super().__init__()
        self.months = some_months()

    @rule(link=LINK_IDS, urgent=st.sampled_from([False, False, True]), states=STATES)
    def rotate(self, link: str, urgent: bool, states: int) -> None:  # noqa: FBT001 - arguments are drawn by name
        self.months.step(self.months.start("rotate_key", {"link": link, "urgent": urgent}), states)

    @rule(link=ROUTED, behaviour=ROUTERS, states=STATES)
    def rotate_with_a_troubled_router(self, link: str, behaviour: dict[str, Any], states: int) -> None:
        self.months.behave(link, **behaviour)
        self.months.step(self.months.start("rotate_key", {"link": link}), states)

    @rule(link=LINK_IDS, states=STATES)
    def rotate_and_stop(self, link: str, states: int) -> None:
        rotation = self.months.start("rotate_key", {"link": link})
        self.months.step(rotation, states)
        if rotation.status == "RUNNING":
            self.months.stop(rotation)

    @rule()
    def rotate_who_is_due(self) -> None:
        self.months.start("rotate_fleet", {})

    @rule(link=LINK_IDS, states=st.integers(0, 12))
    def enforce(self, link: str, states: int) -> None:
        self.months.step(self.months.start("enforce_encryption", {"link": link}), states)

    @precondition(lambda self: self.months.running())
    @rule(which=st.integers(0, 9), states=st.integers(1, 60))
    def step(self, which: int, states: int) -> None:
        running = self.months.running()
        self.months.step(running[which % len(running)], states)

    @precondition(lambda self: self.months.running())
    @rule(which=st.integers(0, 9))
    def stop(self, which: int) -> None:
        running = self.months.running()
        self.months.stop(running[which % len(running)])

    @rule(link=LINK_IDS, mode=MODES)
    def drift(self, link: str, mode: str) -> None:
        self.months.set_mode(link, mode)

    @rule(link=LINK_IDS, number=st.integers(1, 3), known=st.booleans())
    def add_a_foreign_key(self, link: str, number: int, known: bool) -> None:  # noqa: FBT001
        self.months.add_key(link, number, known=known)

    @rule(link=LINK_IDS, number=st.integers(0, 2))
    def remove_a_key(self, link: str, number: int) -> None:
        self.months.remove_key(link, number)

    @rule()
    def join_the_lag(self) -> None:
        self.months.by_hand("AssociateConnectionWithLag", connectionId=SPARE, lagId=LAG)

    @rule()
    def leave_the_lag(self) -> None:
        self.months.by_hand("DisassociateConnectionFromLag", connectionId=SPARE, lagId=LAG)

    @rule(link=LINK_IDS, until=st.sampled_from(["2026-06-01", "2020-01-01", None]))
    def exempt(self, link: str, until: str | None) -> None:
        self.months.tag(link, "dxmacsec:exempt-until", until)

    @rule(link=ROUTED, behaviour=ROUTERS)
    def trouble_at_a_router(self, link: str, behaviour: dict[str, Any]) -> None:
        self.months.behave(link, **behaviour)

    @rule(link=ROUTED)
    def repair_a_router(self, link: str) -> None:
        self.months.repair(link)

    @rule(port=PORTS)
    def a_port_goes_down(self, port: str) -> None:
        self.months.scene.twin.drop_port(port)

    @rule(port=PORTS)
    def a_port_comes_up(self, port: str) -> None:
        self.months.scene.twin.raise_port(port)

    @rule()
    def sweep(self) -> None:
        self.months.sweep()

    @rule()
    def deliver(self) -> None:
        self.months.deliver()

    @rule(time=TIMES)
    def let_time_pass(self, time: timedelta) -> None:
        self.months.pass_time(time)

    @rule(link=LINK_IDS)
    def clear_pauses(self, link: str) -> None:
        self.months.clear_pauses(link)

    @rule(ahead=st.integers(0, 30), when=st.sampled_from(["before", "after"]), fault=FAULTS)
    def a_call_fails_soon(self, ahead: int, when: str, fault: Exception) -> None:
        self.months.fault(ahead, when, raising(fault))

    @rule()
    def come_to_rest(self) -> None:
        self.months.settle()
        assert self.months.promises.rest() == []

    @invariant()
    def every_promise_is_kept(self) -> None:
        assert self.months.promises.broken == []

    def teardown(self) -> None:
        """Come to rest at the end of every life."""
        if not self.months.promises.broken:
            self.come_to_rest()


LivingAccount.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
test_a_living_account = LivingAccount.TestCase
