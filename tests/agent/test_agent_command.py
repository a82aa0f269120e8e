"""`dxmacsec agent`: one configuration file, read, checked, and run."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import typer
from moto import mock_aws
from typer.testing import CliRunner, Result

from agent import running
from agent.devices.driver import DevicesDriver
from agent.worker import Worker
from cli.commands.agent import agent
from cli.ending import CliError, Ending
from tests.agent.played_router import CHAIN, INTERFACE
from tests.agent.test_devices_driver import OLD, PORT, Bench

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATE = {
    "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
    "Outputs": {"RouterTasksUrl": {"Value": {"Ref": "Queue"}}},
}
DEVICES = f"""
[agent]
name = "north"
stack = "DxMacsec"
region = "us-east-1"
heartbeat_seconds = 7
[driver]
kind = "devices"
[devices.edge1]
platform = "ios-xr"
host = "edge1.example.net"
username = "netops"
key_file = "/etc/dxmacsec/id"
[ports.{PORT}]
device = "edge1"
interface = "{INTERFACE}"
key_chain = "{CHAIN}"
"""
COMMAND = DEVICES.split("[driver]", maxsplit=1)[0] + '[driver]\nkind = "command"\nprogram = ["/bin/true"]\n'


@pytest.fixture(autouse=True)
def stack() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("cloudformation", region_name="us-east-1")
        client.create_stack(StackName="DxMacsec", TemplateBody=json.dumps(TEMPLATE))
        yield client


def run(folder: Path, text: str, *arguments: str) -> Result:
    path = folder / "agent.toml"
    path.write_text(text)
    app = typer.Typer()
    app.command()(agent)
    asked = SimpleNamespace(region=None, profile=None)
    return CliRunner().invoke(app, ["--config", str(path), *arguments], obj=asked)


def failure(result: Result) -> CliError:
    assert isinstance(result.exception, CliError), result.exception
    return result.exception


def test_runs_the_worker_that_the_file_describes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workers: list[Worker] = []
    monkeypatch.setattr("cli.commands.agent.run_until_told", workers.append)

    result = run(tmp_path, DEVICES)

    assert result.exit_code == 0, result.exception
    (worker,) = workers
    assert (worker.name, worker.heartbeat_seconds) == ("north", 7)
    assert worker.queue_url.startswith("https://sqs.us-east-1.amazonaws.com/")
    assert isinstance(worker.driver, DevicesDriver)


def test_check_asks_the_queue_and_the_devices_and_types_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench("ios-xr")
    monkeypatch.setattr(running, "DevicesDriver", lambda *_: bench.driver)

    result = run(tmp_path, DEVICES, "--check", "--json")

    assert json.loads(result.output)["ports"] == {PORT: OLD}
    assert bench.router.typed == []
    assert run(tmp_path, DEVICES, "--check").output.splitlines()[-1] == f"{PORT}: {OLD}"


def test_check_says_that_a_program_can_not_be_asked(tmp_path: Path) -> None:
    assert "only its configuration was checked" in " ".join(run(tmp_path, COMMAND, "--check").output.split())


def test_check_fails_where_the_queue_is_not_there(tmp_path: Path) -> None:
    text = COMMAND.replace('stack = "DxMacsec"', 'queue_url = "https://sqs.us-east-1.amazonaws.com/123456789012/none"')

    assert failure(run(tmp_path, text, "--check")).ending is Ending.FAILED


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (COMMAND.replace("program", "progarm"), "driver.progarm: unknown field"),
        (COMMAND.replace('"DxMacsec"', '"Other"'), "agent.stack: Other can't be read: ValidationError"),
        (
            COMMAND.replace('"command"\nprogram = ["/bin/true"]', '"python"\nfactory = "nowhere:f"'),
            "driver.factory: No",
        ),
    ],
)
def test_says_what_is_wrong_with_the_file(text: str, sentence: str, tmp_path: Path) -> None:
    error = failure(run(tmp_path, text))

    assert sentence in error.sentence
    assert error.ending is Ending.USAGE
