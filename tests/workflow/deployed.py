"""The deployed product, as a person with boto3 sees it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from sandbox.cloud import Sandbox
from sandbox.cloud.journal import Call
from sandbox.cloud.principals import PERSON
from sandbox.twin import RouterBehaviour, World

POLL_SECONDS = 0.1
PATIENCE_SECONDS = 150
RECORDS = ("ROTATION#", "VERDICT#")
"""How the rows of the ledger begin that tell what was, and hold nothing back."""


@dataclass(frozen=True)
class Ended:
    """How an execution ended."""

    arn: str
    status: str
    error: str
    cause: str
    output: dict[str, Any]
    started_at: datetime
    ended_at: datetime

    @property
    def id(self) -> str:
        """Return the rotation's id: the execution's name."""
        return self.arn.rsplit(":", 1)[-1]


class Deployed:
    """Starts machines and reads what they left behind."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Look at a running sandbox."""
        self.sandbox = sandbox
        self.twin = sandbox.twin
        self.outputs = sandbox.outputs

    def start(self, document: Mapping[str, object], machine: str = "RotateKeyArn") -> str:
        """Start a machine, named by its stack output, and return the execution's ARN."""
        answer = self.sandbox.client("stepfunctions").start_execution(
            stateMachineArn=self.outputs[machine], input=json.dumps(dict(document))
        )
        return str(answer["executionArn"])

    def ended(self, arn: str) -> Ended:
        """Wait for an execution's end."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        client = self.sandbox.client("stepfunctions")
        while (seen := client.describe_execution(executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < deadline, f"{arn} still runs: {self.states(arn)}"
            time.sleep(POLL_SECONDS)
        output = json.loads(seen["output"]) if seen.get("output") else {}
        times = seen["startDate"], seen["stopDate"]
        return Ended(arn, seen["status"], seen.get("error", ""), seen.get("cause", ""), output, *times)

    def rotate(self, link: str, **options: object) -> Ended:
        """Rotate a link and wait for the end."""
        return self.ended(self.start({"link": link, **options}))

    def history(self, arn: str) -> list[dict[str, Any]]:
        """Return every event of an execution."""
        pages = self.sandbox.client("stepfunctions").get_paginator("get_execution_history")
        return [event for page in pages.paginate(executionArn=arn) for event in page["events"]]

    def states(self, arn: str) -> list[str]:
        """Return the states that an execution entered, in their order."""
        entered = (event.get("stateEnteredEventDetails") for event in self.history(arn))
        return [details["name"] for details in entered if details]

    def wait_for_state(self, arn: str, name: str) -> None:
        """Wait until an execution has entered a state."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while name not in self.states(arn):
            assert time.monotonic() < deadline, f"{arn} never entered {name}"
            time.sleep(POLL_SECONDS)

    def executions(self) -> list[str]:
        """Return the ARNs of all executions of the machines that act on a link."""
        client = self.sandbox.client("stepfunctions")
        machines = [self.outputs[f"{name}Arn"] for name in ("RotateKey", "EnforceEncryption", "RecoverLink")]
        listed = (client.list_executions(stateMachineArn=machine)["executions"] for machine in machines)
        return [each["executionArn"] for some in listed for each in some]

    def described(self, link: str) -> dict[str, Any]:
        """Return what Direct Connect says of a connection, an interconnect or a LAG."""
        client = self.sandbox.client("directconnect")
        found = [each for each in client.describe_connections()["connections"] if each["connectionId"] == link]
        found += [each for each in client.describe_lags()["lags"] if each["lagId"] == link]
        interconnects = client.describe_interconnects()["interconnects"]
        found += [each for each in interconnects if each["interconnectId"] == link]
        return dict(found[0]) if found else {}

    def keys(self, link: str) -> list[dict[str, str]]:
        """Return the link's key chain."""
        return list(self.described(link).get("macSecKeys", []))

    def encryption(self, link: str) -> set[str]:
        """Return the encryption status of every port of a link."""
        seen = self.described(link)
        return {port["portEncryptionStatus"] for port in seen.get("connections", [seen])}

    def labels(self, link: str) -> dict[str, set[str]]:
        """Return the labels of each version of a link's key secret; none where there is no secret."""
        client = self.sandbox.client("secretsmanager")
        try:
            described = client.describe_secret(SecretId=self.outputs["KeySecretPrefix"] + link)
        except client.exceptions.ResourceNotFoundException:
            return {}
        return {version: set(labels) for version, labels in described["VersionIdsToStages"].items()}

    def pair(self, link: str, label: str) -> dict[str, str]:
        """Read the pair under a label of the key secret, as a person may."""
        answer = self.sandbox.client("secretsmanager").get_secret_value(
            SecretId=self.outputs["KeySecretPrefix"] + link, VersionStage=label
        )
        return dict(json.loads(answer["SecretString"]))

    def rows(self, link: str = "") -> list[dict[str, Any]]:
        """Return the ledger's rows: all, or those of one link and of the group named after it."""
        pages = self.sandbox.client("dynamodb").get_paginator("scan").paginate(TableName=self.outputs["LedgerTable"])
        read = TypeDeserializer().deserialize
        rows = [{name: read(value) for name, value in item.items()} for page in pages for item in page["Items"]]
        own = {f"LINK#{link}", f"GROUP#{link.rsplit('-', maxsplit=1)[-1]}"}
        return sorted((row for row in rows if not link or row["pk"] in own), key=lambda row: (row["pk"], row["sk"]))

    def locks(self, link: str) -> list[str]:
        """Return the sort keys of the locks that are held on a link or its group."""
        return [row["sk"] for row in self.rows(link) if row["sk"].startswith("LOCK#")]

    def standing(self, link: str) -> dict[str, Any]:
        """Return the verdict of a link as the ledger keeps it; nothing where the link was not looked at."""
        found = [row for row in self.rows() if (row["pk"], row["sk"]) == ("COMPLIANCE", link)]
        return dict(found[0]) if found else {}

    def record(self, link: str, ended: Ended) -> dict[str, Any]:
        """Return the ledger's record of a rotation."""
        (row,) = [row for row in self.rows(link) if row["sk"].startswith("ROTATION#") and row["id"] == ended.id]
        return dict(row["record"])

    def calls(self, action: str = "", link: str = "") -> list[Call]:
        """Return what the functions called on Direct Connect: all, or one action, or on one link."""
        calls = self.sandbox.journal.calls(service="directconnect")
        ours = [call for call in calls if call.principal != PERSON and (not link or link in call.resources)]
        return [call for call in ours if action in ("", call.action)]

    def function_of(self, principal: str) -> str:
        """Return the name of the function whose role a principal is; empty for anybody else."""
        functions = self.sandbox.client("lambda").list_functions()["Functions"]
        roles = {each["Role"].rsplit("/", 1)[-1]: each["Handler"].split(".")[-2] for each in functions}
        return str(roles.get(principal, ""))

    def snapshot(self, link: str) -> dict[str, Any]:
        """Return all that a refusal must leave alone; what the ledger records of it and of verdicts is none of it."""
        client = self.sandbox.client("secretsmanager")
        return {
            "link": self.described(link),
            "router": self.twin.router(link).keys() if link in self.twin.links() else (),
            "lives": [life.ckn for life in self.twin.key_lives(link)],
            "labels": self.labels(link),
            "secrets": sorted(each["ARN"] for each in client.list_secrets()["SecretList"] if link in each["Name"]),
            "ledger": [row for row in self.rows(link) if not row["sk"].startswith(RECORDS)],
        }

    def wait_for_session(self, link: str, ckn: str) -> None:
        """Wait until a router's ports are all on a key."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while set(self.twin.router(link).in_use().values()) != {ckn}:
            assert time.monotonic() < deadline, f"{link} never used {ckn}"
            time.sleep(POLL_SECONDS)

    def behave(self, link: str, **troubles: Any) -> None:  # noqa: ANN401 - the fields of a RouterBehaviour
        """Give the router of a link its troubles; without any it behaves well."""
        self.twin.router(link).behaviour = RouterBehaviour(**troubles)

    @contextmanager
    def playing(self, document: dict[str, Any]) -> Iterator[None]:
        """Play another world inside; every link sees it."""
        before = self.twin.world
        self.twin.set_world(World.from_json(document))
        try:
            yield
        finally:
            self.twin.set_world(before)
