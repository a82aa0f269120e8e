"""Walks `RotateOrganisation` as it is deployed, with members that walk their own fleets on twins.

The members of a wave come one after another here, where Step Functions takes them side by side.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from dxmacsec.handlers import coordinator_wiring
from dxmacsec.organisation import MemberRun
from sandbox.twin import Estate, PortPlan
from sandbox.twin.estates import LOCATIONS
from tests.walk.execution import Execution, TaskFailed
from tests.walk.expressions import filled
from tests.walk.fleet_walker import FleetWalker
from tests.walk.machines import handler, machine
from tests.worlds.coordinator import CoordinatorScene, Fleet, a_coordinator
from tests.worlds.scene import a_scene

MACHINE = "rotate_organisation"
OLD_SECONDS = 200 * 86_400
MOST_STATES = 200
GROUP_TAG = "dxmacsec:redundancy-group"

Work = Callable[[Execution, dict[str, Any]], Any]
"""What a state does before it is left; a failure of it is a TaskFailed."""


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
class Run:
    """A run that was walked: its execution, and the last document that it carried."""

    execution: Execution
    document: dict[str, Any] = field(default_factory=dict)

    @property
    def report(self) -> dict[str, Any]:
        """Return the report that travelled."""
        return dict(self.document["report"])

    @property
    def ended(self) -> tuple[str, str]:
        """Return its outcome, which the execution's end must say, too."""
        outcome = self.document["outcome"]
        good = outcome["status"] in ("SUCCEEDED", "PLANNED")
        assert self.execution.status == ("SUCCEEDED" if good else "FAILED")
        assert self.execution.error == (None if good else outcome["reason"])
        return outcome["status"], outcome["reason"]


@dataclass
class OrganisationWalker:
    """A coordinator and its members by name: walks the machine as it is deployed.

    With `twice` each function is called twice, as after a lost answer. `leaving` is done once after a function.
    """

    members: dict[str, FleetWalker]
    scene: CoordinatorScene
    twice: bool = False
    leaving: dict[str, Callable[[], None]] = field(default_factory=dict)
    failing: dict[str, TaskFailed] = field(default_factory=dict)

    @classmethod
    def over(cls, members: dict[str, FleetWalker], **chosen: Any) -> OrganisationWalker:  # noqa: ANN401 - the deployer's
        return cls(members, a_coordinator({name: fleet_of(walker) for name, walker in members.items()}, **chosen))

    def run(self, name: str = "organisation-1", **asked: Any) -> Run:  # noqa: ANN401 - what a person types
        """Walk a run to its end."""
        execution = Execution(
            "rotate_organisation", name, asked, self.scene.clock.now(), machine(MACHINE)["StartAt"], asked
        )
        run = Run(execution)
        while execution.status == "RUNNING":
            state = machine(MACHINE)["States"][execution.state]
            execution.visited.append(execution.state)
            assert len(execution.visited) < MOST_STATES, execution.visited
            self._perform(execution, state)
            if isinstance(execution.document, dict) and "verdict" in execution.document:
                run.document = execution.document
        return run

    def _perform(self, execution: Execution, state: dict[str, Any]) -> None:
        match state["Type"]:
            case "Choice":
                execution.state = self._chosen(execution, state)
            case "Succeed":
                execution.status, execution.output = "SUCCEEDED", self._filled(state["Output"], execution)
            case "Fail":
                execution.status, execution.error = "FAILED", self._filled(state["Error"], execution)
                execution.cause = self._filled(state["Cause"], execution)
            case "Wait":
                self.scene.clock.sleep(self._filled(state["Seconds"], execution))
                execution.state = state["Next"]
            case "Pass":
                execution.state = state.get("Next", "")
            case kind:
                self._tried(execution, state, self._map if kind == "Map" else self._task)

    def _tried(self, execution: Execution, state: dict[str, Any], work: Work) -> None:
        """Do the work of a state, or leave it by its Catch."""
        try:
            if failure := self.failing.pop(execution.state, None):
                raise failure
            result = work(execution, state)
        except TaskFailed as failed:
            [rule] = state["Catch"]
            caught = {"Error": failed.error, "Cause": failed.cause}
            execution.document = self._filled(rule["Output"], execution, errorOutput=caught)
            execution.state = rule["Next"]
            return
        execution.document = self._filled(state["Output"], execution, result=result)
        execution.state = state["Next"]

    def _map(self, execution: Execution, state: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        """Give every member of the list its turn, and write down what came back as the result's writer does."""
        lies, goes = (self._filled(state[name]["Arguments"], execution) for name in ("ItemReader", "ResultWriter"))
        assert self._filled(state["MaxConcurrency"], execution) == self.scene.world.limits.most_members
        items = self.scene.shelf.get(lies["Key"])
        entries = [{"item": item, "output": self._turned(execution, state["ItemProcessor"], item)} for item in items]
        key = f"{goes['Prefix']}/{len(execution.visited)}/manifest.json"
        came = self.scene.shelf.put(key, entries)
        return {"ResultWriterDetails": {"Bucket": came.bucket, "Key": came.key}}

    def _turned(self, parent: Execution, processor: dict[str, Any], item: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        child = Execution(parent.machine, parent.name, item, self.scene.clock.now(), processor["StartAt"], item)
        while child.state:
            child.visited.append(child.state)
            assert len(child.visited) < MOST_STATES, child.visited
            self._perform(child, processor["States"][child.state])
        return child.document

    def _chosen(self, execution: Execution, state: dict[str, Any]) -> str:
        chosen = (choice["Next"] for choice in state["Choices"] if self._filled(choice["Condition"], execution))
        return str(next(chosen, state["Default"]))

    def _task(self, execution: Execution, state: dict[str, Any]) -> dict[str, Any]:
        arguments = self._filled(state["Arguments"], execution)
        function, called = arguments["FunctionName"], handler(arguments["FunctionName"])
        payload = json.dumps(arguments["Payload"])
        try:
            with mock.patch.object(coordinator_wiring, "coordinator_world", return_value=self.scene.world):
                answers = [json.loads(json.dumps(called(json.loads(payload), None))) for _ in range(1 + self.twice)]
        except Exception as error:
            cause = json.dumps({"errorMessage": str(error), "errorType": type(error).__name__})
            raise TaskFailed(type(error).__name__, cause) from error
        assert answers[0] == answers[-1] or "TurnMember" in function, function
        if action := self.leaving.pop(execution.state, None):
            action()
        return {"Payload": answers[-1]}

    def _filled(self, template: Any, execution: Execution, **more: Any) -> Any:  # noqa: ANN401 - any JSON
        """Return a template with its expressions, and the members that the stack writes into the definition."""
        started = execution.started_at.isoformat()
        about = {"Id": execution.arn, "Name": execution.name, "StartTime": started, "Input": execution.input}
        states = {"input": execution.document, "context": {"Execution": about}, **more}
        written = json.loads(json.dumps(template).replace("${Members}", ",".join(self.members)))
        return filled(written, states, lambda: self.scene.clock.now().isoformat())

    def lost(self) -> float:
        """Return the seconds in which any line carried traffic in clear or dropped it."""
        meters = (
            walker.scene.twin.meter.seconds(link.id)
            for walker in self.members.values()
            for link in walker.scene.world.direct_connect.links()
        )
        return sum(each.clear + each.dropped for each in meters)
