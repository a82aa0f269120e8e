"""What a rotation and a sweep use of each service, counted in the deployed sandbox and on a walk.

The sandbox's journal has every request of every function; the walk has the waits of the product's defaults, which the
sandbox shortens.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from benchmarks.many_links import a_region
from benchmarks.rotation import LOOKING, transitions_of
from dxmacsec.interfaces import World
from dxmacsec.steps.sweep_links import sweep_links
from sandbox.cloud import Sandbox
from sandbox.cloud.journal import Call
from sandbox.routers import answering
from sandbox.twin import Estate, PortPlan
from sandbox.twin.estates import LOCATIONS
from tests.walk.walker import Walker
from tests.worlds.estates import LINK, a_connection
from tests.worlds.scene import a_scene

Usage = Counter[str]
"""How many of each thing that has a price, by the names in prices.json."""

PATIENCE_SECONDS = 180
OTHER_SECONDS = 0.3
"""What a function that doesn't look takes, a part of them cold: more than `cold start` measures here."""
LOOKING_GIGABYTES, OTHER_GIGABYTES = 0.125, 0.25
LINES_BYTES = 1_500
"""What a function's call writes into its log, Lambda's own lines included."""
WRITES = {"PutItem": 1, "UpdateItem": 1, "DeleteItem": 1, "TransactWriteItems": 4}
READS = {"GetItem": 1, "BatchGetItem": 4, "Query": 1}
WITH_KMS = frozenset({"GetSecretValue", "PutSecretValue", "CreateSecret"})
"""Calls of Secrets Manager that use our KMS key."""


def of_a_rotation() -> Usage:
    """Count what one rotation of a connection uses, with the product's defaults and an agent at the router."""
    used = Usage()
    scene = a_scene(a_connection())
    walker = Walker(scene)
    looking = _Looking(walker)
    walker.rotate(LINK)
    transitions, tasks = transitions_of(walker)
    used["state_transition"] = transitions
    used["lambda_request"] = tasks
    used["lambda_arm64_gb_second"] = round(
        looking.seconds * LOOKING_GIGABYTES + tasks * OTHER_SECONDS * OTHER_GIGABYTES
    )
    used.update(_of_calls(_calls_of_a_rotation()))
    return used


class _Looking:
    """Adds up how long the functions that look have run, on the walk's clock."""

    def __init__(self, walker: Walker) -> None:
        self._walker = walker
        self._at = walker.scene.clock.now()
        self.seconds = 0.0
        walker.watchers.append(self._stepped)

    def _stepped(self) -> None:
        began, self._at = self._at, self._walker.scene.clock.now()
        visited = self._walker.executions[-1].visited
        if visited and visited[-1] in LOOKING:
            self.seconds += (self._at - began).total_seconds()


def log_gigabytes(tasks: int) -> float:
    """Return what so many function calls write into logs."""
    return tasks * LINES_BYTES / 1e9


def _calls_of_a_rotation() -> list[Call]:
    port = PortPlan(LINK, "north-a", "EqDC2", mode="must_encrypt", keys=1)
    with Sandbox(estate=Estate(LOCATIONS, connections=(port,))) as sandbox:
        answering(sandbox)
        client = sandbox.client("stepfunctions")
        before = len(sandbox.journal.calls())
        arn = client.start_execution(stateMachineArn=sandbox.outputs["RotateKeyArn"], input=json.dumps({"link": LINK}))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while client.describe_execution(executionArn=arn["executionArn"])["status"] == "RUNNING":
            if time.monotonic() > deadline:
                message = "the measured rotation does not end"
                raise RuntimeError(message)
            time.sleep(0.5)
        sandbox.settle()
        return [call for call in sandbox.journal.calls()[before:] if "dxmacsec" in call.principal.lower()]


def _of_calls(calls: Iterable[Call]) -> Usage:
    used = Usage()
    for call in calls:
        match call.service:
            case "secretsmanager":
                used["secrets_manager_call"] += 1
                used["kms_request"] += call.action in WITH_KMS
            case "kms":
                used["kms_request"] += 1
            case "dynamodb":
                used["dynamodb_write_unit"] += WRITES.get(call.action, 0)
                used["dynamodb_read_unit"] += READS.get(call.action, 0)
            case "events":
                used["event_published"] += 1
            case "sqs":
                used["sqs_request"] += 1
            case "sns":
                used["sns_publish"] += 1
                used["sns_email"] += 1
    return used


class _Rows:
    """Counts the rows that a ledger is asked for in batches."""

    def __init__(self, ledger: Any, counted: Counter[str]) -> None:  # noqa: ANN401 - plays any ledger
        self._ledger, self._counted = ledger, counted

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        method = getattr(self._ledger, name)

        def counting(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
            self._counted["rows"] += sum(
                len(each) for each in arguments if isinstance(each, Collection) and not isinstance(each, str)
            )
            return method(*arguments, **named)

        return counting


def of_a_sweep(links: int) -> Usage:
    """Count what one sweep of so many links uses when nothing has changed."""
    _, world, pages = a_region(links, due=False)
    sweep_links(world)
    pages.calls = 0
    counted: Counter[str] = Counter()
    began = time.process_time()
    sweep_links(_counting(world, counted))
    seconds = time.process_time() - began + pages.calls * 0.1
    return Usage(
        {
            "scheduler_invocation": 1,
            "lambda_request": 1,
            "lambda_arm64_gb_second": max(1, round(seconds * 0.5)),
            "dynamodb_read_unit": counted["rows"] + links // 8 + 1,
            "secrets_manager_call": links // 100 + links // 100 + 2,
        }
    )


def _counting(world: World, counted: Counter[str]) -> World:
    return replace(
        world,
        fleet_ledger=_Rows(world.fleet_ledger, counted),
        compliance_ledger=_Rows(world.compliance_ledger, counted),
    )
