"""Nothing assumes the partition `aws`: GovCloud and China get their own ARNs."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

ARN = re.compile(r"arn:([a-z-]+|\$\{[A-Za-z:]+\}):")


STACKS = ["template", "member", "coordinator"]


@pytest.fixture(params=STACKS)
def synthesised(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The template of each stack, a member that listens to a coordinator among them."""
    found: dict[str, Any] = request.getfixturevalue(request.param)
    return found


def test_the_template_leaves_the_partition_to_cloudformation(synthesised: dict[str, Any]) -> None:
    text = json.dumps(synthesised)

    assert set(ARN.findall(text)) <= {"${Partition}", "${AWS::Partition}"}
    assert '"Ref": "AWS::Partition"' in text


def test_every_principal_is_known_in_every_partition(synthesised: dict[str, Any]) -> None:
    logs = {"Fn::Join": ["", ["logs.", {"Ref": "AWS::Region"}, ".", {"Ref": "AWS::URLSuffix"}]]}
    services = {json.dumps(it) for it in principals(synthesised, "Service")}
    others = [it for it in principals(synthesised, "AWS") if it != "*"]

    assert {json.loads(it) for it in services if it != json.dumps(logs)} <= {
        f"{name}.amazonaws.com"
        for name in ("cloudwatch", "events", "lambda", "scheduler", "secretsmanager", "sns", "sqs", "states")
    }
    assert json.dumps(logs) in services
    assert all(it["Fn::Join"][1][:2] == ["arn:", {"Ref": "AWS::Partition"}] for it in others)


def principals(document: object, kind: str) -> list[Any]:
    """Every principal of a kind in every policy of a template."""
    match document:
        case {"Principal": {**principal}} if kind in principal:
            named = principal[kind]
            return named if isinstance(named, list) else [named]
        case dict():
            return [it for value in document.values() for it in principals(value, kind)]
        case list():
            return [it for value in document for it in principals(value, kind)]
        case _:
            return []


def test_the_template_names_no_host_of_one_partition(synthesised: dict[str, Any]) -> None:
    hosts = set(re.findall(r"https://[a-z0-9.-]+", json.dumps(synthesised)))

    assert hosts == set()
