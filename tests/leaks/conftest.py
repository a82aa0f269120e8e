"""Everything that a process writes by itself while a test runs: streams, logs, files, its environment."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dxmacsec.handlers.sdk_log import silence_sdk_debug

Written = Callable[[], dict[str, str | bytes]]


@pytest.fixture
def written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[Written]:
    """Return what reads all that was written since the test began, with every log at DEBUG as a deployer may ask."""
    for variable in ("TMPDIR", "HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", None)
    levels = {name: logging.getLogger(name).level for name in ("botocore", "boto3", "urllib3", "dxmacsec")}
    logging.getLogger("dxmacsec").setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    silence_sdk_debug()

    def read() -> dict[str, str | bytes]:
        streams = capfd.readouterr()
        records = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
        files = {f"file {path.name}": path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        environment = "\n".join(f"{name}={value}" for name, value in os.environ.items())
        outputs = {"stdout": streams.out, "stderr": streams.err, "log": caplog.text, "records": records}
        return {**outputs, "environment": environment, **files}

    yield read
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
