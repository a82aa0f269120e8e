"""Step Functions: an execution is whole before anybody finds it, ends once, and the bus hears of both in order.

moto lists an execution before it has a status and a thread, writes the status of its end before its output, and
tells nobody. What breaks when moto moves: `start`, `stop`, `exec_status`, `exec_worker` and its `env` of an
execution, and `terminated` of what its thread reports to.
"""

# ruff: noqa: SLF001 - what is private to moto is what this package is for

from __future__ import annotations

import threading
import time
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final

from sandbox.cloud.moto_patches.execution_events import status_change
from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.vocabulary import Private

_PARSER: Final = "moto.stepfunctions.parser"
_ending: Final = threading.Lock()
"""Held while an execution gets its end: its own thread and who stops it may both be about to write one."""


def mend(mends: Mends, hooks: Hooks) -> None:
    """Give executions a beginning and an end that others can rely on, and tell the bus about both."""
    _begin_whole(mends)
    _announce_starts(mends, hooks)
    _announce_ends(mends, hooks)
    _announce_stops(mends, hooks)


def _execution_class() -> Private:
    return private(f"{_PARSER}.backend.execution").Execution


def _begin_whole(mends: Mends) -> None:
    execution_class, running = _execution_class(), private(f"{_PARSER}.api").ExecutionStatus.RUNNING
    make = execution_class.__init__

    def make_whole(self: Private, *args: Private, **kwargs: Private) -> None:
        make(self, *args, **kwargs)
        self.exec_status, self.exec_worker = running, self._get_start_execution_worker()

    mends.replace(execution_class, "__init__", make_whole)


def _announce_starts(mends: Mends, hooks: Hooks) -> None:
    def start(self: Private) -> None:
        """Tell before the execution's thread runs: a quick one has ended before its start returns."""
        hooks.publish(status_change(self, "RUNNING"))
        self.exec_worker.start()

    mends.replace(_execution_class(), "start", start)


def _announce_ends(mends: Mends, hooks: Hooks) -> None:
    communication: Private = private(f"{_PARSER}.backend.execution").BaseExecutionWorkerCommunication
    reflect = communication.terminated

    def terminated(self: Private) -> None:
        execution = self.execution
        self.execution = SimpleNamespace(exec_worker=execution.exec_worker)
        reflect(self)
        end, self.execution = vars(self.execution), execution
        if _ended(execution, end.pop("exec_status"), end):
            hooks.publish(status_change(execution, execution.status))

    mends.replace(communication, "terminated", terminated)


def _announce_stops(mends: Mends, hooks: Hooks) -> None:
    execution_class, aborted = _execution_class(), private(f"{_PARSER}.api").ExecutionStatus.ABORTED
    stop = execution_class.stop

    def stop_now(self: Private, stop_date: datetime, error: str | None, cause: str | None) -> None:
        """Abort at once, as AWS does: what the running task still answers is of no interest."""
        if not _ended(self, aborted, {"stop_date": stop_date, "error": error, "cause": cause}):
            return
        _wait_for_environment(self)
        stop(self, stop_date, error, cause)
        for endpoint in list(self.exec_worker.env.callback_pool_manager._pool.values()):
            endpoint.interrupt_all()
        hooks.publish(status_change(self, "ABORTED"))

    mends.replace(execution_class, "stop", stop_now)


def _ended(execution: Private, status: Private, end: dict[str, Any]) -> bool:
    """Write an execution's end, its status last, and return True; do nothing where it has ended before."""
    with _ending:
        if execution.status != "RUNNING":
            return False
        for name, value in end.items():
            setattr(execution, name, value)
        execution.exec_status = status
    return True


def _wait_for_environment(execution: Private) -> None:
    """Wait until the execution's thread has made its environment, a matter of milliseconds."""
    while execution.exec_worker.env is None:
        time.sleep(0.005)
