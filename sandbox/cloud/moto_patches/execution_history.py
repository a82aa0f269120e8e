"""GetExecutionHistory backwards and in pages; moto gives every event, the oldest first, whatever is asked.

What breaks when moto moves: `get_execution_history` of its responses, and the name of its `ActionResult`.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
"""

from __future__ import annotations

from typing import Any

from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.vocabulary import Private

_MOST_EVENTS = 1000
_DEFAULT_EVENTS = 100


def mend(mends: Mends, hooks: Hooks) -> None:
    """Make the history answer `reverseOrder`, `maxResults` and `nextToken`."""
    del hooks
    responses: Private = private("moto.stepfunctions.responses")

    def get_execution_history(self: Private) -> Private:
        arn, backwards = self._get_param("executionArn"), self._get_param("reverseOrder")
        events = list(self.stepfunction_backend.get_execution_history(arn)["events"])
        events = events[::-1] if backwards else events
        first, most = int(self._get_param("nextToken") or 0), int(self._get_param("maxResults") or _DEFAULT_EVENTS)
        last = first + min(most, _MOST_EVENTS)
        answer: dict[str, Any] = {"events": events[first:last]}
        if last < len(events):
            answer["nextToken"] = str(last)
        return responses.ActionResult(answer)

    mends.replace(responses.StepFunctionResponse, "get_execution_history", get_execution_history)
