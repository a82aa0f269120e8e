from __future__ import annotations

import json
import logging
from dataclasses import replace
from functools import cache
from threading import Event
from time import monotonic, sleep
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from boto3 import Session
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from agent.driver import RouterDriverError
from agent.worker import Clients, Worker
from dxmacsec.model import KeyPair, RouterTaskKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.driver import PortCkns
    from agent.task import RouterTask

LINK = "dxcon-fg5678gh"
CAK = "c0ffee15" * 8
NEW, OLD = "ab" * 32, "cd" * 32


class StepFunctions:
    """Keeps what was answered, and knows which tokens are dead."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.dead: str | None = None
        self.dead_from = "send_task_heartbeat"

    def __getattr__(self, operation: str) -> Callable[..., None]:
        def call(**parameters: Any) -> None:  # noqa: ANN401 - as the SDK's
            if self.dead and operation == self.dead_from:
                raise ClientError({"Error": {"Code": self.dead}}, operation)
            self.calls.append((operation, parameters))

        return call

    def named(self, operation: str) -> list[dict[str, Any]]:
        return [parameters for name, parameters in self.calls if name == operation]


class Driver:
    """A router that does what it is told, or fails, or is slow."""

    def __init__(self) -> None:
        self.done: list[tuple[RouterTaskKind, str | None]] = []
        self.pairs: list[KeyPair] = []
        self.failure: Exception | None = None
        self.slow_seconds = 0.0

    def _do(self, task: RouterTask, in_use: str) -> PortCkns:
        sleep(self.slow_seconds)
        if self.failure:
            raise self.failure
        self.done.append((task.task, task.ckn))
        return dict.fromkeys(task.ports, in_use)

    def install(self, task: RouterTask, pair: KeyPair) -> PortCkns:
        self.pairs.append(pair)
        return self._do(task, OLD)

    def prove(self, task: RouterTask) -> PortCkns:
        return self._do(task, NEW)

    def confirm(self, task: RouterTask) -> PortCkns:
        return self._do(task, NEW)

    def remove(self, task: RouterTask) -> PortCkns:
        return self._do(task, NEW)


@cache
def sdk() -> Session:
    """Return one session for all tests: what it has loaded of the SDK's models stays loaded."""
    return Session(region_name="us-east-1")


class Site:
    """An agent with its queue, key secret, router and Step Functions."""

    def __init__(self) -> None:
        session = sdk()
        self.sqs = session.client("sqs")
        self.secrets_manager = session.client("secretsmanager")
        self.step_functions = StepFunctions()
        self.driver = Driver()
        self.url = self.sqs.create_queue(QueueName="tasks")["QueueUrl"]
        self.worker = Worker(
            clients=Clients(self.sqs, cast("Any", self.step_functions), self.secrets_manager),
            driver=self.driver,
            queue_url=self.url,
            name="north",
            poll_seconds=0,
            retry_seconds=0.01,
        )

    def send(self, message: dict[str, Any] | str) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        self.sqs.send_message(QueueUrl=self.url, MessageBody=text)

    def store(self, version_id: str, text: str) -> None:
        self.secrets_manager.create_secret(Name=f"dxmacsec/{LINK}", SecretString=text, ClientRequestToken=version_id)

    @property
    def waiting(self) -> int:
        counts = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])["Attributes"]
        visible, hidden = counts["ApproximateNumberOfMessages"], counts["ApproximateNumberOfMessagesNotVisible"]
        return int(visible) + int(hidden)


@pytest.fixture
def site() -> Iterator[Site]:
    with mock_aws():
        yield Site()


def store_pair(site: Site, message: dict[str, Any], ckn: str = NEW) -> None:
    site.store(message["version_id"], json.dumps({"ckn": ckn, "cak": CAK}))


def test_installs_the_pair_that_the_task_names_and_answers(site: Site, body: Callable[..., dict[str, Any]]) -> None:
    message = body()
    store_pair(site, message)
    site.send(message)

    count = site.worker.work_once()

    assert count == 1
    assert site.driver.pairs[0].cak.reveal() == CAK
    (answer,) = site.step_functions.named("send_task_success")
    assert answer["taskToken"] == "token-1"
    assert json.loads(answer["output"]) == {
        "task_id": "rotation-1.install.0",
        "ports": {LINK: OLD},
        "by": "agent:north",
    }
    assert site.waiting == 0


