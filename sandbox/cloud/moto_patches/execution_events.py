"""The event that Step Functions sends when an execution starts or ends, which moto does not.

https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sandbox.cloud.account import account_of
from sandbox.cloud.envelope import envelope
from sandbox.cloud.vocabulary import Private


def _milliseconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp() * 1000) if moment else None


def status_change(execution: Private, status: str) -> dict[str, Any]:
    """Return the status-change event of one of moto's executions."""
    succeeded = status == "SUCCEEDED"
    detail = {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": status,
        "startDate": _milliseconds(execution.start_date),
        "stopDate": _milliseconds(execution.stop_date) if status != "RUNNING" else None,
        "input": execution.execution_input,
        "inputDetails": {"included": True},
        "output": json.dumps(execution.output) if succeeded else None,
        "outputDetails": {"included": True} if succeeded else None,
        "error": execution.error,
        "cause": execution.cause,
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "redriveCount": 0,
        "redriveDate": None,
        "redriveStatus": "NOT_REDRIVABLE" if status in {"RUNNING", "SUCCEEDED"} else "REDRIVABLE",
    }
    kind, arn = "Step Functions Execution Status Change", execution.exec_arn
    return envelope("aws.states", kind, detail, resources=(arn,), account=account_of(arn))
