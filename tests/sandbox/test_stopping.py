"""A sandbox stops in the middle of its work, soon and with nothing left behind."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from sandbox.cloud import Sandbox
from tests.conftest import OneSandbox
from tests.sandbox.toy.stack import template, write_assembly
from tests.sandbox.waiting import eventually

LONG_SECONDS = 60


def _patient(folder: Path) -> Path:
    """Write a toy whose worker may take a minute."""
    document = template()
    document["Resources"]["Work"]["Properties"]["Timeout"] = LONG_SECONDS
    for queue in ("Jobs", "Chores", "Slow"):
        document["Resources"][queue]["Properties"]["VisibilityTimeout"] = LONG_SECONDS
    return write_assembly(folder, document)


def test_a_sandbox_stops_while_a_queue_is_worked_on(one_sandbox: OneSandbox, tmp_path: Path) -> None:
    before = set(threading.enumerate())
    sandbox = one_sandbox.of("toy-stopping", lambda: Sandbox(assembly=_patient(tmp_path)))
    for queue in ("Jobs", "Chores"):
        body = f'{{"job": "stop-0", "seconds": {LONG_SECONDS - 5}}}'
        sandbox.client("sqs").send_message(QueueUrl=sandbox.outputs[queue], MessageBody=body)
    eventually(lambda: sandbox.delivery.events("toy.work"), bool)
    started = time.monotonic()

    one_sandbox.stop()

    assert time.monotonic() - started < 20
    eventually(lambda: [it.name for it in set(threading.enumerate()) - before if it.is_alive()], lambda left: not left)
