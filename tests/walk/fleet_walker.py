"""Walks `RotateFleet` with every rotation that it starts, on the virtual clock.

The links of a wave come one after another here, where Step Functions takes them side by side.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.walk.execution import Execution, TaskFailed
from tests.walk.walker import END, Walker

ROTATE_KEY = "${RotateKeyArn}"


@dataclass
class FleetWalker(Walker):
    """A walker that knows Map and Pass as well, and starts rotations under the name that they are given."""

    def rotate_fleet(self, name: str = "", **asked: Any) -> Execution:  # noqa: ANN401 - what a person types
        """Start `RotateFleet` and walk it to its end."""
        return self.walk(self.start("rotate_fleet", asked, name))

    def rotations(self) -> list[Execution]:
        """Return the rotations in the order in which they were started."""
        return [each for each in self.executions if each.machine == "rotate_key"]

    def _perform(self, execution: Execution, state: dict[str, Any]) -> None:
        if state["Type"] != "Map":
            super()._perform(execution, state)
            return
        items = self._filled(state["Items"], execution)
        came = [self._iteration(execution, state["ItemProcessor"], item) for item in items]
        execution.document = self._filled(state["Output"], execution, result=came)
        execution.state = state["Next"]

    def _iteration(self, execution: Execution, processor: dict[str, Any], item: Any) -> Any:  # noqa: ANN401 - any JSON
        inner = Execution(
            execution.machine, execution.name, execution.input, execution.started_at, processor["StartAt"], item
        )
        while inner.state != END:
            state = processor["States"][inner.state]
            if state["Type"] == "Task":
                self._task(inner, state)
            else:
                inner.state = state.get("Next", END)
        assert inner.status == "RUNNING", "an iteration that fails would abort its neighbours"
        return inner.document

    def _nested(self, parent: Execution, arguments: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        if arguments["StateMachineArn"] != ROTATE_KEY:
            return super()._nested(parent, arguments)
        if any(each.name == arguments["Name"] for each in self.rotations()):
            error = "StepFunctions.ExecutionAlreadyExistsException"
            raise TaskFailed(error, f"Execution Already Exists: {arguments['Name']}")
        child = self.walk(self.start("rotate_key", arguments["Input"], arguments["Name"]))
        if child.status != "SUCCEEDED":
            error = "States.TaskFailed"
            cause = {"Error": child.error, "Cause": child.cause, "Status": child.status, "Name": child.name}
            raise TaskFailed(error, json.dumps(cause))
        return {"Output": child.output, "Status": child.status}