@pytest.mark.parametrize("task", ["prove", "confirm", "remove"])
def test_the_other_tasks_need_no_pair(task: str, site: Site, body: Callable[..., dict[str, Any]]) -> None:
    site.send(body(task=task))

    site.worker.work_once()

    assert site.driver.done == [(RouterTaskKind(task), NEW)]
    (answer,) = site.step_functions.named("send_task_success")
    assert json.loads(answer["output"])["ports"] == {LINK: NEW}


def test_says_that_it_works_before_it_touches_the_router(site: Site, body: Callable[..., dict[str, Any]]) -> None:
    site.send(body(task="prove"))

    site.worker.work_once()

    assert [name for name, _ in site.step_functions.calls] == ["send_task_heartbeat", "send_task_success"]


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_drops_a_task_that_nobody_waits_for(code: str, site: Site, body: Callable[..., dict[str, Any]]) -> None:
    site.step_functions.dead = code
    site.send(body(task="prove"))

    site.worker.work_once()

    assert site.driver.done == []
    assert site.waiting == 0


def test_forgets_a_task_that_died_while_the_router_worked(site: Site, body: Callable[..., dict[str, Any]]) -> None:
    site.step_functions.dead, site.step_functions.dead_from = "TaskTimedOut", "send_task_success"
    site.send(body(task="prove"))

    site.worker.work_once()

    assert site.driver.done == [(RouterTaskKind.PROVE, NEW)]
    assert site.waiting == 0


def test_answers_a_failure_with_what_the_driver_says(site: Site, body: Callable[..., dict[str, Any]]) -> None:
    site.driver.failure = RouterDriverError("the device is locked by somebody")
    site.send(body(task="prove"))

    site.worker.work_once()

    (failure,) = site.step_functions.named("send_task_failure")
    assert (failure["error"], failure["cause"]) == ("RouterFailed", "the device is locked by somebody")
    assert site.waiting == 0


