"""The agent's loop: take a task, keep it alive, let the driver work, answer, forget it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from agent.driver import RouterDriverError
from agent.heartbeat import heartbeats
from agent.key_pairs import read_pair
from agent.task import RouterTaskError, parse_task
from agent.task_token import TaskToken
from dxmacsec.model import RouterTaskKind

if TYPE_CHECKING:
    from threading import Event

    from mypy_boto3_secretsmanager.client import SecretsManagerClient
    from mypy_boto3_sqs.client import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef
    from mypy_boto3_stepfunctions.client import SFNClient

    from agent.driver import PortCkns, RouterDriver
    from agent.task import RouterTask

LOGGER = logging.getLogger(__name__)

BEATS_HIDDEN = 3
"""A message stays hidden for so many heartbeats: two may fail before another agent takes it over."""

LONGEST_HIDDEN_SECONDS = 43_200
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html"""

LONGEST_HEARTBEAT_SECONDS = LONGEST_HIDDEN_SECONDS / BEATS_HIDDEN

LONGEST_POLL_SECONDS = 20
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html"""


@dataclass(frozen=True, slots=True)
class Clients:
    """What the agent calls; every call is outbound."""

    sqs: SQSClient
    step_functions: SFNClient
    secrets_manager: SecretsManagerClient


@dataclass(frozen=True, slots=True)
class Worker:
    """One agent on one queue.

    A message may come twice. The first thing done with it is a heartbeat, which tells whether anybody
    still waits for the answer; a task that was answered is dropped there. One that comes again before
    its answer is worked on again, which drivers allow for.
    """

    clients: Clients
    driver: RouterDriver
    queue_url: str
    name: str
    heartbeat_seconds: float = 60
    poll_seconds: int = LONGEST_POLL_SECONDS
    retry_seconds: float = 5

    def run(self, stop: Event) -> None:
        """Work until told to stop; where AWS can't be reached or refuses, wait and try again."""
        while not stop.is_set():
            try:
                self.work_once()
            except (BotoCoreError, ClientError) as error:
                LOGGER.warning("AWS can't be reached or refuses: %s", type(error).__name__)
                stop.wait(self.retry_seconds)

    def work_once(self) -> int:
        """Poll once, work on what came, and return how many messages that were.

        Raises:
            botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError: the queue or Step
                Functions failed; the message comes again.
        """
        messages = self.clients.sqs.receive_message(
            QueueUrl=self.queue_url,
            MaxNumberOfMessages=1,
            WaitTimeSeconds=self.poll_seconds,
            VisibilityTimeout=self._hidden_seconds,
        ).get("Messages", [])
        for message in messages:
            self._handle(message)
        return len(messages)

    @property
    def _hidden_seconds(self) -> int:
        return max(1, round(BEATS_HIDDEN * self.heartbeat_seconds))

    def _handle(self, message: MessageTypeDef) -> None:
        """Work on one message; an unreadable one is left, so that the queue moves it to its dead letters."""
        try:
            task = parse_task(message["Body"])
        except RouterTaskError as error:
            LOGGER.error("message %s is no router task: %s", message.get("MessageId"), error)  # noqa: TRY400
            return
        token = TaskToken(self.clients.step_functions, task.task_token)
        if token.beat():
            self._work(task, token, message["ReceiptHandle"])
        else:
            LOGGER.info("dropped %s: nobody waits for it", task.task_id)
        self.clients.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])

    def _work(self, task: RouterTask, token: TaskToken, receipt: str) -> None:
        """Let the driver work, then answer; the message is deleted only after that."""

        def beat() -> bool:
            self.clients.sqs.change_message_visibility(
                QueueUrl=self.queue_url, ReceiptHandle=receipt, VisibilityTimeout=self._hidden_seconds
            )
            return token.beat()

        with heartbeats(beat, self.heartbeat_seconds) as still_wanted:
            outcome = self._outcome(replace(task, still_wanted=still_wanted))
        if isinstance(outcome, RouterDriverError):
            alive = token.fail(str(outcome))
            LOGGER.warning("failed %s, somebody waited: %s: %s", task.task_id, alive, outcome)
        else:
            alive = token.succeed(task.task_id, outcome, f"agent:{self.name}")
            LOGGER.info("answered %s, somebody waited: %s", task.task_id, alive)

    def _outcome(self, task: RouterTask) -> PortCkns | RouterDriverError:
        """Return what the driver read, or why it failed.

        Of an error that no driver names only the class and the line of code are told: its text may hold the CAK.

        Raises:
            botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError: AWS failed; the message comes again.
        """
        try:
            return _answer(self._drive(task))
        except RouterDriverError as error:
            return error
        except (BotoCoreError, ClientError):
            raise
        except Exception as error:  # noqa: BLE001 - a driver may be anybody's, and the rotation must hear of its bug
            name, place = type(error).__name__, extract_tb(error.__traceback__)[-1]
        LOGGER.error("the driver has a bug: %s at %s:%s", name, Path(place.filename).name, place.lineno)
        return RouterDriverError(f"the driver has a bug: {name}")

    def _drive(self, task: RouterTask) -> PortCkns:
        if task.task is RouterTaskKind.PROVE:
            return self.driver.prove(task)
        if task.task is RouterTaskKind.CONFIRM:
            return self.driver.confirm(task)
        if task.task is RouterTaskKind.REMOVE:
            return self.driver.remove(task)
        return self._install(task)

    def _install(self, task: RouterTask) -> PortCkns:
        """Install the pair; what a device says when it fails may quote the line it was given.

        The failure is raised outside the handler: the variables of the driver's frames hold that line.
        A file that can't be written is a failure of the driver, too.
        """
        pair = read_pair(self.clients.secrets_manager, task)
        try:
            return self.driver.install(task, pair)
        except (RouterDriverError, OSError) as error:
            failure = RouterDriverError(pair.cak.masked_in(str(error)))
        raise failure


def _answer(ports: object) -> PortCkns:
    """Return a driver's answer as it can be sent; a driver of one's own may have answered anything."""
    if isinstance(ports, Mapping) and all(
        isinstance(port, str) and (ckn is None or isinstance(ckn, str)) for port, ckn in ports.items()
    ):
        return ports
    message = "the driver answered no CKN or None for each port"
    raise RouterDriverError(message)
