"""What became of an execution, read from the newest events of its history backwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC
from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.aws_errors import SdkError, aws_call, error_code, translate
from dxmacsec.errors import BadInput
from dxmacsec.model import Past, Travelling

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.client import SFNClient
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef

ReadDocument = Callable[[str, Mapping[str, Any]], Travelling]
"""Parses the document that travelled through a machine."""

PRODUCT = "dxmacsec-"
EVENTS_A_PAGE = 200
MOST_PAGES = 10
"""A page holds more events than all the retries of the last two states make, so the first one almost always does."""


class AwsHistories:
    """The end of an execution and of its history; what it carried goes to nobody but the parser."""

    def __init__(self, step_functions: SFNClient, read: ReadDocument) -> None:
        """Take a client of Step Functions and the parser of documents."""
        self._step_functions = step_functions
        self._read = read

    def past(self, execution_arn: str) -> Past | None:
        """Read how an execution ended and the last document that it carried; None when nobody knows it.

        https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: our role may not read this execution.
        """
        try:
            described = self._step_functions.describe_execution(executionArn=execution_arn)
        except SdkError as error:
            if error_code(error) == "ExecutionDoesNotExist":
                return None
            raise translate(error, f"read the execution {execution_arn}") from error
        machine = described["stateMachineArn"].rsplit(":", 1)[-1].removeprefix(PRODUCT)
        found = _Found()
        for page in self._newest_first(execution_arn):
            for event in page:
                found.note(event)
            if found.document is not None:
                break
        return self._told(described, machine, found)

    def _told(self, described: DescribeExecutionOutputTypeDef, machine: str, found: _Found) -> Past:
        document, unread = None, ""
        if found.document is not None:
            try:
                document = self._read(machine, found.document)
            except BadInput as error:
                # Another version's document: its execution is recovered from its input alone.
                unread = str(error)
        stopped_at = described.get("stopDate")
        return Past(
            arn=described["executionArn"],
            name=described.get("name", ""),
            machine=machine,
            status=described["status"],
            started_at=described["startDate"].astimezone(UTC),
            ended_at=stopped_at.astimezone(UTC) if stopped_at else None,
            error=described.get("error", ""),
            input=_object(described.get("input", "")) or {},
            document=document,
            last_state=found.last_state,
            entered=frozenset(found.entered),
            nested=found.nested,
            unread=unread,
        )

    def _newest_first(self, execution_arn: str) -> Iterator[Iterable[Mapping[str, Any]]]:
        more: dict[str, Any] = {}
        for _ in range(MOST_PAGES):
            with aws_call(f"read the history of {execution_arn}"):
                page = self._step_functions.get_execution_history(
                    executionArn=execution_arn, reverseOrder=True, maxResults=EVENTS_A_PAGE, **more
                )
            yield page["events"]
            if not page.get("nextToken"):
                return
            more = {"nextToken": page["nextToken"]}


class _Found:
    """What the events said so far, the newest one first."""

    def __init__(self) -> None:
        self.document: dict[str, Any] | None = None
        self.last_state = ""
        self.entered: list[str] = []
        self.nested: str | None = None

    def note(self, event: Mapping[str, Any]) -> None:
        """Take from an event a state's name, what it carried, and a nested execution that it started."""
        entered, left = event.get("stateEnteredEventDetails"), event.get("stateExitedEventDetails")
        if entered:
            self.entered.append(entered["name"])
            self.last_state = self.last_state or entered["name"]
            self._carried(entered.get("input", ""))
        elif left:
            self.last_state = self.last_state or left["name"]
            self._carried(left.get("output", ""))
        submitted = event.get("taskSubmittedEventDetails")
        if submitted and submitted.get("resourceType") == "states" and self.nested is None:
            self.nested = (_object(submitted.get("output", "")) or {}).get("ExecutionArn")

    def _carried(self, text: str) -> None:
        value = _object(text)
        if self.document is None and value is not None and "schema" in value:
            self.document = value


def _object(text: str) -> dict[str, Any] | None:
    """Return the JSON object that a text is; None for anything else."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