def test_what_a_device_quotes_of_the_cak_is_masked(
    site: Site, body: Callable[..., dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    site.driver.failure = RouterDriverError(f"bad line: key-octet-string {CAK.upper()}")
    message = body()
    store_pair(site, message)
    site.send(message)

    site.worker.work_once()

    (failure,) = site.step_functions.named("send_task_failure")
    assert failure["cause"] == "bad line: key-octet-string Cak(…)"
    assert "Cak(…)" in caplog.text
    assert CAK not in caplog.text.lower()


@pytest.mark.parametrize(
    ("stored", "sentence"),
    [
        pytest.param(None, "ResourceNotFoundException", id="no such version"),
        pytest.param("{}", "expected the pair of the CKN", id="the placeholder"),
        pytest.param(f'{{"ckn": "{OLD}", "cak": "{CAK}"}}', "expected the pair of the CKN", id="another key's pair"),
        pytest.param(CAK, "expected the pair of the CKN", id="no JSON"),
    ],
)
def test_a_pair_that_can_not_be_read_is_a_failure(
    stored: str | None, sentence: str, site: Site, body: Callable[..., dict[str, Any]]
) -> None:
    message = body()
    if stored is not None:
        site.store(message["version_id"], stored)
    site.send(message)

    site.worker.work_once()

    (failure,) = site.step_functions.named("send_task_failure")
    assert sentence in failure["cause"]
    assert CAK not in failure["cause"]
    assert site.driver.pairs == []


def test_leaves_the_message_when_step_functions_refuses_for_another_reason(
    site: Site, body: Callable[..., dict[str, Any]]
) -> None:
    site.step_functions.dead, site.step_functions.dead_from = "AccessDeniedException", "send_task_success"
    site.send(body(task="prove"))

    with pytest.raises(ClientError, match="AccessDeniedException"):
        site.worker.work_once()

    assert site.waiting == 1


def test_keeps_a_slow_task_alive_and_its_message_hidden(site: Site, body: Callable[..., dict[str, Any]]) -> None:
    site.driver.slow_seconds = 0.3
    worker = Worker(
        clients=site.worker.clients,
        driver=site.driver,
        queue_url=site.url,
        name="north",
        heartbeat_seconds=0.05,
        poll_seconds=0,
    )
    site.send(body(task="prove"))

    worker.work_once()

    assert len(site.step_functions.named("send_task_heartbeat")) >= 3
    assert site.waiting == 0


class TwoDevices:
    """Changes two devices; while it is at the first, the rotation stops waiting."""

    def __init__(self, step_functions: StepFunctions) -> None:
        self._step_functions = step_functions
        self.changed: list[str] = []

    def prove(self, task: RouterTask) -> PortCkns:
        for device in ("edge1", "edge2"):
            task.stop_if_unwanted()
            self.changed.append(device)
            self._step_functions.dead = "TaskTimedOut"
            until = monotonic() + 60
            while task.still_wanted() and monotonic() < until:
                sleep(0.01)
        return dict.fromkeys(task.ports, NEW)


def test_a_task_that_dies_at_the_first_device_never_reaches_the_second(
    site: Site, body: Callable[..., dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    driver = TwoDevices(site.step_functions)
    site.send(body(task="prove"))

    replace(site.worker, driver=cast("Any", driver), heartbeat_seconds=0.05).work_once()

    assert driver.changed == ["edge1"]
    assert "nobody waits for it any more" in caplog.text
    assert site.step_functions.named("send_task_success") == []
    assert site.waiting == 0


def test_leaves_what_is_no_task_to_the_dead_letters(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.send("not a task")

    site.worker.work_once()

    assert "is no router task: expected JSON" in caplog.text
    assert site.step_functions.calls == []
    assert site.waiting == 1


@pytest.mark.parametrize("task", ["install", "prove"])
def test_an_error_that_no_driver_names_fails_the_task_by_its_class_only(
    task: str, site: Site, body: Callable[..., dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    site.driver.failure = KeyError(f"key-string {CAK}")
    message = body(task=task)
    store_pair(site, message)
    site.send(message)

    site.worker.work_once()

    (failure,) = site.step_functions.named("send_task_failure")
    assert (failure["error"], failure["cause"]) == ("RouterFailed", "the driver has a bug: KeyError")
    assert "KeyError at test_worker.py:" in caplog.text
    assert CAK not in caplog.text
    assert site.waiting == 0


def test_a_driver_with_a_bug_does_not_keep_the_agent_from_the_next_task(
    site: Site, body: Callable[..., dict[str, Any]]
) -> None:
    site.driver.failure = ZeroDivisionError()
    site.send(body(task="prove"))
    site.worker.work_once()
    site.driver.failure = None
    site.send(body(task="confirm"))

    site.worker.work_once()

    assert site.driver.done == [(RouterTaskKind.CONFIRM, NEW)]
    assert len(site.step_functions.named("send_task_success")) == 1


@pytest.mark.parametrize("answer", [None, {LINK: CAK.encode()}, {None: NEW}, [LINK]], ids=str)
def test_what_is_no_answer_fails_the_task(answer: object, site: Site, body: Callable[..., dict[str, Any]]) -> None:
    driver = SimpleNamespace(prove=lambda _task: answer)
    site.send(body(task="prove"))

    replace(site.worker, driver=cast("Any", driver)).work_once()

    (failure,) = site.step_functions.named("send_task_failure")
    assert failure["cause"] == "the driver answered no CKN or None for each port"
    assert site.waiting == 0


def test_leaves_the_message_when_a_driver_can_not_reach_aws(site: Site, body: Callable[..., dict[str, Any]]) -> None:
    site.driver.failure = EndpointConnectionError(endpoint_url="https://ssm.invalid")
    site.send(body(task="prove"))

    with pytest.raises(EndpointConnectionError):
        site.worker.work_once()

    assert site.waiting == 1
    assert site.step_functions.named("send_task_failure") == []


def test_works_on_until_it_is_told_to_stop_and_outlives_an_outage(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop = Event()
    polls: list[float] = []

    def poll(_worker: Worker) -> int:
        polls.append(monotonic())
        if len(polls) == 1:
            raise EndpointConnectionError(endpoint_url="https://sqs.invalid")
        stop.set()
        return 0

    monkeypatch.setattr(Worker, "work_once", poll)

    site.worker.run(stop)

    assert len(polls) == 2
    assert "EndpointConnectionError" in caplog.text
