"""Grants that the deployed test run does not use: why each one is there, and which test goes its road.

Used and granted are compared after the whole run of the deployed tests. What is granted and was not used
stands here, once, or is too much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.permissions.grants import READ_LINKS
from infra.permissions.table import PERMISSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

BY_AWS: Mapping[str, str] = {
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
"""Granted actions that no function calls by itself: AWS does, in its role's name."""

_GROUPS_OF = "directconnect:ListResiliencyGroupAssociations"
_UPDATES = ("directconnect:UpdateConnection", "directconnect:UpdateLag")

_TAKE_ACTING = ("AskRouter", "AssociateKey", "BeginEnforcement", "MakeRoom", "RetireKey")
_FREE = (
    *("TakeLock", "MakeRoom", "AskRouter", "JudgeAnswer", "AssociateKey", "AwaitAssociated"),
    *("WithdrawKey", "RetireKey", "PromoteKey", "BeginEnforcement"),
)


@dataclass(frozen=True, slots=True)
class Road:
    """Grants of functions for one road: why it exists, and the test that goes it."""

    reason: str
    shown_by: str
    grants: Mapping[str, tuple[str, ...]]


ROADS: tuple[Road, ...] = (
    Road(
        "a link may be of any kind, and one grant reads all of them",
        "tests/adapters/test_direct_connect.py::test_tells_what_kind_of_link_it_is",
        {
            name: ("directconnect:DescribeInterconnects", "directconnect:DescribeLags")
            for name, grants in PERMISSIONS.items()
            if READ_LINKS in grants
        },
    ),
    Road(
        "the lock of a rotation that is dead",
        "tests/walk/test_stopped.py::test_the_next_rotation_takes_over_wherever_the_first_was_stopped",
        {"TakeLock": ("dynamodb:GetItem", "dynamodb:DeleteItem", "states:DescribeExecution")},
    ),
    Road(
        "the lock of an execution that changed the link and is dead",
        "tests/unit/steps/test_lock_guards.py"
        "::test_the_acting_lock_of_a_dead_execution_is_taken_over_after_the_clearance",
        dict.fromkeys(_TAKE_ACTING, ("dynamodb:DeleteItem", "states:DescribeExecution")),
    ),
    Road(
        "a change that waited for the link until its lock was freed",
        "tests/unit/steps/test_locks.py::test_who_frees_a_lock_gives_the_change_that_waited_back_to_the_bus",
        dict.fromkeys(_FREE, ("events:PutEvents",)),
    ),
    Road(
        "an account with resiliency groups",
        "tests/walk/test_fleet_runs.py::test_a_resiliency_group_of_direct_connect_comes_before_the_tag",
        dict.fromkeys(("TakeLock", "PlanRotation", "PlanFleet", "CheckWave"), (_GROUPS_OF,)),
    ),
    Road(
        "`router_mode: manual`",
        "tests/workflow/test_who_answers.py::test_people_answer_by_the_letters_own_command",
        {"AskRouter": ("sns:Publish",)},
    ),
    Road(
        "`router_mode: none`",
        "tests/workflow/test_who_answers.py::test_nobody_is_asked_where_the_owner_declares_it",
        {"AskRouter": ("states:SendTaskSuccess",)},
    ),
    Road(
        "encryption that is lost right after the mode was raised",
        "tests/walk/test_enforcement.py::test_a_loss_right_after_raising_lowers_the_mode_and_pauses_enforcement",
        {
            "CloseEnforcement": ("directconnect:DescribeConnections", "dynamodb:DeleteItem", "sns:Publish"),
            "LowerMode": ("dynamodb:GetItem", "dynamodb:PutItem", *_UPDATES, "directconnect:DescribeConnections"),
        },
    ),
    Road(
        "a LAG in `no_encrypt` or `should_encrypt`",
        "tests/walk/test_enforcement.py::test_a_member_is_enforced_through_its_lag",
        dict.fromkeys(("AssociateKey", "RaiseMode"), ("directconnect:UpdateLag",)),
    ),
    Road(
        "a full chain in `no_encrypt`: `should_encrypt` comes first",
        "tests/walk/test_happy_roads.py::test_a_link_leaves_no_encrypt_before_its_ports_are_waited_for",
        {"MakeRoom": _UPDATES},
    ),
    Road(
        "a key that is never associated",
        "tests/walk/test_failing_ends.py::test_a_key_that_is_never_associated_ends_in_time",
        {
            "WithdrawKey": (
                *("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem", "states:DescribeExecution"),
                *("directconnect:DisassociateMacSecKey", "directconnect:DescribeConnections"),
            )
        },
    ),
    Road(
        "a pair that was there before: the link may hold it already",
        "tests/unit/steps/test_create_key.py::test_a_pair_that_is_used_again_is_looked_for_on_the_link",
        {"CreateKey": ("directconnect:DescribeConnections",)},
    ),
    Road(
        "more than one superseded key: which of them the link still lists",
        "tests/walk/test_fewer_calls.py::test_where_several_keys_leave_the_next_is_one_that_the_link_still_lists",
        {"PromoteKey": ("directconnect:DescribeConnections",)},
    ),
    Road(
        "a rotation for Secrets Manager that never held its lock",
        "tests/unit/steps/test_rotate_secret.py::test_mirrors_a_failure_and_lets_the_next_request_take_the_pair",
        {"RotateSecret": ("secretsmanager:UpdateSecretVersionStage",)},
    ),
    Road(
        "a managed secret that Direct Connect does not take back",
        "tests/walk/test_failing_ends.py::test_a_key_of_ours_comes_back_by_its_pair_where_the_managed_secret_is_gone",
        {"RestoreKey": ("secretsmanager:GetSecretValue",)},
    ),
    Road(
        "the lock of a run of the fleet that was stopped",
        "tests/walk/test_fleet_runs.py::test_the_lock_of_a_run_that_was_stopped_is_freed_after_a_while",
        {"PlanFleet": ("dynamodb:DeleteItem", "states:DescribeExecution")},
    ),
    Road(
        "an execution that died before its first answer",
        "tests/unit/steps/test_recovery_steps.py"
        "::test_one_that_died_before_its_first_answer_is_found_by_its_input_and_its_lag",
        {"BeginRecovery": (_GROUPS_OF, "directconnect:ListResiliencyGroups", "directconnect:DescribeConnections")},
    ),
    Road(
        "a lock that somebody else took meanwhile, and what waits there",
        "tests/walk/test_recovery.py::test_locks_whose_group_somebody_took_meanwhile_are_finished_all_the_same",
        {
            "TakeOver": ("dynamodb:GetItem", "dynamodb:DeleteItem", "states:DescribeExecution", "events:PutEvents"),
            "PlanRecovery": ("dynamodb:DeleteItem", "states:DescribeExecution", "events:PutEvents"),
        },
    ),
    Road(
        "a link without MACsec: its location says which speeds offer it",
        "tests/adapters/test_direct_connect.py::test_reads_at_which_speeds_each_location_offers_macsec",
        {"HearChange": ("directconnect:DescribeLocations",)},
    ),
    Road(
        "more links in a batch than are described one by one",
        "tests/adapters/test_managed_secrets.py::test_of_many_only_those_are_asked_for_that_the_list_does_not_show",
        {"HearChange": ("secretsmanager:ListSecrets",), "SweepLinks": ("secretsmanager:DescribeSecret",)},
    ),
    Road(
        "the transaction that retires a link, of which the calls show one operation",
        "tests/adapters/test_compliance_ledger.py::test_a_link_is_retired_with_its_age_and_pauses_while_its_locks_stay",
        {"HearChange": ("dynamodb:DeleteItem",)},
    ),
    Road(
        "a list of all standings, which both judges may read and the sweep alone needs",
        "tests/unit/steps/test_sweep_links.py::test_a_sweep_of_many_links_makes_the_calls_of_a_sweep_of_one",
        {"HearChange": ("dynamodb:Query",)},
    ),
    Road(
        "a deletion whose event was lost",
        "tests/unit/steps/test_sweep_links.py::test_a_link_that_is_deleting_or_deleted_is_retired_and_not_judged",
        {"SweepLinks": ("secretsmanager:DeleteSecret", "dynamodb:DeleteItem")},
    ),
    Road(
        "a lock that the sweep meets, or a remedy that was tried before",
        "tests/unit/steps/test_judge_links.py::test_a_sweep_that_meets_a_lock_names_nobody",
        {"SweepLinks": ("dynamodb:UpdateItem", "states:DescribeExecution")},
    ),
)


def excused() -> frozenset[tuple[str, str]]:
    """Return every function and action that the deployed test run need not use, but for what AWS calls."""
    return frozenset((name, action) for road in ROADS for name, actions in road.grants.items() for action in actions)
