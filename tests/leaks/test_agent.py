from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest

from agent.driver import RouterDriverError
from agent.task import RouterTask
from agent.worker import Clients, Worker
from dxmacsec.model import KeyPair
from tests.leaks.conftest import Written
from tests.leaks.sayings import said_of_exception
from tests.leaks.search import leaks, planted
from tests.leaks.wires import LINK, client, install_task, stored, task_body

FAILURES: dict[str, Callable[[str], Exception]] = {
    "the device quotes the line": lambda line: RouterDriverError(f"invalid input: {line}"),
    "the device quotes it in capitals": lambda line: RouterDriverError(line.upper()),
    "no space on the disk": lambda line: OSError(28, f"can't write {line}"),
}


class QuotingDriver:
    """A driver whose device quotes what it was given."""

    def __init__(self, failure: Callable[[str], Exception]) -> None:
        """Fail in this way."""
        self._failure = failure

    def install(self, task: RouterTask, pair: KeyPair) -> Mapping[str, str | None]:
        """Write the device's line, and fail."""
        line = f"mka policy {task.ckn} key {pair.cak.reveal()}"
        raise self._failure(line)


class Line:
    """The agent's three services: one message waits, and every request is kept."""

    def __init__(self) -> None:
        """Let one install task wait."""
        self.requests: list[str] = []
        self._waiting = [{"MessageId": "1", "ReceiptHandle": "r", "Body": json.dumps(task_body())}]

    def clients(self) -> Clients:
        """Return clients that end here."""
        return Clients(
            *(cast("Any", client(name, self._answer)) for name in ("sqs", "stepfunctions", "secretsmanager"))
        )

    def _answer(self, body: str) -> tuple[int, str]:
        self.requests.append(body)
        asked = json.loads(body)
        if "MaxNumberOfMessages" in asked:
            return 200, json.dumps({"Messages": [self._waiting.pop()] if self._waiting else []})
        if "SecretId" in asked:
            pair = planted()
            return 200, stored(json.dumps({"ckn": pair.ckn, "cak": pair.cak.reveal()}))
        return 200, "{}"


@pytest.mark.parametrize("failure", FAILURES)
def test_no_failure_of_an_install_says_the_cak(failure: str, written: Written) -> None:
    line = Line()
    worker = Worker(line.clients(), cast("Any", QuotingDriver(FAILURES[failure])), "https://queue", "north")

    assert worker.work_once() == 1

    assert [json.loads(each)["cause"] for each in line.requests if "cause" in json.loads(each)]
    assert leaks({"requests": "\n".join(line.requests), **written()}) == {}


@pytest.mark.parametrize("failure", FAILURES)
def test_no_traceback_of_an_install_holds_the_cak(failure: str) -> None:
    line = Line()
    worker = Worker(line.clients(), cast("Any", QuotingDriver(FAILURES[failure])), "https://queue", LINK)

    with pytest.raises(RouterDriverError) as caught:
        worker._install(install_task())  # noqa: SLF001 - where the failure is made harmless

    assert leaks(said_of_exception(caught.value)) == {}
