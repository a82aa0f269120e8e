"""What Secrets Manager may call, and what of its events the functions hear."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aws_cdk.assertions import Match, Template

from tests.infra.patterns import logical_id

if TYPE_CHECKING:
    from collections.abc import Callable

    Properties = Callable[[str], dict[str, dict[str, Any]]]


def test_only_secrets_of_this_account_may_call_the_rotation_function(defaults: Template) -> None:
    defaults.has_resource_properties(
        "AWS::Lambda::Permission",
        {
            "Action": "lambda:InvokeFunction",
            "Principal": "secretsmanager.amazonaws.com",
            "SourceAccount": {"Ref": "AWS::AccountId"},
        },
    )
    defaults.has_resource_properties("AWS::Lambda::Function", {"FunctionName": "dxmacsec-RotateSecret"})


def test_a_moved_awscurrent_of_a_key_secret_is_heard_and_no_other_label(defaults: Template) -> None:
    defaults.has_resource_properties(
        "AWS::Events::Rule",
        {
            "EventPattern": {
                "source": ["aws.secretsmanager"],
                "detail-type": ["Secret Label Updated"],
                "detail": {"labelUpdated": ["AWSCURRENT"], "name": [{"prefix": "dxmacsec/"}]},
            },
            "Targets": [Match.object_like({"Arn": Match.any_value()})],
        },
    )


def test_each_rule_of_a_function_has_one_that_it_may_call(properties: Properties) -> None:
    functions = properties("AWS::Lambda::Function")
    rules = {
        name: rule
        for name, rule in properties("AWS::Events::Rule").items()
        if logical_id(rule["Targets"][0]["Arn"]) in functions
    }
    allowed = [it for it in properties("AWS::Lambda::Permission").values() if it["Principal"] == "events.amazonaws.com"]

    called = [rule["Targets"][0]["Arn"] for rule in rules.values()]

    assert sorted(map(json.dumps, called)) == sorted(json.dumps(it["FunctionName"]) for it in allowed)
    assert {it["SourceArn"]["Fn::GetAtt"][0] for it in allowed} == set(rules)


def test_the_environment_names_the_machine_and_the_function_by_their_own_arns(properties: Properties) -> None:
    [function] = [it for it in properties("AWS::Lambda::Function").values() if ".rotate_secret." in it["Handler"]]

    variables = json.dumps(function["Environment"]["Variables"])

    assert ":stateMachine:dxmacsec-RotateKey" in variables
    assert f":function:{function['FunctionName']}" in variables
