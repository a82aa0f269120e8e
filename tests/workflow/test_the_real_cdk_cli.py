"""The real `cdk bootstrap`, `cdk deploy` and `aws` work against the sandbox, unchanged."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from sandbox.cloud import Sandbox
from sandbox.cloud.product import SETTINGS
from tests.conftest import OneSandbox
from tests.workflow.processes import ROOT, ran

pytestmark = pytest.mark.deployed

CLI = ROOT / "infra" / "cdk_cli"
LINK = "dxcon-fg5678gh"


@pytest.fixture(scope="session")
def cdk() -> str:
    """Return the CDK command, installed from its lock file."""
    command = CLI / "node_modules" / ".bin" / "cdk"
    if not command.exists():
        ran("npm", "ci", "--prefix", str(CLI), "--no-audit", "--no-fund", endpoint="")
    return str(command)


@pytest.fixture
def empty(one_sandbox: OneSandbox, tmp_path: Path) -> Sandbox:
    """Return an account in which nothing is deployed."""
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": {}}))
    return one_sandbox.of("empty", lambda: Sandbox(assembly=tmp_path))


def test_bootstraps_deploys_and_plans_a_rotation_from_the_command_line(
    empty: Sandbox, cdk: str, tmp_path: Path
) -> None:
    endpoint, outputs = empty.endpoint, tmp_path / "outputs.json"
    chosen = json.dumps(dict(SETTINGS))

    ran(cdk, "bootstrap", "aws://123456789012/us-east-1", endpoint=endpoint)
    ran(
        *(cdk, "deploy", "DxMacsec", "--require-approval", "never", "--outputs-file", str(outputs)),
        *("--output", str(tmp_path / "cdk.out"), "--context", f"dxmacsec={chosen}"),
        endpoint=endpoint,
    )
    machine = json.loads(outputs.read_text())["DxMacsec"]["RotateKeyArn"]
    document = json.dumps({"link": LINK, "dry_run": True})
    aws = ("aws", "--endpoint-url", endpoint, "stepfunctions")
    started = ran(*aws, "start-execution", "--state-machine-arn", machine, "--input", document, endpoint=endpoint)
    describe = (*aws, "describe-execution", "--execution-arn", json.loads(started)["executionArn"])
    deadline = time.monotonic() + 60
    while (seen := json.loads(ran(*describe, endpoint=endpoint)))["status"] == "RUNNING":
        assert time.monotonic() < deadline

    assert seen["status"] == "SUCCEEDED", seen.get("cause")
    assert json.loads(seen["output"])["status"] == "PLANNED"
    assert json.loads(seen["output"])["link"] == LINK
