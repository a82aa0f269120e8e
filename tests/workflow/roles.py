"""What the deployed roles grant, and what the functions used, in IAM's own words."""

from __future__ import annotations

import ast
import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from infra.permissions import excused as table
from sandbox.cloud.account import ACCOUNT_ID, REGION
from sandbox.cloud.journal import Call
from tests.workflow.deployed import Deployed

DEFAULT_BUS = f"arn:aws:events:{REGION}:{ACCOUNT_ID}:event-bus/default"
"""Where PutEvents goes that names no bus."""

IN_A_TRANSACTION = {"TransactWriteItems": "PutItem"}
"""IAM knows a transaction by the operations in it.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
"""

IN_A_BATCH = {"DeleteMessageBatch": "DeleteMessage"}
"""IAM knows a batch of SQS by its single operation.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html
"""


@dataclass(frozen=True)
class Granted:
    """One action on one ARN pattern, for the role of one function."""

    function: str
    action: str
    resource: str


@dataclass(frozen=True)
class Used:
    """One action that a function called, and the ARN of what it called it on; `*` where it names nothing."""

    function: str
    action: str
    resource: str


def granted(deployed: Deployed) -> set[Granted]:
    """Return what the role of each function grants, as it was deployed."""
    client = deployed.sandbox.client("iam")
    found = set()
    for function in deployed.sandbox.client("lambda").list_functions()["Functions"]:
        role = function["Role"].rsplit("/", 1)[-1]
        name = function["Handler"].split(".")[-2]
        assert client.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
        for policy in client.list_role_policies(RoleName=role)["PolicyNames"]:
            document = client.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
            found |= {Granted(name, *each) for each in _statements(_read(document))}
    return found


def used(deployed: Deployed) -> set[Used]:
    """Return what the functions called, as the journal of all calls has it."""
    functions = deployed.sandbox.client("lambda").list_functions()["Functions"]
    names = {each["Role"].rsplit("/", 1)[-1]: each["Handler"].split(".")[-2] for each in functions}
    calls = [call for call in deployed.sandbox.journal.calls() if call.principal in names]
    return {Used(names[call.principal], _action(call), arn) for call in calls for arn in _arns(call)}


def excused() -> set[tuple[str, str]]:
    """Return the functions' granted actions that these tests need not use, as docs/permissions.md has them."""
    return {(re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(), action) for name, action in table.excused()}


def covers(grant: Granted, use: Used) -> bool:
    """Tell whether a grant allows a use."""
    if (grant.function, grant.action) != (use.function, use.action):
        return False
    return fnmatch.fnmatchcase(use.resource, grant.resource)


def _read(document: str | dict[str, Any]) -> dict[str, Any]:
    """Return a policy: moto gives those that CloudFormation made as the text of a Python dict."""
    read: dict[str, Any] = ast.literal_eval(document) if isinstance(document, str) else document
    return read


def _statements(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for statement in document["Statement"]:
        assert statement["Effect"] == "Allow"
        for action in _list(statement["Action"]):
            for resource in _list(statement["Resource"]):
                yield action, resource


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _action(call: Call) -> str:
    return f"{call.service}:{(IN_A_TRANSACTION | IN_A_BATCH).get(call.action, call.action)}"


def _arns(call: Call) -> list[str]:
    unnamed = DEFAULT_BUS if call.service == "events" else "*"
    return sorted({_arn(call.service, call.action, name) for name in call.resources} - {""}) or [unnamed]


def _arn(service: str, action: str, name: str) -> str:
    """Return the ARN of what a request names; nothing where IAM asks for no ARN of it."""
    here = f"{REGION}:{ACCOUNT_ID}"
    if service == "directconnect":
        # A describe is for no single ARN, and an association by secretARN is for the link's.
        of_a_link = not action.startswith("Describe") and not name.startswith("arn:")
        return f"arn:aws:directconnect:{here}:{name.split('-', maxsplit=1)[0]}/{name}" if of_a_link else ""
    if name.startswith("arn:"):
        return name
    return {
        "dynamodb": f"arn:aws:dynamodb:{here}:table/{name}",
        "sqs": f"arn:aws:sqs:{here}:{urlsplit(name).path.rsplit('/', 1)[-1]}",
        "secretsmanager": f"arn:aws:secretsmanager:{here}:secret:{name}-AbCdEf",
    }.get(service, "")
