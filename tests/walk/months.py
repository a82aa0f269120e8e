"""Months of an account with several links: rotations, drifts, people, faults and time, in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from dxmacsec.errors import DxMacsecError
from dxmacsec.policy.change_events import written
from dxmacsec.steps.hear_change import hear_change
from dxmacsec.steps.sweep_links import sweep_links
from sandbox.cloud.trail import event_of
from sandbox.twin import CallRecord, Estate, HostedPlan, LagPlan, PortPlan, RouterBehaviour
from sandbox.twin import World as TwinWorld
from sandbox.twin.building import hand_made_pair
from sandbox.twin.estates import LOCATIONS
from sandbox.twin.faults import TwinError
from tests.walk.execution import Execution
from tests.walk.fleet_walker import FleetWalker
from tests.walk.promises import Promises
from tests.walk.quick import QUICK
from tests.walk.watchful import HEARD, ONLOOKER, OURS
from tests.worlds.estates import GROUP, HOSTED, INTERCONNECT, LAG, LINK, MEMBERS, PARTNER, SPARE
from tests.worlds.outside import a_pair
from tests.worlds.scene import Scene, a_scene
from tests.worlds.trouble import FunctionDied

LINKS = (LINK, PARTNER, LAG, INTERCONNECT, SPARE)
SWEEP_EVERY = timedelta(hours=1)
MOST_ROUNDS = 40
CUT_SHORT = ("ABORTED", "TIMED_OUT")


def an_account() -> Estate:
    """Return two connections of one declared group, a LAG, a port that may join it, and an interconnect."""
    north = PortPlan(LINK, "north-a", "EqDC2", mode="must_encrypt", keys=1, tags=GROUP)
    south = PortPlan(PARTNER, "north-b", "CSVA1", mode="must_encrypt", keys=1, tags=GROUP)
    members = tuple(PortPlan(member, member, "EqDC2") for member in MEMBERS)
    return Estate(
        LOCATIONS,
        connections=(north, south, PortPlan(SPARE, "spare", "EqDC2")),
        lags=(LagPlan(LAG, "backbone", "EqDC2", members, bandwidth="10Gbps", mode="must_encrypt", keys=1),),
        interconnects=(PortPlan(INTERCONNECT, "edge", "EqDC2", mode="must_encrypt", keys=1, partner="Lumen"),),
        hosted=(HostedPlan(HOSTED, "customer-one", INTERCONNECT, vlan=101),),
    )


@dataclass
class Months:
    """An account with everything of ours that runs in it, and the hands of its people.

    Executions that run at the same time share one clock: while one waits, time passes for all of them.
    """

    scene: Scene
    walker: FleetWalker = field(init=False)
    promises: Promises = field(init=False)
    mail: list[dict[str, Any]] = field(default_factory=list)
    told: int = 0
    begun: set[str] = field(default_factory=set)
    ends_heard: set[str] = field(default_factory=set)
    numbers: int = 0

    def __post_init__(self) -> None:
        """Put a walker into the account, and listen to CloudTrail."""
        self.walker = FleetWalker(self.scene)
        self.promises = Promises(self.walker)
        self.scene.twin.on_call.append(self._called)

    def running(self) -> list[Execution]:
        """Return what runs and may be stepped; a nested execution is stepped by its parent."""
        return [each for each in self.walker.executions if each.status == "RUNNING"]

    def start(self, machine: str, data: dict[str, Any], name: str = "") -> Execution:
        """Start an execution; it stands at its first state."""
        return self.walker.start(machine, data, name)

    def step(self, execution: Execution, states: int) -> None:
        """Walk an execution for some states, or to its end."""
        for _ in range(states):
            if execution.status == "RUNNING":
                self.walker.step(execution)

    def stop(self, execution: Execution) -> None:
        """Stop an execution as somebody in the console does."""
        self.walker.stop(execution)

    def by_hand(self, operation: str, **parameters: Any) -> bool:  # noqa: ANN401 - any parameter of the API
        """Make a call as somebody in the console does; return whether Direct Connect took it."""
        try:
            self.scene.twin.call(operation, parameters, principal="person")
        except TwinError:
            return False
        return True

    def set_mode(self, link: str, mode: str) -> bool:
        """Change a link's mode by hand."""
        if link.startswith("dxlag-"):
            return self.by_hand("UpdateLag", lagId=link, encryptionMode=mode)
        return self.by_hand("UpdateConnection", connectionId=link, encryptionMode=mode)

    def add_key(self, link: str, number: int, *, known: bool) -> bool:
        """Associate a foreign pair by hand; the router holds it as well where it is `known`."""
        pair = a_pair(f"foreign/{link}/{number}")
        if known:
            self.scene.twin.router(link).install(pair.ckn, pair.cak.reveal())
        return self.by_hand("AssociateMacSecKey", connectionId=link, ckn=pair.ckn, cak=pair.cak.reveal())

    def remove_key(self, link: str, number: int) -> bool:
        """Disassociate one of a link's keys by hand."""
        keys = self.scene.link(link).keys
        if not keys:
            return False
        arn = keys[number % len(keys)].secret_arn
        return self.by_hand("DisassociateMacSecKey", connectionId=link, secretARN=arn)

    def tag(self, link: str, name: str, value: str | None) -> None:
        """Set a tag by hand, or take it off."""
        arn = f"arn:aws:directconnect:us-east-1:123456789012:{'dxlag' if link.startswith('dxlag-') else 'dxcon'}/{link}"
        if value is None:
            self.by_hand("UntagResource", resourceArn=arn, tagKeys=[name])
        else:
            self.by_hand("TagResource", resourceArn=arn, tags=[{"key": name, "value": value}])

    def behave(self, link: str, **behaviour: Any) -> None:  # noqa: ANN401 - any field of RouterBehaviour
        """Let a router behave like that from now on."""
        self.scene.twin.router(link).behaviour = RouterBehaviour(**behaviour)

    def repair(self, link: str) -> None:
        """Let a router behave well, and configure every pair that the link holds and somebody knows."""
        self.behave(link)
        router, held = self.scene.twin.router(link), {key.ckn for key in self.scene.link(link).keys if key.held}
        known = {pair.ckn: pair.cak.reveal() for pair in self.scene.key_maker.made}
        by_hand = [hand_made_pair(link, number) for number in (1, 2, 3)]
        known |= {pair.ckn: pair.cak.reveal() for pair in by_hand}
        for ckn in held & known.keys():
            router.install(ckn, known[ckn])

    def clear_pauses(self, link: str) -> None:
        """Clear what keeps automation off a link, as the runbook's command does."""
        self.scene.ledger.pauses.pop(link, None)
        self.scene.ledger.enforcement_pauses.pop(link, None)

    def fault(self, calls_ahead: int, when: str, action: Callable[[], None]) -> None:
        """Let a call of ours fail: the so-and-so-manieth from now on."""
        self.scene.trouble.at_call(len(self.scene.trouble.seen) + calls_ahead, when, action)

    def sweep(self) -> None:
        """Look at every link; a sweep that fails is made up for by the next one."""
        with suppress(DxMacsecError, FunctionDied):
            sweep_links(self.scene.world)
        self._begin()

    def deliver(self) -> None:
        """Deliver every event of ours, of CloudTrail and of Step Functions; what fails comes again."""
        self.mail += self._own_events()
        messages: dict[str, object] = {event["id"]: event for event in self.mail}
        with self._failing_together():
            heard = hear_change(messages, self.scene.world)
            self.mail = [event for event in self.mail if event["id"] in heard.failed]
        self._hear_ends()
        self._begin()

    def pass_time(self, time: timedelta) -> None:
        """Let time pass; what runs goes on, each a state in turn. In longer times the sweep comes every hour.

        After two of them the others would find the same and start nothing more.
        """
        sweeps = min(2, int(time / SWEEP_EVERY))
        for _ in range(sweeps):
            self._go_on(SWEEP_EVERY)
            self.sweep()
        self._go_on(time - sweeps * SWEEP_EVERY)

    def _go_on(self, time: timedelta) -> None:
        until = self.scene.clock.now() + time
        while self.running() and self.scene.clock.now() < until:
            for execution in self.running():
                if execution.status == "RUNNING":
                    self.walker.step(execution)
        self.scene.clock.sleep(max(0.0, (until - self.scene.clock.now()).total_seconds()))

    def settle(self) -> None:
        """Go on until nothing runs, nothing waits to be told, and a sweep starts nothing more."""
        self.scene.trouble.forget()
        for _ in range(MOST_ROUNDS):
            for execution in self.running():
                self.walker.walk(execution)
            self.deliver()
            if self.running() or self.mail or self._has_news() or self._rings():
                continue
            self.pass_time(timedelta(minutes=4))
            self.sweep()
            if not (self.running() or self.mail or self._has_news() or self.scene.later.asked):
                return
        message = f"no rest after {MOST_ROUNDS} rounds: {[each.name for each in self.walker.executions][-12:]}"
        raise AssertionError(message)

    @contextmanager
    def _failing_together(self) -> Iterator[None]:
        """Let a batch fail as one, as a function's does: its messages stay."""
        with suppress(DxMacsecError, FunctionDied):
            yield

    def _begin(self) -> None:
        """Start what was asked for; a name that was used before starts nothing."""
        asked = self.scene.remedies
        wanted: dict[str, tuple[str, dict[str, Any]]] = {
            **{
                name: ("enforce_encryption", {"link": link, "reason": reason})
                for name, (link, reason) in asked.enforcements.items()
            },
            **{name: ("recover_link", {"execution": dead}) for name, dead in asked.recoveries.items()},
            **{
                name: ("rotate_fleet", {"links": list(links), "wait_for_window": True, "reason": reason})
                for name, (links, reason) in asked.rotations.items()
            },
        }
        for name, (machine, data) in wanted.items():
            if name not in self.begun:
                self.begun.add(name)
                self.start(machine, data, name)

    def _hear_ends(self) -> None:
        """Start RecoverLink for what was stopped or failed, as the rules on Step Functions' events do."""
        for execution in list(self.walker.executions):
            watched = ("ABORTED",) if execution.machine == "recover_link" else ("ABORTED", "FAILED")
            if execution.machine == "rotate_fleet" or execution.status not in watched:
                continue
            if execution.arn not in self.ends_heard:
                self.ends_heard.add(execution.arn)
                self.start("recover_link", {"execution": execution.arn})

    def _has_news(self) -> bool:
        heard = any(kind in HEARD for kind, _ in self.scene.herald.events[self.told :])
        watched = {"rotate_key", "enforce_encryption"}
        return heard or any(
            each.arn not in self.ends_heard and each.status in ("FAILED", "ABORTED") and each.machine in watched
            for each in self.walker.executions
        )

    def _rings(self) -> bool:
        """Let the time pass after which something is looked at again, and have it looked at."""
        asked = list(self.scene.later.asked)
        self.scene.later.asked.clear()
        for link, change, after in asked:
            self.scene.clock.sleep(after.total_seconds())
            self.mail.append(self._event("MACsec Look Again", {"link": link, "change": written(change)}))
        return bool(asked)

    def _own_events(self) -> list[dict[str, Any]]:
        fresh, self.told = self.scene.herald.events[self.told :], len(self.scene.herald.events)
        return [self._event(kind, detail) for kind, detail in fresh if kind in HEARD]

    def _event(self, kind: str, detail: dict[str, Any]) -> dict[str, Any]:
        self.numbers += 1
        now = self.scene.clock.now().isoformat()
        return {"id": f"event-{self.numbers}", "source": OURS, "detail-type": kind, "time": now, "detail": detail}

    def _called(self, record: CallRecord) -> None:
        if record.principal == ONLOOKER or record.operation.startswith(("Describe", "List")):
            return
        self.numbers += 1
        event = {**event_of(record), "id": f"event-{self.numbers}"}
        if record.principal == OURS:
            issuer = event["detail"]["userIdentity"]["sessionContext"]["sessionIssuer"]
            issuer["arn"] = issuer["arn"].replace(":role/", ":role/dxmacsec/")
        self.mail.append(event)


def some_months(twin_world: TwinWorld | None = None, **limits: Any) -> Months:  # noqa: ANN401 - any field of Limits
    """Begin months in an account of several links, with short waits."""
    return Months(a_scene(an_account(), twin_world, **{**QUICK, **limits}))
