"""Rotations that a person stops: everything is recovered without anyone's doing."""

from __future__ import annotations

import json
import time
from functools import cache
from typing import Any

import pytest

from dxmacsec.steps.locks import DEAD_LOCK_CLEARANCE
from infra.permissions.excused import BY_AWS
from tests.workflow.deployed import Deployed
from tests.workflow.roles import covers, excused, granted, used

pytestmark = pytest.mark.deployed

BAKING = "dxcon-stopped2"
DARKENING = "dxcon-stopped3"
RAISING = "dxcon-stopped4"
PATIENCE_SECONDS = DEAD_LOCK_CLEARANCE.total_seconds() + 120
"""The clearance takes its real time: the wait is a state of the machine."""

OWN = {"begin_recovery", "take_over", "plan_recovery", "close_recovery"}


@cache
def stopped(deployed: Deployed) -> dict[str, str]:
    """Stop a rotation in its bake, one just after its removal, and one while its nested enforcement watches a mode.

    Return all once they are recovered.
    """
    deployed.behave(DARKENING, loses_encryption_when_old_removed=True)
    client = deployed.sandbox.client("stepfunctions")
    arns = {}
    for link, state in {BAKING: "Bake", DARKENING: "AwaitRetired"}.items():
        arns[link] = deployed.start({"link": link})
        deployed.wait_for_state(arns[link], state)
        client.stop_execution(executionArn=arns[link], cause="a person stopped it")
    arns[RAISING] = deployed.start({"link": RAISING})
    deployed.wait_for_state(arns[RAISING], "EnforceEncryption")
    deployed.wait_for_state(child_of(deployed, arns[RAISING]), "WatchMode")
    client.stop_execution(executionArn=arns[RAISING], cause="a person stopped it")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(deployed.locks(link) for link in arns):
        assert time.monotonic() < deadline, [deployed.rows(link) for link in arns]
        time.sleep(1)
    return arns


def child_of(deployed: Deployed, parent: str) -> str:
    """Return the enforcement that a rotation waits for."""
    client = deployed.sandbox.client("stepfunctions")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for arn in deployed.executions():
            if json.loads(client.describe_execution(executionArn=arn)["input"]).get("owner") == parent:
                return arn
    message = f"{parent} never started an enforcement"
    raise AssertionError(message)


def record(deployed: Deployed, link: str, arn: str) -> dict[str, Any]:
    """Return the record of an execution."""
    name = arn.rsplit(":", 1)[-1]
    [row] = [row for row in deployed.rows(link) if row["sk"].startswith("ROTATION#") and row["id"] == name]
    return dict(row["record"])


@pytest.mark.parametrize(("link", "state"), [(BAKING, "Bake"), (DARKENING, "AwaitRetired")])
def test_a_stopped_rotation_is_recovered_by_itself(alone: Deployed, link: str, state: str) -> None:
    # A stop takes a moment to arrive: a rotation that bakes may have come to its wait between two looks.
    reached = {"Bake": {"Bake", "WaitToBake"}}.get(state, {state})
    arn = stopped(alone)[link]

    told = record(alone, link, arn)

    labels = alone.labels(link)
    assert (told["status"], told["reason"]) == ("FAILED", "Aborted")
    assert told["stopped_at"] in reached
    assert ":execution:dxmacsec-RecoverLink:" in told["recovered_by"]
    assert alone.ended(told["recovered_by"]).status == "SUCCEEDED"
    assert alone.encryption(link) == {"Encryption Up"}
    assert "DxFailed" in labels[told["new_version_id"]]
    assert not [label for some in labels.values() for label in some if label in ("DxNew", "AWSPENDING")]
    assert [row for row in alone.rows(link) if row["sk"].startswith("TASK#")] == []


def test_a_line_that_went_dark_after_the_stop_has_its_old_key_back(alone: Deployed) -> None:
    stopped(alone)

    lives = alone.twin.key_lives(DARKENING)

    assert lives[0].removed_at is not None
    assert (lives[-1].ckn, lives[-1].removed_at) == (lives[0].ckn, None)


def test_a_mode_that_a_nested_enforcement_raised_is_watched_to_its_end(alone: Deployed) -> None:
    arn = stopped(alone)[RAISING]

    told = record(alone, RAISING, arn)

    assert (told["reason"], told["stopped_at"], told["roads"]) == ("Aborted", "WatchMode", ["watch_mode"])
    assert alone.described(RAISING)["encryptionMode"] == "must_encrypt"
    assert "DxInUse" in alone.labels(RAISING)[told["new_version_id"]]
    assert alone.locks(RAISING) == []
    assert alone.ended(child_of(alone, arn)).status == "ABORTED"


def test_the_next_rotation_uses_the_failed_pair_again(alone: Deployed) -> None:
    stopped(alone)

    following = alone.rotate(BAKING)

    assert following.status == "SUCCEEDED"
    assert alone.record(BAKING, following)["pair_used_again"] is True
    assert alone.twin.meter.seconds(BAKING)[1:] == (0, 0)


def test_its_functions_stay_inside_their_grants_and_are_granted_nothing_idle(alone: Deployed) -> None:
    stopped(alone)
    grants = [grant for grant in granted(alone) if grant.function in OWN]

    uses = [use for use in used(alone) if use.function in OWN]

    assert {use.function for use in uses} == OWN
    assert [use for use in uses if not any(covers(grant, use) for grant in grants)] == []
    idle = {(grant.function, grant.action) for grant in grants} - {(use.function, use.action) for use in uses}
    assert {each for each in idle if each[1] not in BY_AWS} - excused() == set()
