"""The runtime: deployed functions as warm processes, each with its own environment and its role's key."""

from __future__ import annotations

import io
import logging
import os
import shutil
import tempfile
import threading
import zipfile
from pathlib import Path

from sandbox.cloud import runtime_image
from sandbox.cloud.account import REGION, account_of
from sandbox.cloud.function import Function, Invocation, StoppedError
from sandbox.cloud.function_process import FunctionProcess, LogSink
from sandbox.cloud.principals import Principals, role_name, role_path

_LOG = logging.getLogger(__name__)
_FROM_HOST = ("LD_LIBRARY_PATH", "SYSTEMROOT")
"""The host's variables that the interpreter itself may need; nothing else of the host is passed on."""


class Runtime:
    """Runs functions; a process is kept warm after its answer, and dropped when it died."""

    def __init__(self, endpoint: str, principals: Principals, logs: LogSink) -> None:
        """Prepare an empty pool; `endpoint` is the sandbox's own URL."""
        self._endpoint, self._principals, self._logs = endpoint, principals, logs
        self._folder = Path(tempfile.mkdtemp(prefix="dxmacsec-functions-"))
        self._image = runtime_image.build(self._folder / "image")
        self._idle: dict[str, list[tuple[Function, FunctionProcess]]] = {}
        self._all: set[FunctionProcess] = set()
        self._lock = threading.Lock()
        self._stopped = False
        self._running = 0

    def invoke(self, function: Function, payload: bytes) -> Invocation:
        """Run a function in a warm process, or in a new one when none is free.

        Raises:
            StoppedError: the runtime is stopped.
        """
        self._count(1)
        try:
            return self._invoke(function, payload)
        finally:
            self._count(-1)

    def invoke_later(self, function: Function, payload: bytes) -> None:
        """Run a function beside the caller; it counts as running from now on."""
        self._count(1)
        threading.Thread(target=self._invoke_unheard, args=(function, payload), daemon=True).start()

    def running(self) -> int:
        """Return how many requests are not answered yet."""
        with self._lock:
            return self._running

    def _count(self, change: int) -> None:
        with self._lock:
            self._running += change

    def _invoke_unheard(self, function: Function, payload: bytes) -> None:
        try:
            self._invoke(function, payload)
        except StoppedError:
            _LOG.debug("%s was not run: the sandbox stopped", function.name)
        finally:
            self._count(-1)

    def _invoke(self, function: Function, payload: bytes) -> Invocation:
        process = self._take(function) or self._start(function)
        invocation = process.invoke(payload)
        with self._lock:
            if process.alive and not self._stopped:
                self._idle.setdefault(function.arn, []).append((function, process))
                return invocation
        self._end(process)
        return invocation

    def stop(self) -> None:
        """End every process and remove the unzipped code; repeating it is safe."""
        with self._lock:
            self._stopped = True
            processes = list(self._all)
            self._idle.clear()
        for process in processes:
            self._end(process)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _take(self, function: Function) -> FunctionProcess | None:
        """Return a free process that runs exactly this code and configuration; end outdated ones."""
        outdated: list[FunctionProcess] = []
        found = None
        with self._lock:
            idle = self._idle.get(function.arn, [])
            while idle and found is None:
                known, process = idle.pop()
                found = process if known == function and process.alive else None
                outdated += [] if found else [process]
        for process in outdated:
            self._end(process)
        return found

    def _start(self, function: Function) -> FunctionProcess:
        task = self._unzipped(function)
        process = FunctionProcess(function, task, self._environment(function, task), self._logs)
        with self._lock:
            if not self._stopped:
                self._all.add(process)
                return process
        process.stop()
        detail = f"{function.name} was invoked after the sandbox stopped"
        raise StoppedError(detail)

    def _end(self, process: FunctionProcess) -> None:
        with self._lock:
            known = process in self._all
            self._all.discard(process)
        if known:
            process.stop()

    def _unzipped(self, function: Function) -> Path:
        with self._lock:
            task = self._folder / function.code_sha256.replace("/", "_")
            if not task.exists():
                with zipfile.ZipFile(io.BytesIO(function.code)) as archive:
                    archive.extractall(task)
            return task

    def _environment(self, function: Function, task: Path) -> dict[str, str]:
        role, account = function.role, account_of(function.role)
        credentials = self._principals.credentials(role_name(role), function.name, role_path(role), account)
        host = {name: os.environ[name] for name in _FROM_HOST if name in os.environ}
        return {
            **host,
            **_logging(function),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "HOME": str(self._folder),
            "PYTHONPATH": f"{task}:{self._image}",
            "PYTHONUNBUFFERED": "1",
            "LAMBDA_TASK_ROOT": str(task),
            "LAMBDA_RUNTIME_DIR": str(self._image),
            "_HANDLER": function.handler,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self._endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ACCESS_KEY_ID": credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
            "AWS_SESSION_TOKEN": credentials.session_token,
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": function.version,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
            "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            **function.environment,
        }


def _logging(function: Function) -> dict[str, str]:
    """Return the variables by which Lambda tells the runtime how to log; a level counts with JSON only.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
    """
    if function.log_format != "JSON":
        return {}
    return {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": function.log_level or "INFO"}
