"""`python -m sandbox serve`: any boto3 script from outside rotates a link."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.workflow.processes import children_of, runs, served

pytestmark = pytest.mark.deployed

LINK = "dxcon-fg5678gh"
KEYS: Any = {"aws_access_key_id": "anyone", "aws_secret_access_key": "anything", "region_name": "us-east-1"}


def test_serves_a_rotation_to_boto3_from_outside_and_leaves_no_process(tmp_path: Path) -> None:
    world = tmp_path / "world.json"
    world.write_text('{"W18": "hitless"}')
    process = served("--world", str(world))
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    client = boto3.client("stepfunctions", endpoint_url=ready["endpoint"], **KEYS)

    arn = client.start_execution(stateMachineArn=ready["outputs"]["RotateKeyArn"], input=json.dumps({"link": LINK}))[
        "executionArn"
    ]
    deadline = time.monotonic() + 90
    while (seen := client.describe_execution(executionArn=arn))["status"] == "RUNNING" and time.monotonic() < deadline:
        time.sleep(0.2)
    described = boto3.client("directconnect", endpoint_url=ready["endpoint"], **KEYS)
    (connection,) = described.describe_connections(connectionId=LINK)["connections"]
    children = children_of(process.pid)
    process.send_signal(signal.SIGTERM)
    rest, complaints = process.communicate(timeout=30)

    assert set(ready) == {"endpoint", "outputs"}
    assert set(ready["outputs"]) == {
        *("RotateKeyArn", "RotateFleetArn", "EnforceEncryptionArn", "RecoverLinkArn", "LedgerTable"),
        *("RouterTasksUrl", "AlertsTopicArn", "KeySecretPrefix", "SettingsFunction", "BoardUrl", "Version"),
    }
    assert seen["status"] == "SUCCEEDED", seen.get("cause", seen)
    assert [key["ckn"] for key in connection["macSecKeys"]] == [json.loads(seen["output"])["new_ckn"]]
    assert process.returncode == 0, complaints
    assert rest == ""
    assert children
    assert not [child for child in children if runs(child)]
