"""`python -m sandbox serve` starts, says so in one line, and goes without a trace."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from sandbox.cloud.moto_patches import PINNED_MOTO, apply
from tests.sandbox.toy.stack import write_assembly

ROOT = Path(__file__).parents[2]


def _serve(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - the sandbox itself
        [sys.executable, "-m", "sandbox", "serve", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _children(pid: int) -> list[int]:
    listed = subprocess.run(  # noqa: S603 - asks for one process
        ["/bin/ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(child) for child in listed.stdout.split()]


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_serves_until_it_is_told_to_stop_and_leaves_no_process(tmp_path: Path, ending: signal.Signals) -> None:
    process = _serve("--port", "0", "--assembly", str(write_assembly(tmp_path)))
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    keys: Any = {"aws_access_key_id": "anyone", "aws_secret_access_key": "anything", "region_name": "us-east-1"}
    client = boto3.client("lambda", endpoint_url=ready["endpoint"], **keys)
    client.invoke(FunctionName="toy-echo", Payload=b"{}")
    children = _children(process.pid)

    process.send_signal(ending)
    rest, complaints = process.communicate(timeout=90)

    assert process.returncode == 0, complaints
    assert rest == ""
    assert "NestedMachine" in ready["outputs"]
    assert children
    assert not [child for child in children if _runs(child)]


@pytest.mark.parametrize(
    ("option", "text", "complaint"),
    [
        ("--world", '{"W99": "yes"}', "W99"),
        ("--estate", '{"connection": []}', "connection"),
        ("--estate", "{", "no readable estate"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, option: str, text: str, complaint: str) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(text)

    process = _serve("--port", "0", option, str(file))
    _, complaints = process.communicate(timeout=90)

    assert process.returncode == 2
    assert complaint in complaints


def test_refuses_another_moto_than_the_pinned_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.cloud.moto_patches.version", lambda _: "99.0")

    with pytest.raises(RuntimeError, match=PINNED_MOTO):
        apply(hooks=None)  # type: ignore[arg-type]
