from __future__ import annotations

import logging
import runpy
import signal
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner

from agent import __main__ as command
from agent.driver import load_driver
from agent.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Event

QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/tasks"


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, action in kept.items():
        signal.signal(number, action)


@pytest.fixture
def drivers(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType("site_drivers")
    vars(module)["router"] = lambda: "a driver"
    monkeypatch.setitem(sys.modules, "site_drivers", module)
    return module


def run(*arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(command.main)
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, " ".join(result.output.split())


def test_runs_the_worker_that_the_options_describe(monkeypatch: pytest.MonkeyPatch, drivers: ModuleType) -> None:
    workers: list[Worker] = []

    def run_until_told(worker: Worker, stop: Event) -> None:
        signal.raise_signal(signal.SIGTERM)
        assert stop.is_set()
        workers.append(worker)

    monkeypatch.setattr(Worker, "run", run_until_told)

    code, _ = run(
        "--queue-url", QUEUE, "--driver", f"{drivers.__name__}:router", "--name", "north", "--region", "us-east-1"
    )

    assert code == 0
    (worker,) = workers
    driver: object = worker.driver
    assert (worker.queue_url, driver, worker.name) == (QUEUE, "a driver", "north")
    assert worker.clients.sqs.meta.region_name == "us-east-1"
    assert not logging.getLogger("botocore.parsers").isEnabledFor(logging.DEBUG)


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("nothing", "expected module:factory"),
        ("site_drivers:none", "no factory none"),
        ("no_such_module:router", "No module named"),
    ],
)
def test_says_what_is_wrong_with_a_driver(reference: str, sentence: str, drivers: ModuleType) -> None:
    assert drivers.__name__ == "site_drivers"

    code, output = run("--queue-url", QUEUE, "--driver", reference)

    assert code == 2
    assert sentence in output


def test_says_that_it_needs_a_region(drivers: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")

    code, output = run("--queue-url", QUEUE, "--driver", f"{drivers.__name__}:router")

    assert code == 2
    assert "must specify a region" in output


def test_is_a_module_to_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["agent", "--help"])
    monkeypatch.delitem(sys.modules, "agent.__main__")

    with pytest.raises(SystemExit) as caught:
        runpy.run_module("agent", run_name="__main__")

    assert caught.value.code == 0
    assert "--queue-url" in capsys.readouterr().out


def test_loads_the_driver_that_a_factory_makes(drivers: ModuleType) -> None:
    driver: object = load_driver(f"{drivers.__name__}:router")

    assert driver == "a driver"
