"""No `*` without its reason, and no grant that neither a test uses nor a reason excuses."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from infra.nag import MEMBER
from infra.names import KEY_SECRET_PREFIX
from infra.permissions.excused import BY_AWS, ROADS, excused
from infra.permissions.table import PERMISSIONS
from infra.permissions.wide import ON_ANYTHING, PATTERNS, WIDE_ACTIONS

ROOT = Path(__file__).resolve().parents[2]
SCP = json.loads((ROOT / "docs/policies/keep-key-secrets.scp.json").read_text())
ITSELF = {"AWS::KMS::Key", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"}
"""Where a policy is of the resource that it stands at: in a key's, `*` is that key."""

Properties = Callable[[str], dict[str, dict[str, Any]]]


def statements(document: object) -> Iterator[dict[str, Any]]:
    """Yield every statement of every policy in a part of a template."""
    if isinstance(document, dict):
        if "Effect" in document and "Action" in document:
            yield document
        for value in document.values():
            yield from statements(value)
    elif isinstance(document, list):
        for value in document:
            yield from statements(value)


def listed(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON
    return value if isinstance(value, list) else [value]


def written(resource: object) -> str:
    """Return an ARN with one character for whatever the account and the Region are."""
    text = "".join(
        part if isinstance(part, str) else "\0"
        for part in (resource["Fn::Join"][1] if isinstance(resource, dict) and "Fn::Join" in resource else [resource])
    )
    return re.sub(r"^arn:\0:(\w+):\0?:\0:", r"\1:…:", text)


def wide_of(template: dict[str, Any]) -> tuple[set[str], set[str], set[str]]:
    """Return the actions on `*`, the resources that end in `*`, and the actions with a `*`, with their effect."""
    on_anything, patterns, actions = set(), set(), set()
    for resource in template["Resources"].values():
        for statement in statements(resource.get("Properties", {})):
            named = listed(statement["Action"])
            actions |= {f"{statement['Effect'].lower()} {action}" for action in named if "*" in action}
            for on in [] if resource["Type"] in ITSELF else map(written, listed(statement.get("Resource", []))):
                if on == "*":
                    on_anything |= set(named)
                elif "*" in on:
                    patterns.add(on)
    return on_anything, patterns, actions


def test_every_wildcard_of_the_template_has_its_reason_and_is_there(template: dict[str, Any]) -> None:
    on_anything, patterns, actions = wide_of(template)

    assert on_anything == ON_ANYTHING.keys()
    assert patterns == PATTERNS.keys()
    assert actions == WIDE_ACTIONS.keys()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}, ({"s3:GetObject"}, set(), set())),
        ({"Effect": "Allow", "Action": ["s3:*"], "Resource": "arn:x"}, (set(), set(), {"allow s3:*"})),
        (
            {
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": [{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::all/*"]]}],
            },
            (set(), {"arn:\0:s3:::all/*"}, set()),
        ),
    ],
)
def test_a_new_wildcard_is_found(statement: dict[str, Any], found: tuple[set[str], set[str], set[str]]) -> None:
    role = {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": {"Statement": [statement]}}]}}

    assert wide_of({"Resources": {"Role": role}}) == found


def test_every_pattern_is_acknowledged_to_cdk_nag_with_a_reason() -> None:
    acknowledged = {each.split("Resource::", 1)[1].rstrip("]") for each in MEMBER if "Resource::" in each}
    known = {re.sub(r"^arn:<[^>]+>:(\w+):<[^>]+>:<[^>]+>:", r"\1:…:", each) for each in acknowledged}

    assert known == PATTERNS.keys() | {"*"}
    assert all(reason.strip() for reason in [*MEMBER.values(), *PATTERNS.values(), *ON_ANYTHING.values()])


def test_what_is_excused_is_granted() -> None:
    granted = {(name, action) for name, grants in PERMISSIONS.items() for each in grants for action in each.actions}

    assert excused() - granted == set()
    assert not {action for _, action in excused()} & BY_AWS.keys()
    assert 0 < len(excused()) < len(granted)


def test_nothing_is_excused_twice() -> None:
    pairs = [(name, action) for road in ROADS for name, actions in road.grants.items() for action in actions]

    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("road", ROADS, ids=lambda road: road.reason)
def test_each_road_is_gone_by_a_test_that_is_there(road: Any) -> None:  # noqa: ANN401 - a Road
    path, name = road.shown_by.split("::")

    tests = {node.name for node in ast.parse((ROOT / path).read_text()).body if isinstance(node, ast.FunctionDef)}

    assert name in tests
    assert road.reason.strip()


SECRETS = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:"
OURS = "arn:aws:iam::123456789012:role/dxmacsec/DxMacsec-FunctionsSweepLinksRole-1"
ADMIN = "arn:aws:iam::123456789012:role/Admin"


def denied(action: str, secret: str, principal: str) -> bool:
    """Tell whether the service control policy forbids a call; it knows what these two statements use."""
    return any(
        action == statement["Action"]
        and fnmatchcase(secret, statement["Resource"])
        and not fnmatchcase(principal, statement.get("Condition", {}).get("ArnNotLike", {}).get("aws:PrincipalArn", ""))
        for statement in SCP["Statement"]
    )


@pytest.mark.parametrize(
    ("secret", "principal", "forbidden"),
    [
        ("directconnect!prod/us-east-1/directconnect/abab-a1b2c3", ADMIN, True),
        ("directconnect!prod/us-east-1/directconnect/abab-a1b2c3", OURS, True),
        (f"{KEY_SECRET_PREFIX}dxcon-fg5678gh-a1b2c3", ADMIN, True),
        (f"{KEY_SECRET_PREFIX}dxcon-fg5678gh-a1b2c3", OURS, False),
        ("somebody-else-a1b2c3", ADMIN, False),
    ],
)
def test_the_service_control_policy_keeps_keys_and_leaves_the_product_its_work(
    secret: str, principal: str, *, forbidden: bool
) -> None:
    assert denied("secretsmanager:DeleteSecret", SECRETS + secret, principal) is forbidden
    assert not denied("secretsmanager:GetSecretValue", SECRETS + secret, principal)


def test_the_service_control_policy_has_the_shape_that_organizations_takes() -> None:
    assert SCP["Version"] == "2012-10-17"
    assert len(json.dumps(SCP)) <= 5120
    for statement in SCP["Statement"]:
        assert statement.keys() <= {"Sid", "Effect", "Action", "Resource", "Condition"}
        assert statement["Effect"] == "Deny"
        assert re.fullmatch(r"[A-Za-z0-9]+", statement["Sid"])
