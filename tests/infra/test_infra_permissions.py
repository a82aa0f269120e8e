"""Least privilege, held against the synthesised roles."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk.assertions import Template

from dxmacsec.adapters.key_secret_deletion import RECOVERY_DAYS
from dxmacsec.policy.callers import OUR_ROLE
from dxmacsec.steps.locks import DEAD_LOCK_CLEARANCE
from infra.permissions.markdown import Permission, permissions, permissions_table
from infra.permissions.wide import ON_ANYTHING

if TYPE_CHECKING:
    from collections.abc import Callable

    Properties = Callable[[str], dict[str, dict[str, Any]]]

CHANGES_OF_A_LINK = {
    "directconnect:AssociateMacSecKey",
    "directconnect:DisassociateMacSecKey",
    "directconnect:UpdateConnection",
    "directconnect:UpdateLag",
}
FREE_ACTING = {
    *("AwaitAssociated", "JudgeAnswer", "MakeRoom", "RetireKey", "PromoteKey", "CloseRotation", "CloseEnforcement"),
    *("TakeLock", "AssociateKey", "AskRouter", "WithdrawKey", "BeginEnforcement"),
}
JUDGES = {"HearChange", "SweepLinks"}
READERS_OF_CAKS = {"CreateKey", "AssociateKey", "RestoreKey", "RotateSecret", "HearLabel"}


def statements(properties: Properties) -> list[dict[str, Any]]:
    """All statements of all roles, their actions as lists."""
    return [
        {**statement, "Action": actions if isinstance(actions := statement["Action"], list) else [actions]}
        for role in properties("AWS::IAM::Role").values()
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def holders(template: dict[str, Any], action: str) -> set[str]:
    """Who may do `action`."""
    return {row.who for row in permissions(template) if f"`{action}`" in row.actions}


def test_no_role_has_a_wildcard_action(properties: Properties) -> None:
    found = statements(properties)

    assert found
    assert not [action for statement in found for action in statement["Action"] if "*" in action]


def test_no_role_has_a_managed_policy_or_one_attached_from_outside(properties: Properties) -> None:
    assert not [role for role in properties("AWS::IAM::Role").values() if "ManagedPolicyArns" in role]
    assert not properties("AWS::IAM::Policy")
    assert not properties("AWS::IAM::ManagedPolicy")


def test_only_actions_without_a_narrower_resource_stand_on_all(properties: Properties) -> None:
    wide = {
        action for statement in statements(properties) if statement["Resource"] == "*" for action in statement["Action"]
    }

    assert wide == ON_ANYTHING.keys()


def test_every_statement_has_a_name_that_is_its_own_in_its_role(properties: Properties) -> None:
    for role in properties("AWS::IAM::Role").values():
        [policy] = role["Policies"]
        sids = [statement["Sid"] for statement in policy["PolicyDocument"]["Statement"]]
        assert len(set(sids)) == len(sids)


def test_every_function_and_machine_has_a_role_of_its_own(properties: Properties) -> None:
    functions = properties("AWS::Lambda::Function").values()
    machines = properties("AWS::StepFunctions::StateMachine").values()

    schedules = [it["Target"] for it in properties("AWS::Scheduler::Schedule").values()]
    used = [it["Role"]["Fn::GetAtt"][0] for it in functions]
    used += [it["RoleArn"]["Fn::GetAtt"][0] for it in [*machines, *schedules]]
    rules = [target for rule in properties("AWS::Events::Rule").values() for target in rule["Targets"]]
    used += {target["RoleArn"]["Fn::GetAtt"][0] for target in rules if "RoleArn" in target}

    assert sorted(used) == sorted(properties("AWS::IAM::Role"))


def test_only_the_named_functions_read_a_cak(template: dict[str, Any]) -> None:
    assert holders(template, "secretsmanager:GetSecretValue") == READERS_OF_CAKS


def test_a_key_secret_goes_only_when_its_link_is_judged_and_with_the_longest_way_back(
    template: dict[str, Any], properties: Properties
) -> None:
    found = [it for it in statements(properties) if "secretsmanager:DeleteSecret" in it["Action"]]

    assert holders(template, "secretsmanager:DeleteSecret") == JUDGES
    assert len(found) == len(JUDGES)
    for statement in found:
        assert statement["Action"] == ["secretsmanager:DeleteSecret"]
        assert statement["Condition"] == {"NumericEquals": {"secretsmanager:RecoveryWindowInDays": str(RECOVERY_DAYS)}}
        assert "secret:dxmacsec/*" in json.dumps(statement["Resource"])


def test_key_opens_key_secrets_for_their_readers_only(template: dict[str, Any]) -> None:
    rows = [row for row in permissions(template) if "`kms:Decrypt`" in row.actions]

    through_secrets = {row.who for row in rows if "through `secretsmanager` only" in row.actions}

    assert through_secrets == READERS_OF_CAKS
    assert all("only" in row.actions and row.resource == "the KMS key" for row in rows)


def test_only_three_functions_can_take_a_key_off_a_link(template: dict[str, Any]) -> None:
    assert holders(template, "directconnect:DisassociateMacSecKey") == {
        "MakeRoom",
        "WithdrawKey",
        "RetireKey",
    }


def test_dead_lock_outlives_every_call_of_a_function_that_changes_a_link(
    template: dict[str, Any], sandboxed: Template
) -> None:
    changers = {who for action in CHANGES_OF_A_LINK for who in holders(template, action)}
    functions = sandboxed.find_resources("AWS::Lambda::Function").values()
    seconds = {it["Properties"]["Description"].split()[-1]: it["Properties"]["Timeout"] for it in functions}

    assert changers < set(seconds)
    assert timedelta(seconds=max(seconds[changer] for changer in changers)) < DEAD_LOCK_CLEARANCE


def test_who_judges_links_changes_none_and_starts_only_the_remedies(template: dict[str, Any]) -> None:
    rows = [row for row in permissions(template) if row.who in JUDGES]

    started = {(row.who, row.resource) for row in rows if "`states:StartExecution`" in row.actions}

    assert not [row for row in rows for action in CHANGES_OF_A_LINK if action in row.actions]
    assert {who for who, _ in started} == JUDGES
    machines = {
        (who, each.split(":stateMachine:")[1].strip("`"))
        for who, resources in started
        for each in resources.split(", ")
    }
    remedies = {(who, f"dxmacsec-{machine}") for who in JUDGES for machine in ("EnforceEncryption", "RotateFleet")}
    assert machines == remedies | {("SweepLinks", "dxmacsec-RecoverLink")}


def test_who_frees_acting_may_say_so(template: dict[str, Any]) -> None:
    assert holders(template, "events:PutEvents") >= FREE_ACTING


def test_findings_are_sent_only_where_the_deployer_wants_them(template: dict[str, Any], sandboxed: Template) -> None:
    rows = [row for row in permissions(sandboxed.to_json()) if "securityhub:" in row.actions]

    assert "securityhub:" not in json.dumps(template)
    assert {row.who for row in rows} == JUDGES
    assert {row.resource for row in rows} == {"`arn:aws:securityhub:<region>:<account>:product/<account>/default`"}


def test_only_hear_change_takes_changes_and_only_from_its_own_queue(template: dict[str, Any]) -> None:
    rows = [row for row in permissions(template) if "`sqs:ReceiveMessage`" in row.actions]

    assert [(row.who, row.resource) for row in rows] == [("HearChange", "the queue of changes")]


def test_roles_of_functions_are_on_the_path_by_which_our_own_calls_are_known(properties: Properties) -> None:
    of_functions = {it["Role"]["Fn::GetAtt"][0] for it in properties("AWS::Lambda::Function").values()}

    paths = {name: role.get("Path") for name, role in properties("AWS::IAM::Role").items()}

    assert {paths[name] for name in of_functions} == {"/dxmacsec/"}
    assert {path for name, path in paths.items() if name not in of_functions} == {None}
    assert OUR_ROLE.fullmatch("arn:aws:iam::123456789012:role/dxmacsec/DxMacsec-FunctionsRaiseModeRole-1")


def test_no_role_is_named_by_an_arn_that_its_path_would_break(template: dict[str, Any]) -> None:
    [named] = set(re.findall(r":role/[^\"]*", json.dumps(template)))

    assert named == ":role/aws-service-role/directconnect.amazonaws.com/AWSServiceRoleForDirectConnect"


def test_managed_secrets_are_described_and_nothing_else(template: dict[str, Any]) -> None:
    rows = [row for row in permissions(template) if "directconnect!" in row.resource]

    assert rows
    assert {row.actions for row in rows} == {"`secretsmanager:DescribeSecret`"}


def test_account_administers_the_key_but_uses_it_only_through_services(properties: Properties) -> None:
    [key] = properties("AWS::KMS::Key").values()

    found = {statement["Sid"]: statement for statement in key["KeyPolicy"]["Statement"]}

    assert set(found) == {
        *("AccountAdministersTheKey", "RolesUseTheKeyThroughServicesOnly", "LogsAreEncrypted"),
        *("AlarmsArePublished", "EventsArePublished"),
    }
    assert not {"kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:*"}.intersection(
        found["AccountAdministersTheKey"]["Action"]
    )
    assert "kms:ViaService" in found["RolesUseTheKeyThroughServicesOnly"]["Condition"]["StringEquals"]
    assert "kms:EncryptionContext:aws:logs:arn" in found["LogsAreEncrypted"]["Condition"]["ArnLike"]


def test_table_says_once_what_every_function_may_do(template: dict[str, Any]) -> None:
    rows = permissions(template)

    own_log = Permission("every function", "`logs:CreateLogStream`, `logs:PutLogEvents`", "its own log group")

    assert rows.count(own_log) == 1
    assert not [row for row in rows if row.resource == "its own log group" and row != own_log]


def test_table_names_every_function_and_machine(template: dict[str, Any], properties: Properties) -> None:
    functions = {
        "".join(word.capitalize() for word in it["Handler"].split(".")[-2].split("_"))
        for it in properties("AWS::Lambda::Function").values()
    }

    named = {line.split("|")[1].strip() for line in permissions_table(template).splitlines()[2:]}

    assert named == functions | {
        "every function",
        "dxmacsec-RotateKey",
        "dxmacsec-EnforceEncryption",
        "dxmacsec-RotateFleet",
        "dxmacsec-RecoverLink",
    }


def test_table_refuses_to_guess_what_an_arn_means() -> None:
    role = {"Policies": [{"PolicyDocument": {"Statement": [{"Action": "s3:GetObject", "Resource": {"Fn::Sub": "x"}}]}}]}
    machine = {"StateMachineName": "it", "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}}
    resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": role},
        "Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine},
    }

    with pytest.raises(ValueError, match="an ARN of an unknown form"):
        permissions({"Resources": resources})


def test_rotate_key_may_only_call_its_functions_and_follow_enforcement(template: dict[str, Any]) -> None:
    rows = [row for row in permissions(template) if row.who == "dxmacsec-RotateKey"]

    allowed = {action.strip("`") for row in rows for action in row.actions.split(", ")}

    assert allowed - ON_ANYTHING.keys() == {
        "events:DescribeRule",
        "events:PutRule",
        "events:PutTargets",
        "lambda:InvokeFunction",
        "states:DescribeExecution",
        "states:StartExecution",
        "states:StopExecution",
    }
