"""What the stack makes, apart from permissions and state machines."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

import pytest
from aws_cdk import App
from aws_cdk.assertions import Match, Template

from dxmacsec.handlers import wiring
from dxmacsec.handlers.settings import Settings, SettingsError
from infra.asset import ROOT
from infra.config import Config
from infra.names import STACK, snake_case
from infra.permissions import PERMISSIONS
from infra.sizes import LOOKING, MANY_LINKS
from infra.stack import DxMacsecStack

if TYPE_CHECKING:
    from collections.abc import Callable

    Properties = Callable[[str], dict[str, dict[str, Any]]]

LONGEST_ZONE = max(available_timezones(), key=len)
OUTPUTS = {
    "RotateKeyArn",
    "RotateFleetArn",
    "EnforceEncryptionArn",
    "RecoverLinkArn",
    "SettingsFunction",
    "Version",
    "LedgerTable",
    "RouterTasksUrl",
    "AlertsTopicArn",
    "BoardUrl",
    "KeySecretPrefix",
}


def test_outputs_are_those_that_the_documentation_names(template: dict[str, Any]) -> None:
    outputs = template["Outputs"]

    assert set(outputs) == OUTPUTS
    assert outputs["KeySecretPrefix"]["Value"] == "dxmacsec/"


def test_stack_functions_and_package_are_of_one_version(template: dict[str, Any]) -> None:
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert template["Outputs"]["Version"]["Value"] == package == wiring.VERSION


def test_ledger_can_be_restored_and_outlives_the_stack(defaults: Template) -> None:
    defaults.has_resource(
        "AWS::DynamoDB::Table",
        {
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "DeletionProtectionEnabled": True,
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                "SSESpecification": {"SSEEnabled": True},
                "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
                "KeySchema": [
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
            },
        },
    )


def test_key_rotates_and_outlives_the_stack(defaults: Template) -> None:
    defaults.has_resource(
        "AWS::KMS::Key",
        {
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {"EnableKeyRotation": True, "PendingWindowInDays": 30},
        },
    )
    defaults.has_resource_properties("AWS::KMS::Alias", {"AliasName": "alias/dxmacsec"})


def test_only_ledger_and_key_outlive_the_stack(template: dict[str, Any]) -> None:
    kept = {
        resource["Type"] for resource in template["Resources"].values() if resource.get("DeletionPolicy") == "Retain"
    }

    assert kept == {"AWS::DynamoDB::Table", "AWS::KMS::Key"}


def test_router_task_lives_as_long_as_its_deadline_and_hides_for_a_heartbeat(defaults: Template) -> None:
    defaults.has_resource_properties(
        "AWS::SQS::Queue",
        {
            "KmsMasterKeyId": Match.any_value(),
            "MessageRetentionPeriod": 24 * 3600,
            "RedrivePolicy": {"maxReceiveCount": 5, "deadLetterTargetArn": Match.any_value()},
            "VisibilityTimeout": 15 * 60,
        },
    )


def test_router_task_lives_a_minute_when_its_deadline_is_shorter_than_sqs_allows(sandboxed: Template) -> None:
    sandboxed.has_resource_properties(
        "AWS::SQS::Queue",
        {"MessageRetentionPeriod": 60, "VisibilityTimeout": 6, "RedrivePolicy": Match.any_value()},
    )


@pytest.mark.parametrize("kind", ["AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"])
def test_queues_and_topic_refuse_plain_http(defaults: Template, kind: str) -> None:
    policies = defaults.find_resources(kind)

    assert policies
    for policy in policies.values():
        statement, *_ = policy["Properties"]["PolicyDocument"]["Statement"]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_topic_is_encrypted_and_nobody_is_subscribed_by_default(defaults: Template) -> None:
    defaults.has_resource_properties("AWS::SNS::Topic", {"KmsMasterKeyId": Match.any_value()})
    defaults.resource_count_is("AWS::SNS::Subscription", 0)


def test_address_is_subscribed_when_given(sandboxed: Template) -> None:
    sandboxed.has_resource_properties("AWS::SNS::Subscription", {"Protocol": "email", "Endpoint": "ops@example.com"})


@pytest.mark.parametrize("function_id", PERMISSIONS)
def test_function_runs_its_own_handler_from_the_shared_asset(properties: Properties, function_id: str) -> None:
    functions = properties("AWS::Lambda::Function").values()

    handler = f"dxmacsec.handlers.{snake_case(function_id)}.handler"
    [function] = [it for it in functions if it["Handler"] == handler]

    assert function["Architectures"] == ["arm64"]
    assert function["Runtime"] == "python3.13"
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert len({it["Code"]["S3Key"] for it in functions}) == 1


def test_every_function_has_its_own_encrypted_log_group_with_retention(properties: Properties) -> None:
    functions = properties("AWS::Lambda::Function").values()
    groups = properties("AWS::Logs::LogGroup")

    logged_to = [function["LoggingConfig"]["LogGroup"]["Ref"] for function in functions]

    assert len(set(logged_to)) == len(PERMISSIONS)
    assert set(logged_to) < set(groups)
    for group in groups.values():
        assert group["RetentionInDays"] == 365
        assert "KmsKeyId" in group


def test_time_outs_are_longer_than_what_a_function_waits_for(properties: Properties) -> None:
    functions = properties("AWS::Lambda::Function").values()
    seconds = {function["Handler"].split(".")[-2]: function["Timeout"] for function in functions}

    assert {seconds[snake_case(name)] for name in LOOKING} == {50 + 30}
    assert {seconds[snake_case(name)] for name in set(PERMISSIONS) - LOOKING - set(MANY_LINKS)} == {60}


def test_time_out_of_a_look_is_a_whole_number_of_seconds(sandboxed: Template) -> None:
    sandboxed.has_resource_properties(
        "AWS::Lambda::Function", {"Handler": "dxmacsec.handlers.await_retired.handler", "Timeout": 60 + 30}
    )


class Asked(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - as a dict's
        self[name] = ""
        return default


def test_environment_holds_what_the_functions_read_and_nothing_else(properties: Properties) -> None:
    asked = Asked()
    with pytest.raises(SettingsError):
        Settings.from_environment(asked)

    for function in properties("AWS::Lambda::Function").values():
        assert set(function["Environment"]["Variables"]) == {*asked, "POWERTOOLS_LOG_LEVEL", "POWERTOOLS_SERVICE_NAME"}


LAMBDA_HOLDS = 4096
RESOLVED = 150
"""Bytes of a reference to what the stack makes, once it is resolved: an ARN or an address, with room."""


def test_the_largest_environment_fits_into_lambda() -> None:
    role = (
        "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_NetworkOperations_"
    )
    config = Config(
        key_readers=[f"{role}{number:016x}" for number in range(20)],
        windows=[{"cron": "0,30 22-23 1-7,15-21 1-6,9-12 SAT,SUN", "minutes": 10080, "zone": LONGEST_ZONE}] * 10,
        alert_email=f"{'o' * 64}@{'e' * 180}.example",
        runbook_url=f"https://{'w' * 500}.example",
        router_deadline_hours=167.99999,
        on_encryption_loss="lower",
    )

    template = Template.from_stack(DxMacsecStack(App(), STACK, config=config, bundling=False))

    for function in template.find_resources("AWS::Lambda::Function").values():
        variables = function["Properties"]["Environment"]["Variables"]
        sizes = {
            name: len(name) + (len(value.encode()) if isinstance(value, str) else RESOLVED)
            for name, value in variables.items()
        }
        assert sum(sizes.values()) < LAMBDA_HOLDS, sizes


def test_environment_writes_values_as_the_functions_read_them(sandboxed: Template) -> None:
    sandboxed.has_resource_properties(
        "AWS::Lambda::Function",
        {
            "Environment": {
                "Variables": Match.object_like(
                    {
                        "DXMACSEC_BAKE_MINUTES": "0.1",
                        "DXMACSEC_MAX_KEY_AGE_DAYS": "90",
                        "DXMACSEC_ONBOARD": "off",
                        "DXMACSEC_ROUTER_MODE": "agent",
                        "DXMACSEC_SECURITY_HUB": "true",
                    }
                )
            }
        },
    )


def test_nothing_is_traced_when_tracing_is_off(sandboxed: Template) -> None:
    functions = sandboxed.find_resources("AWS::Lambda::Function").values()
    machines = sandboxed.find_resources("AWS::StepFunctions::StateMachine").values()

    assert all("TracingConfig" not in function["Properties"] for function in functions)
    assert all(machine["Properties"]["TracingConfiguration"] == {"Enabled": False} for machine in machines)
    assert "xray:" not in str(sandboxed.to_json())


def test_schedule_starts_a_fleet_run_every_day_and_keeps_what_it_could_not_start(defaults: Template) -> None:
    defaults.has_resource_properties(
        "AWS::Scheduler::Schedule",
        {
            "Name": "dxmacsec-RotateFleet",
            "ScheduleExpression": "rate(1 day)",
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 60},
            "Target": {
                "Input": "{}",
                "DeadLetterConfig": {"Arn": Match.any_value()},
                "RetryPolicy": {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 20},
            },
        },
    )


def test_schedule_is_on_the_minute_when_nothing_flexible_is_wanted() -> None:
    config = Config(schedule_flexible_minutes=0, schedule="cron(0 2 ? * SUN *)", schedule_time_zone="Europe/Berlin")

    template = Template.from_stack(DxMacsecStack(App(), STACK, config=config, bundling=False))

    template.has_resource_properties(
        "AWS::Scheduler::Schedule",
        {"FlexibleTimeWindow": {"Mode": "OFF"}, "ScheduleExpressionTimezone": "Europe/Berlin"},
    )


def test_schedule_sweeps_every_hour_and_keeps_what_it_could_not_start(defaults: Template) -> None:
    defaults.has_resource_properties(
        "AWS::Scheduler::Schedule",
        {
            "Name": "dxmacsec-SweepLinks",
            "ScheduleExpression": "rate(1 hour)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": {"Fn::GetAtt": [Match.string_like_regexp("FunctionsSweepLinks"), "Arn"]},
                "Input": "{}",
                "DeadLetterConfig": {"Arn": {"Fn::GetAtt": [Match.string_like_regexp("TriggersDeadLetters"), "Arn"]}},
                "RetryPolicy": {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 20},
            },
        },
    )
    defaults.has_resource_properties(
        "AWS::Lambda::Function",
        {"Handler": "dxmacsec.handlers.sweep_links.handler", "Timeout": 900, "MemorySize": 512},
    )


def test_role_of_a_schedule_may_start_its_target_and_keep_what_failed(properties: Properties) -> None:
    schedules = properties("AWS::Scheduler::Schedule").values()

    for schedule in schedules:
        role = properties("AWS::IAM::Role")[schedule["Target"]["RoleArn"]["Fn::GetAtt"][0]]
        [policy] = role["Policies"]
        start, keep = policy["PolicyDocument"]["Statement"]
        assert start["Resource"] == schedule["Target"]["Arn"]
        assert start["Action"] in {"states:StartExecution", "lambda:InvokeFunction"}
        assert (keep["Action"], keep["Resource"]) == (
            "sqs:SendMessage",
            schedule["Target"]["DeadLetterConfig"]["Arn"],
        )


def test_health_is_heard_for_this_region_alone(defaults: Template) -> None:
    defaults.has_resource_properties(
        "AWS::Events::Rule",
        {
            "EventPattern": {
                "source": ["aws.health"],
                "detail": {
                    "service": ["DIRECTCONNECT"],
                    "eventTypeCategory": ["scheduledChange"],
                    "eventRegion": [{"Ref": "AWS::Region"}],
                },
            },
            "Targets": [Match.object_like({"DeadLetterConfig": Match.any_value()})],
        },
    )


@pytest.mark.parametrize(
    ("sweep", "minutes"),
    [("rate(5 minutes)", 120), ("rate(1 hour)", 120), ("rate(5 hours)", 600), ("cron(0 3 * * ? *)", 2880)],
)
def test_a_dead_rotations_lock_stays_for_two_sweeps_and_never_less_than_two_hours(sweep: str, minutes: int) -> None:
    template = Template.from_stack(DxMacsecStack(App(), STACK, config=Config(sweep=sweep), bundling=False))

    stays = {"DXMACSEC_ABANDONED_AFTER_MINUTES": str(minutes)}
    template.has_resource_properties(
        "AWS::Lambda::Function",
        {
            "Handler": "dxmacsec.handlers.take_lock.handler",
            "Environment": {"Variables": Match.object_like(stays)},
        },
    )


def test_windows_travel_as_json() -> None:
    window = {"cron": "0 2 * * SUN", "minutes": 240, "zone": "Europe/Berlin"}

    template = Template.from_stack(DxMacsecStack(App(), STACK, config=Config(windows=(window,)), bundling=False))

    [function] = template.find_resources(
        "AWS::Lambda::Function", {"Properties": {"Handler": "dxmacsec.handlers.plan_fleet.handler"}}
    ).values()
    assert json.loads(function["Properties"]["Environment"]["Variables"]["DXMACSEC_WINDOWS"]) == [window]
