"""Everything that the deployed product said, in every place where somebody may read it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.leaks.search import holds
from tests.leaks.sinks import said_in
from tests.workflow.conftest import Scene
from tests.workflow.deployed import Deployed

HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2})+")
"""What a CAK is written in; a version that is no pair may hold any words in its place."""


@dataclass(frozen=True)
class Said:
    """One text and where it was read."""

    place: str
    text: str = field(repr=False)


def everything(scene: Scene) -> list[Said]:
    """Return every log line, history, event, table item, message, template, record of calls, and all other sinks."""
    deployed = scene.deployed
    return [
        *_logs(deployed),
        *_histories(deployed),
        *_of("event", deployed.sandbox.events),
        *_of("item", _items(deployed)),
        *_of("router task", scene.messages.tasks),
        *_of("letter", scene.messages.take()),
        *_of("template", _templates(deployed)),
        *_of("call", [call.to_json() for call in deployed.sandbox.journal.calls()]),
        *_of("output", [deployed.outputs]),
        *_of("function", deployed.sandbox.client("lambda").list_functions()["Functions"]),
        *(Said(place, text) for place, text in said_in(deployed.sandbox.client)),
        *_of("secret without its value", deployed.sandbox.client("secretsmanager").list_secrets()["SecretList"]),
    ]


def every_cak(deployed: Deployed) -> set[str]:
    """Return the CAK of every version of every secret, Direct Connect's managed ones included."""
    client = deployed.sandbox.client("secretsmanager")
    caks = set()
    for page in client.get_paginator("list_secrets").paginate(IncludePlannedDeletion=True):
        for secret in page["SecretList"]:
            caks |= set(_caks_of(client, secret))
    return caks


def findings(said: Iterable[Said], caks: Iterable[str]) -> list[str]:
    """Return the places that hold a CAK, in whatever form."""
    known = frozenset(caks)
    return [each.place for each in said if holds(each.text, known)]


def _caks_of(client: Any, secret: dict[str, Any]) -> Iterator[str]:  # noqa: ANN401 - a boto3 client
    if secret.get("DeletedDate"):
        client.restore_secret(SecretId=secret["ARN"])
    listed = client.list_secret_version_ids(SecretId=secret["ARN"], IncludeDeprecated=True)["Versions"]
    for version in listed:
        value = client.get_secret_value(SecretId=secret["ARN"], VersionId=version["VersionId"])["SecretString"]
        if HEXADECIMAL.fullmatch(cak := json.loads(value).get("cak", "")):
            yield cak


def _of(place: str, documents: Iterable[object]) -> Iterator[Said]:
    for document in documents:
        text = document if isinstance(document, str) else json.dumps(document, default=str)
        yield Said(place, text)


def _logs(deployed: Deployed) -> Iterator[Said]:
    client = deployed.sandbox.client("logs")
    for page in client.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            name = group["logGroupName"]
            for lines in client.get_paginator("filter_log_events").paginate(logGroupName=name):
                for line in lines["events"]:
                    yield Said(f"log {name}", line["message"])


def _histories(deployed: Deployed) -> Iterator[Said]:
    client = deployed.sandbox.client("stepfunctions")
    for arn in deployed.executions():
        yield from _of("execution", [client.describe_execution(executionArn=arn)])
        yield from _of(f"history of {arn}", deployed.history(arn))


def _items(deployed: Deployed) -> list[dict[str, Any]]:
    client = deployed.sandbox.client("dynamodb")
    pages = client.get_paginator("scan").paginate(TableName=deployed.outputs["LedgerTable"])
    return [item for page in pages for item in page["Items"]]


def _templates(deployed: Deployed) -> Iterator[object]:
    client = deployed.sandbox.client("cloudformation")
    for stack in client.describe_stacks()["Stacks"]:
        yield client.get_template(StackName=stack["StackName"])["TemplateBody"]
