"""A function may take its time to start, as long as Lambda lets it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sandbox.cloud import function_process, runtime_image
from sandbox.cloud.function import Function, Invocation
from sandbox.cloud.function_process import FunctionProcess

NAME = "toy-slow"
Invoke = Callable[..., Invocation]


@pytest.fixture
def invoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Invoke]:
    """Return what starts a function whose module takes so long to load, and invokes it once."""
    monkeypatch.setattr(function_process, "INIT_SECONDS", 0.1)
    image = runtime_image.build(tmp_path / "image")

    def invoke(load_seconds: float, timeout_seconds: int) -> Invocation:
        task = tmp_path / f"task-{load_seconds}"
        task.mkdir()
        (task / "slow.py").write_text(
            f"import time\ntime.sleep({load_seconds})\nhandler = lambda event, context: 'ran'\n"
        )
        arn = f"arn:aws:lambda:us-east-1:123456789012:function:{NAME}"
        function = Function(
            NAME, arn, "slow.handler", "", "python3.13", {}, timeout_seconds, 128, f"/aws/lambda/{NAME}", "", b""
        )
        environment = {"PYTHONPATH": f"{task}:{image}", "PATH": os.environ["PATH"], "_HANDLER": function.handler}
        process = FunctionProcess(function, task, environment, lambda *_: None)
        running.callback(process.stop)
        return process.invoke(b"{}")

    with ExitStack() as running:
        yield invoke


def test_a_function_that_starts_within_its_time_out_runs_although_its_first_start_took_too_long(invoke: Invoke) -> None:
    invocation = invoke(load_seconds=0.5, timeout_seconds=60)

    assert (json.loads(invocation.payload), invocation.error) == ("ran", None)


def test_a_function_that_never_starts_is_out_of_time(invoke: Invoke) -> None:
    invocation = invoke(load_seconds=60, timeout_seconds=1)

    answer = json.loads(invocation.payload)
    assert (answer["errorType"], invocation.error) == ("Sandbox.Timedout", "Unhandled")
    assert answer["errorMessage"].endswith("Task timed out after 1.00 seconds")
    assert "Task timed out" in invocation.log_tail
