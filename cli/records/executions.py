"""What Step Functions tells of an execution while it keeps it: 90 days after the end.

Only names and times of states are read, never what the execution carried.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dxmacsec.adapters.aws_errors import SdkError, error_code, translate

EVENTS_A_PAGE = 1000
NEWEST_EVENTS = 50
"""Enough for the newest state that was entered: its retries come after it."""

GONE = "ExecutionDoesNotExist"


@dataclass(frozen=True, slots=True)
class InState:
    """The state in which an execution is now, and since when; one that is `over` ended there, and then.

    An execution that is over and still holds a lock was stopped or died: RecoverLink takes it over.
    """

    state: str
    since: datetime
    over: bool = False

    @property
    def words(self) -> str:
        """Return the state, and that it was the last one."""
        return f"ended at {self.state}" if self.over else self.state


@dataclass(frozen=True, slots=True)
class StateTime:
    """How long an execution was in a state: `seconds` over all its visits; the last one may still last."""

    state: str
    entered_at: datetime
    visits: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Described:
    """An execution as Step Functions describes it; `input` is what was asked for."""

    arn: str
    name: str
    status: str
    started_at: datetime
    ended_at: datetime | None
    input: dict[str, Any]
    error: str = ""


class ExecutionReader:
    """Reads executions; one that Step Functions no longer knows is None or empty, never an error."""

    def __init__(self, step_functions: Any) -> None:  # noqa: ANN401 - the SDK makes the class at run time
        """Take a client of Step Functions."""
        self._step_functions = step_functions

    def described(self, arn: str) -> Described | None:
        """Describe an execution.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: the caller may not describe executions.
        """
        try:
            answer = self._step_functions.describe_execution(executionArn=arn)
        except SdkError as error:
            if error_code(error) == GONE:
                return None
            raise translate(error, f"read the execution {arn}") from error
        stopped_at = answer.get("stopDate")
        return Described(
            arn=answer["executionArn"],
            name=answer["name"],
            status=answer["status"],
            started_at=answer["startDate"].astimezone(UTC),
            ended_at=stopped_at.astimezone(UTC) if stopped_at else None,
            input=_object(answer.get("input", "")),
            error=answer.get("error", ""),
        )

    def now_in(self, arn: str) -> InState | None:
        """Return the state that was entered last, choices left out; None when nobody knows the execution or any.

        Raises:
            Transient, AccessDenied: see `described`.
        """
        ended: datetime | None = None
        for event in self._events(arn, newest_first=True, at_most=NEWEST_EVENTS):
            at = event["timestamp"].astimezone(UTC)
            if _is_end(event):
                ended = at
            entered = event.get("stateEnteredEventDetails")
            if entered and not _is_choice(event):
                return InState(entered["name"], ended or at, over=ended is not None)
        return None

    def times(self, arn: str) -> tuple[StateTime, ...]:
        """Return how long each state took, in the order in which they were first entered; choices take no time.

        Raises:
            Transient, AccessDenied: see `described`.
        """
        visits = _Visits()
        for event in self._events(arn, newest_first=False):
            visits.note(event)
        return visits.times()

    def _events(self, arn: str, *, newest_first: bool, at_most: int = EVENTS_A_PAGE) -> Iterator[dict[str, Any]]:
        more: dict[str, Any] = {}
        while True:
            try:
                page = self._step_functions.get_execution_history(
                    executionArn=arn, reverseOrder=newest_first, maxResults=at_most, includeExecutionData=False, **more
                )
            except SdkError as error:
                if error_code(error) == GONE:
                    return
                raise translate(error, f"read the history of {arn}") from error
            yield from page["events"]
            if not page.get("nextToken"):
                return
            more = {"nextToken": page["nextToken"]}


class _Visits:
    """The times in states, as the events come, the oldest first."""

    def __init__(self) -> None:
        self._times: dict[str, StateTime] = {}
        self._entered: dict[str, datetime] = {}

    def note(self, event: dict[str, Any]) -> None:
        """Take from an event that a state was entered or left."""
        entered, left = event.get("stateEnteredEventDetails"), event.get("stateExitedEventDetails")
        at = event["timestamp"].astimezone(UTC)
        if _is_choice(event):
            return
        if entered:
            self._enter(entered["name"], at)
        elif left:
            self._leave(left["name"], at)
        elif _is_end(event):
            for state in tuple(self._entered):
                self._leave(state, at)

    def times(self) -> tuple[StateTime, ...]:
        """Return what was counted so far."""
        return tuple(self._times.values())

    def _enter(self, state: str, at: datetime) -> None:
        known = self._times.get(state, StateTime(state, at, 0, 0.0))
        self._times[state] = StateTime(state, known.entered_at, known.visits + 1, known.seconds)
        self._entered[state] = at

    def _leave(self, state: str, at: datetime) -> None:
        known, since = self._times[state], self._entered.pop(state)
        seconds = known.seconds + (at - since).total_seconds()
        self._times[state] = StateTime(state, known.entered_at, known.visits, seconds)


def _is_choice(event: dict[str, Any]) -> bool:
    """Tell whether an event is of a choice, which takes no time and does nothing."""
    return str(event["type"]).startswith("Choice")


def _is_end(event: dict[str, Any]) -> bool:
    kind = str(event["type"])
    return kind.startswith("Execution") and kind != "ExecutionStarted"


def _object(text: str) -> dict[str, Any]:
    """Return the JSON object that a text is; nothing for anything else."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
