"""Used is inside granted, and granted is not wider than used."""

from __future__ import annotations

import pytest

from tests.workflow.conftest import Scene
from tests.workflow.roles import covers, granted, used

pytestmark = pytest.mark.deployed

BY_AWS = {
    "kms:Decrypt": "Secrets Manager, SQS and SNS call it in the role's name",
    "kms:GenerateDataKey": "Secrets Manager, SQS and SNS call it in the role's name",
    "logs:CreateLogStream": "the Lambda service writes the log in the role's name",
    "logs:PutLogEvents": "the Lambda service writes the log in the role's name",
    "xray:PutTraceSegments": "the Lambda service sends the traces",
    "xray:PutTelemetryRecords": "the Lambda service sends the traces",
    "iam:CreateServiceLinkedRole": "Direct Connect calls it at an account's first association",
    "iam:GetRole": "Direct Connect calls it at an account's first association",
    "lambda:InvokeFunction": "Secrets Manager asks for it when it attaches the rotation function",
    "secretsmanager:TagResource": "CreateSecret with tags asks for it",
    "sqs:ChangeMessageVisibility": "the Lambda service calls it for the queue that feeds a function",
    "sqs:GetQueueAttributes": "the Lambda service calls it for the queue that feeds a function",
}
"""Granted actions that no function calls by itself."""

ON_OTHER_ROADS = {
    "a lock whose execution is dead": [
        *[("take_lock", f"dynamodb:{operation}Item") for operation in ("Get", "Delete")],
        *[(name, "dynamodb:DeleteItem") for name in ("ask_router", "associate_key", "begin_enforcement")],
        *[(name, "states:DescribeExecution") for name in ("ask_router", "associate_key", "begin_enforcement")],
        *[(name, "states:DescribeExecution") for name in ("make_room", "retire_key", "take_lock")],
        *[(name, "dynamodb:DeleteItem") for name in ("make_room", "retire_key")],
    ],
    "a change that waited for the link": [
        (name, "events:PutEvents")
        for name in (
            *("take_lock", "make_room", "ask_router", "judge_answer", "associate_key", "await_associated"),
            *("withdraw_key", "retire_key", "promote_key", "begin_enforcement"),
        )
    ],
    "a resiliency group": [
        (name, "directconnect:ListResiliencyGroupAssociations") for name in ("take_lock", "plan_rotation")
    ],
    "router mode manual": [("ask_router", "sns:Publish")],
    "router mode none": [("ask_router", "states:SendTaskSuccess")],
    "an enforcement of its own, or one that fails": [
        *[
            ("close_enforcement", action)
            for action in ("directconnect:DescribeConnections", "dynamodb:DeleteItem", "sns:Publish")
        ],
        *[("lower_mode", f"dynamodb:{operation}Item") for operation in ("Get", "Put")],
        *[("lower_mode", f"directconnect:Update{kind}") for kind in ("Connection", "Lag")],
        ("lower_mode", "directconnect:DescribeConnections"),
    ],
    "a LAG in no_encrypt or should_encrypt": [
        *[(name, "directconnect:UpdateLag") for name in ("associate_key", "raise_mode")],
    ],
    "a full chain in no_encrypt": [("make_room", f"directconnect:Update{kind}") for kind in ("Connection", "Lag")],
    "a key that is never associated": [
        *[("withdraw_key", f"dynamodb:{operation}Item") for operation in ("Get", "Put", "Delete")],
        *[("withdraw_key", action) for action in ("directconnect:DisassociateMacSecKey", "states:DescribeExecution")],
        ("withdraw_key", "directconnect:DescribeConnections"),
    ],
    "a rotation for Secrets Manager that never held its lock": [
        ("rotate_secret", "secretsmanager:UpdateSecretVersionStage")
    ],
    "a managed secret that Direct Connect refuses": [("restore_key", "secretsmanager:GetSecretValue")],
}
"""Grants that the stories do not use, by the road that does."""

READS_OF_A_LINK = {"directconnect:DescribeInterconnects", "directconnect:DescribeLags"}
"""One grant reads a link whatever its kind: a function that reads connections must read the other two."""


FLEET_FUNCTIONS = {"plan_fleet", "check_wave", "report_fleet", "note_health"}
"""Their grants are held against what they call in test_rotate_fleet.py."""

RECOVERY_FUNCTIONS = {"begin_recovery", "take_over", "plan_recovery", "close_recovery"}
"""Theirs in test_recovery.py."""

COMPLIANCE_FUNCTIONS = {"hear_change", "sweep_links"}
"""Theirs in test_compliance.py."""

BOARD_FUNCTIONS = {"draw_board"}
"""Theirs in test_board.py."""

ELSEWHERE = FLEET_FUNCTIONS | RECOVERY_FUNCTIONS | COMPLIANCE_FUNCTIONS | BOARD_FUNCTIONS


def test_every_call_is_inside_what_its_role_grants(scene: Scene) -> None:
    scene.stories.all_told()
    grants = granted(scene.deployed)

    uses = used(scene.deployed)

    assert len(uses) > 50
    assert [use for use in uses if not any(covers(grant, use) for grant in grants)] == []


def test_no_role_grants_an_action_that_its_function_never_calls(scene: Scene) -> None:
    scene.stories.all_told()
    called = {(use.function, use.action) for use in used(scene.deployed)}
    grants = {(grant.function, grant.action) for grant in granted(scene.deployed)}
    other_roads = {grant for road in ON_OTHER_ROADS.values() for grant in road}

    idle = {
        (function, action)
        for function, action in grants - called - other_roads
        if action not in BY_AWS.keys() | READS_OF_A_LINK and function not in ELSEWHERE
    }

    assert idle == set()
    assert other_roads - grants == set()


def test_no_role_grants_every_action_of_a_service(scene: Scene) -> None:
    grants = granted(scene.deployed)

    assert [grant for grant in grants if "*" in grant.action] == []
    on_anything = {grant.action for grant in grants if grant.resource == "*"} - {"secretsmanager:ListSecrets"}
    assert {action.split(":")[0] for action in on_anything} <= {"directconnect", "kms", "xray"}
