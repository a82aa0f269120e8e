"""What has to happen for every function to be called once: in the sandbox, on one link a story."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.cold_recording import FirstCall, RecordingSandbox
from infra.names import snake_case
from infra.permissions import PERMISSIONS
from sandbox.routers import answering
from sandbox.twin import Estate, PortPlan
from sandbox.twin.estates import LOCATIONS
from tests.workflow.deployed import Deployed

EVENTS = Path(__file__).resolve().parents[1] / "events"
FULL, DARKENING, WITHDRAWN, WATCHED = "dxcon-full0001", "dxcon-darkens1", "dxcon-withdra1", "dxcon-watched1"


def _port(link: str, mode: str, keys: int = 1) -> PortPlan:
    return PortPlan(link, link, "EqDC2", mode=mode, keys=keys, tags={"dxmacsec:redundancy-group": link})


ESTATE = Estate(
    locations=LOCATIONS,
    connections=(
        _port(FULL, "should_encrypt", keys=3),
        _port(DARKENING, "must_encrypt"),
        _port(WITHDRAWN, "must_encrypt"),
        _port(WATCHED, "should_encrypt"),
    ),
)
WORLD: dict[str, Any] = {"seconds": {"associating": 0.5, "disassociating": 0.5, "session_start": 1}}
SETTINGS: dict[str, Any] = {
    "association_minutes": 30,
    "bake_minutes": 0.01,
    "enforce_minutes": 30,
    "plan_wait_minutes": 15,
    "restore_minutes": 30,
    "retire_minutes": 30,
    "proof_max_age_seconds": 3600,
    "router_deadline_hours": 1,
    "router_heartbeat_minutes": 5,
    "status_lag_seconds": 1,
}
"""Deadlines are long, so that a call is decided alike when it is repeated some minutes later."""


def recorded() -> dict[str, FirstCall]:
    """Return the first call of every function, under the function's id.

    Raises:
        RuntimeError: a function was not called, or asked AWS nothing in all of its calls.
    """
    with RecordingSandbox(estate=ESTATE, world=WORLD, context_overrides={"dxmacsec": SETTINGS}) as sandbox:
        answering(sandbox)
        deployed = Deployed(sandbox)
        # Those that leave locks of dead executions come last: what others do about such a lock depends on its age.
        for at_once in ((_fleet, _lowering), (_events,), (_recovery, _withdrawal)):
            with ThreadPoolExecutor() as threads:
                for story in [threads.submit(each, deployed) for each in at_once]:
                    story.result()
            sandbox.settle()
        calls = {function: sandbox.first_calls.get(handler_of(function)) for function in PERMISSIONS}
    missing = sorted(function for function, call in calls.items() if call is None)
    if missing:
        message = f"no call was recorded of {', '.join(missing)}"
        raise RuntimeError(message)
    return {function: call for function, call in calls.items() if call is not None}


def handler_of(function: str) -> str:
    """Return the handler of a function, as Lambda is told it."""
    return f"dxmacsec.handlers.{snake_case(function)}.handler"


def _fleet(deployed: Deployed) -> None:
    """Rotate a link whose key chain is full, as a run over the fleet does, and raise its mode."""
    arn = deployed.start({"links": [FULL]}, "RotateFleetArn")
    ended = deployed.ended(arn)
    if ended.status != "SUCCEEDED":
        message = f"the recorded run ended {ended.status}: {ended.error}: {ended.cause}"
        raise RuntimeError(message)


def _recovery(deployed: Deployed) -> None:
    """Stop a rotation just after a removal that darkens the line, and recover it without waiting for late calls."""
    deployed.behave(DARKENING, loses_encryption_when_old_removed=True)
    arn, _ = _stopped(deployed, "RotateKeyArn", DARKENING, "AwaitRetired")
    name = "recorded-recovery"
    recovery = deployed.outputs["RecoverLinkArn"].replace(":stateMachine:", ":execution:") + f":{name}"
    execution = {"id": recovery, "name": name, "started_at": "2026-01-02T03:04:05+00:00"}
    document = _call(deployed, "BeginRecovery", {"input": {"execution": arn}, "execution": execution})
    for step in ("TakeOver", "PlanRecovery"):
        document = _call(deployed, step, document)
    dark = {**document["rotation"], "verdict": {**document["rotation"]["verdict"], "next": "lost"}}
    document["rotation"] = _call(deployed, "RestoreKey", dark)
    _call(deployed, "CloseRecovery", document)


def _withdrawal(deployed: Deployed) -> None:
    """Stop a rotation whose key is on the link and not yet in use, and take the key away again."""
    _, document = _stopped(deployed, "RotateKeyArn", WITHDRAWN, "AwaitAssociated")
    _call(deployed, "WithdrawKey", document)


def _lowering(deployed: Deployed) -> None:
    """Stop an enforcement that watches the mode which it raised, and lower the mode again."""
    _, document = _stopped(deployed, "EnforceEncryptionArn", WATCHED, "WatchMode")
    lowered = _call(deployed, "LowerMode", {**document, "verdict": {**document["verdict"], "next": "lower"}})
    _call(deployed, "CloseEnforcement", lowered)


def _events(deployed: Deployed) -> None:
    """Call what the schedules, the board, Secrets Manager and AWS Health call."""
    key_secret = deployed.outputs["KeySecretPrefix"] + FULL
    arn = deployed.sandbox.client("secretsmanager").describe_secret(SecretId=key_secret)["ARN"]
    example = "arn:aws:secretsmanager:us-east-1:123456789012:secret:dxmacsec/dxcon-fg5678gh-a1b2c3"
    trouble = (EVENTS / "secret_rotation_failed.json").read_text().replace(example, arn)
    _call(deployed, "HearSecretTrouble", json.loads(trouble))
    _call(deployed, "NoteHealth", json.loads((EVENTS / "health_maintenance_scheduled.json").read_text()))
    _call(deployed, "SweepLinks", {})
    _call(deployed, "DrawBoard", {})


def _stopped(deployed: Deployed, machine: str, link: str, state: str) -> tuple[str, dict[str, Any]]:
    """Stop an execution in a state; return its ARN and the document that the state was given."""
    arn = deployed.start({"link": link}, machine)
    deployed.wait_for_state(arn, state)
    deployed.sandbox.client("stepfunctions").stop_execution(executionArn=arn)
    entered = (event.get("stateEnteredEventDetails", {}) for event in deployed.history(arn))
    document = next(details["input"] for details in entered if details.get("name") == state)
    return arn, dict(json.loads(document))


def _call(deployed: Deployed, function: str, event: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """Call a function as a service does, and return its answer."""
    client = deployed.sandbox.client("lambda")
    names = {each["Handler"]: each["FunctionName"] for each in client.list_functions()["Functions"]}
    answer = client.invoke(FunctionName=names[handler_of(function)], Payload=json.dumps(event).encode())
    said = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        message = f"{function} failed: {said}"
        raise RuntimeError(message)
    return json.loads(said)
