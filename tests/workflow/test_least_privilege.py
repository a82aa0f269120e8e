"""Used is inside granted, and granted is not wider than used."""

from __future__ import annotations

import pytest

from tests.workflow.conftest import Scene
from tests.workflow.roles import covers, granted, used

pytestmark = pytest.mark.deployed

NEVER_CALLED_HERE = {
    "kms:Decrypt": "Secrets Manager, SQS and SNS call it in the role's name",
    "kms:GenerateDataKey": "Secrets Manager, SQS and SNS call it in the role's name",
    "logs:CreateLogStream": "the Lambda service writes the log in the role's name",
    "logs:PutLogEvents": "the Lambda service writes the log in the role's name",
    "xray:PutTraceSegments": "the Lambda service sends the traces",
    "xray:PutTelemetryRecords": "the Lambda service sends the traces",
    "iam:CreateServiceLinkedRole": "Direct Connect calls it at an account's first association",
    "iam:GetRole": "Direct Connect calls it at an account's first association",
    "states:DescribeExecution": "only asked about a lock that another execution holds",
}


FLEET_FUNCTIONS = {"plan_fleet", "check_wave", "report_fleet", "note_health"}
"""Their grants are held against what they call in test_rotate_fleet.py."""


def test_every_call_is_inside_what_its_role_grants(scene: Scene) -> None:
    scene.stories.all_told()
    grants = granted(scene.deployed)

    outside = [use for use in used(scene.deployed) if not any(covers(grant, use) for grant in grants)]

    assert len(used(scene.deployed)) > 50
    assert outside == []


def test_no_role_grants_an_action_that_its_function_never_calls(scene: Scene) -> None:
    scene.stories.all_told()
    called = {(use.function, use.action) for use in used(scene.deployed)}

    idle = sorted(
        {
            (grant.function, grant.action)
            for grant in granted(scene.deployed)
            if (grant.function, grant.action) not in called
            and grant.action not in NEVER_CALLED_HERE
            and grant.function not in FLEET_FUNCTIONS
        }
    )

    assert idle == sorted(NOT_IN_THE_STORIES)


NOT_IN_THE_STORIES: dict[tuple[str, str], str] = {}
"""What a road grants that no story takes, and which road that is."""
