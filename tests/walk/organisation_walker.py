"""Walks a run over many accounts through its four functions, with members that walk their own fleets on twins.

Documents and turns are JSON between two functions, as Step Functions carries them; a turn that fails whole is a result,
as the machine's Catch makes it one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from unittest import mock

from dxmacsec.handlers import coordinator_wiring
from dxmacsec.organisation import MemberRun
from sandbox.twin import Estate, PortPlan
from sandbox.twin.estates import LOCATIONS
from tests.walk.fleet_walker import FleetWalker
from tests.worlds.coordinator import CoordinatorScene, Fleet, a_coordinator
from tests.worlds.scene import a_scene

ARN = "arn:aws:states:eu-west-1:123456789012:execution:dxmacsec-RotateOrganisation"
OLD_SECONDS = 200 * 86_400
MOST_TURNS = 50
GROUP_TAG = "dxmacsec:redundancy-group"


def an_estate(number: int) -> Estate:
    """Return two links that are partners of each other, and one whose partners are in other accounts."""
    tags = ({GROUP_TAG: "north"}, {GROUP_TAG: "north"}, {GROUP_TAG: "org:paris"})
    ports = (
        PortPlan(
            f"dxcon-f{number}aaaa0{each}", f"link-{number}-{each}", place, mode="must_encrypt", keys=1, tags=tags[each]
        )
        for each, place in enumerate(("EqDC2", "CSVA1", "EqDC2"))
    )
    return Estate(LOCATIONS, connections=tuple(ports))


def a_member(number: int, **limits: Any) -> FleetWalker:  # noqa: ANN401 - any field of Limits
    """Return a member whose keys are all due."""
    walker = FleetWalker(a_scene(an_estate(number), coordinated=True, **limits))
    walker.scene.clock.sleep(OLD_SECONDS)
    return walker


def fleet_of(walker: FleetWalker) -> Fleet:
    """Return what runs a member's fleet to its end, and describes it as Step Functions there does."""

    def run(name: str, request: dict[str, Any]) -> MemberRun:
        done = walker.rotate_fleet(name, **request)
        return MemberRun(done.status, done.error or "", done.cause or "", done.output)

    return run


@dataclass
class OrganisationWalker:
    """A coordinator, and its members by name."""

    members: dict[str, FleetWalker]
    scene: CoordinatorScene
    twice: bool = False
    leaving: dict[str, Callable[[], None]] = field(default_factory=dict)
    documents: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def over(cls, members: dict[str, FleetWalker], **chosen: Any) -> OrganisationWalker:  # noqa: ANN401 - the deployer's
        return cls(members, a_coordinator({name: fleet_of(walker) for name, walker in members.items()}, **chosen))

    def run(self, name: str = "organisation-1", **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - what a person types
        """Walk a run to its end and return the last document."""
        execution = {"id": f"{ARN}:{name}", "name": name, "started_at": self.scene.clock.now().isoformat()}
        document = self.call("gather_members", {"input": asked, "execution": execution, "members": list(self.members)})
        while document["verdict"]["next"] == "turn":
            document = self.call("order_members", self.turned(document))
        return self.call("report_organisation", document)

    def turned(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return the document with what came back of the turns on the shelf."""
        items = self.scene.shelf.get(document["items"]["key"])
        entries = [{"item": item, "output": self._turn(item)} for item in items]
        key = f"runs/{document['id']}/results/{document['round']}/manifest.json"
        came = self.scene.shelf.put(key, entries)
        return {**document, "came": {"bucket": came.bucket, "key": came.key}}

    def _turn(self, item: dict[str, Any]) -> dict[str, Any]:
        turn = item
        for _ in range(MOST_TURNS):
            try:
                turn = self.call("turn_member", turn)
            except Exception as error:  # noqa: BLE001 - Catch takes all
                words = {"reason": type(error).__name__, "sentence": str(error)[:160]}
                verdict = {"next": "done", "wait_seconds": 0, **words}
                return {**turn, "verdict": verdict, "result": {"status": "UNREACHED", "report": None, **words}}
            if turn["verdict"]["next"] != "waiting":
                return turn
            self.scene.clock.sleep(turn["verdict"]["wait_seconds"])
        raise AssertionError(turn)

    def call(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        """Call a function as the machine does; twice, where every step shall be repeated."""
        handler = import_module(f"dxmacsec.handlers.{function}").handler
        with mock.patch.object(coordinator_wiring, "coordinator_world", return_value=self.scene.world):
            answers = [
                json.loads(json.dumps(handler(json.loads(json.dumps(event)), None))) for _ in range(1 + self.twice)
            ]
        assert answers[0] == answers[-1] or function == "turn_member", function
        if action := self.leaving.pop(function, None):
            action()
        if function != "turn_member":
            self.documents.append(answers[-1])
        return dict(answers[-1])

    def lost(self) -> float:
        """Return the seconds in which any line carried traffic in clear or dropped it."""
        meters = (
            walker.scene.twin.meter.seconds(link.id)
            for walker in self.members.values()
            for link in walker.scene.world.direct_connect.links()
        )
        return sum(each.clear + each.dropped for each in meters)
