"""What the organisation's coordinator may do in a member, held against the synthesised role."""

from __future__ import annotations

import json
from typing import Any

from infra.member_role import DESCRIPTION
from infra.permissions.markdown import role_table

PARTITION = {"Ref": "AWS::Partition"}


def role(member: dict[str, Any]) -> dict[str, Any]:
    [found] = [
        it["Properties"] for it in member["Resources"].values() if it["Properties"].get("Description") == DESCRIPTION
    ]
    properties: dict[str, Any] = found
    return properties


def test_only_the_coordinators_one_role_is_trusted(member: dict[str, Any]) -> None:
    [statement] = role(member)["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Action"] == "sts:AssumeRole"
    assert statement["Principal"] == {"AWS": {"Fn::Join": ["", ["arn:", PARTITION, ":iam::123456789012:root"]]}}
    named = {"Fn::Join": ["", ["arn:", PARTITION, ":iam::123456789012:role/dxmacsec-coordinator"]]}
    assert statement["Condition"] == {"ArnEquals": {"aws:PrincipalArn": named}}


def test_the_role_has_the_name_by_which_it_is_looked_for(member: dict[str, Any]) -> None:
    assert role(member)["RoleName"] == {"Fn::Join": ["", ["dxmacsec-member-", {"Ref": "AWS::Region"}]]}
    assert "Path" not in role(member)


def test_it_starts_the_members_own_machine_and_sweep_reads_how_runs_ended_and_nothing_else(
    member: dict[str, Any],
) -> None:
    rows = role_table(member, "role", DESCRIPTION).splitlines()[2:]

    assert rows == [
        "| role | `states:StartExecution` | dxmacsec-RotateFleet |",
        "| role | `states:DescribeExecution` | `arn:aws:states:<region>:<account>:execution:dxmacsec-RotateFleet:*` |",
        "| role | `lambda:InvokeFunction` | SweepLinks |",
    ]
    assert "ManagedPolicyArns" not in role(member)


def test_the_sweep_has_the_name_by_which_the_coordinator_calls_it(member: dict[str, Any]) -> None:
    [sweep] = [
        it["Properties"]
        for it in member["Resources"].values()
        if it["Type"] == "AWS::Lambda::Function" and "sweep_links" in it["Properties"]["Handler"]
    ]

    assert sweep["FunctionName"] == "dxmacsec-SweepLinks"


def test_every_function_hears_of_the_coordinator_or_that_there_is_none(
    member: dict[str, Any], template: dict[str, Any]
) -> None:
    def told(of: dict[str, Any]) -> set[tuple[str, str]]:
        return {
            (it["DXMACSEC_COORDINATOR_ACCOUNT"], it["DXMACSEC_COORDINATOR_SILENCE_HOURS"])
            for it in (
                function["Properties"]["Environment"]["Variables"]
                for function in of["Resources"].values()
                if function["Type"] == "AWS::Lambda::Function"
            )
        }

    assert told(member) == {("123456789012", "50")}
    assert told(template) == {("none", "50")}


def test_all_that_a_coordinator_adds_to_a_member_is_one_role(member: dict[str, Any], template: dict[str, Any]) -> None:
    def without_environment(of: dict[str, Any]) -> dict[str, str]:
        text = {key: json.dumps(it, sort_keys=True) for key, it in of["Resources"].items()}
        return {
            key: it.replace('"123456789012"', '"none"') for key, it in text.items() if not key.startswith("MemberRole")
        }

    assert without_environment(member) == without_environment(template)
