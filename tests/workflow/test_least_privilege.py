"""Used is inside granted, and granted is not wider than used."""

from __future__ import annotations

import pytest

from infra.permissions.excused import BY_AWS
from tests.workflow.conftest import Scene
from tests.workflow.roles import covers, excused, granted, used

pytestmark = pytest.mark.deployed

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

    idle = {
        (function, action)
        for function, action in grants - called - excused()
        if action not in BY_AWS and function not in ELSEWHERE
    }

    assert idle == set()
    assert excused() - grants == set()
    print(f"{len(grants)} grants, {len(called)} used, {len(excused() - called)} excused, {len(idle)} idle")  # noqa: T201


def test_no_role_grants_every_action_of_a_service(scene: Scene) -> None:
    grants = granted(scene.deployed)

    assert [grant for grant in grants if "*" in grant.action] == []
    on_anything = {grant.action for grant in grants if grant.resource == "*"} - {"secretsmanager:ListSecrets"}
    assert {action.split(":")[0] for action in on_anything} <= {"directconnect", "kms", "xray"}
