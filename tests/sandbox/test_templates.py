"""Deploying: every resource of a template is made, or the stack fails and says why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox.cloud import DeployError, Sandbox
from sandbox.cloud.deploy import filled, zipped
from tests.sandbox.deploying import deploy


def test_a_type_that_the_sandbox_does_not_make_fails_the_stack_by_its_name(sandbox: Sandbox, tmp_path: Path) -> None:
    resources = {"Spaceship": {"Type": "AWS::Space::Ship", "Properties": {}}}

    with pytest.raises(DeployError, match="AWS::Space::Ship"):
        deploy(sandbox, tmp_path, resources)


def test_an_unfinished_resource_fails_the_stack_with_its_reason(sandbox: Sandbox, tmp_path: Path) -> None:
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": "{", "RoleArn": "x"}}

    with pytest.raises(DeployError, match="ASLParserException"):
        deploy(sandbox, tmp_path, {"Machine": machine})


def test_a_resource_that_was_never_made_by_moto_exists_in_its_service(sandbox: Sandbox) -> None:
    alarms = sandbox.client("cloudwatch").describe_alarms(AlarmNames=["toy-alarm"])["MetricAlarms"]
    schedule = sandbox.client("scheduler").get_schedule(Name="toy-daily")
    policy = sandbox.client("s3").get_bucket_policy(Bucket=sandbox.outputs["Bucket"])["Policy"]
    queue = sandbox.client("sqs").get_queue_attributes(QueueUrl=sandbox.outputs["Queue"], AttributeNames=["Policy"])
    secret = sandbox.client("secretsmanager").get_resource_policy(SecretId=sandbox.outputs["Secret"])

    assert alarms[0]["AlarmArn"] == sandbox.outputs["AlarmArn"]
    assert json.loads(schedule["Target"]["Input"]) == {"value": 21}
    assert all("Statement" in json.loads(text) for text in (policy, secret["ResourcePolicy"]))
    assert "Statement" in queue["Attributes"]["Policy"]


def test_an_alarm_on_an_expression_keeps_what_its_template_says(sandbox: Sandbox) -> None:
    [alarm] = sandbox.client("cloudwatch").describe_alarms(AlarmNames=["toy-silence"])["MetricAlarms"]

    assert (alarm["TreatMissingData"], alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]) == ("breaching", 2, 3)
    assert [metric.get("Expression") for metric in alarm["Metrics"]] == [None, "FILL(links, 0)"]
    assert alarm["AlarmActions"] == alarm["OKActions"] == [sandbox.outputs["Topic"]]


def test_a_policy_that_wants_tls_does_not_close_a_bucket_on_localhost(sandbox: Sandbox) -> None:
    client = sandbox.client("s3")
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": condition}
    client.create_bucket(Bucket="toy-tls-only")
    client.put_bucket_policy(Bucket="toy-tls-only", Policy=json.dumps({"Statement": [statement]}))

    client.put_object(Bucket="toy-tls-only", Key="key", Body=b"value")

    assert client.get_object(Bucket="toy-tls-only", Key="key")["Body"].read() == b"value"


def test_a_deployment_leaves_nothing_in_the_way_of_a_real_bootstrap(sandbox: Sandbox) -> None:
    buckets = {bucket["Name"] for bucket in sandbox.client("s3").list_buckets()["Buckets"]}
    parameters = sandbox.client("ssm").get_parameters(Names=["/cdk-bootstrap/hnb659fds/version"])

    assert not [name for name in buckets if name.startswith("cdk-")]
    assert parameters["Parameters"] == []


def test_placeholders_of_a_definition_are_filled(sandbox: Sandbox) -> None:
    machine = sandbox.client("stepfunctions").describe_state_machine(
        stateMachineArn=sandbox.outputs["IntegrationsMachine"]
    )

    assert "${" not in machine["definition"]
    assert sandbox.outputs["Topic"] in machine["definition"]


def test_a_stack_can_be_deleted_with_everything_in_it(sandbox: Sandbox, tmp_path: Path) -> None:
    resources = {
        "Schedule": {
            "Type": "AWS::Scheduler::Schedule",
            "Properties": {
                "Name": "short-lived",
                "ScheduleExpression": "rate(1 day)",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": {"Arn": sandbox.outputs["NestedMachine"], "RoleArn": "arn:aws:iam::1:role/x"},
            },
        }
    }
    deploy(sandbox, tmp_path, resources)

    sandbox.client("cloudformation").delete_stack(StackName=tmp_path.name)

    schedules = sandbox.client("scheduler").list_schedules()["Schedules"]
    assert "short-lived" not in {schedule["Name"] for schedule in schedules}


def test_a_zipped_folder_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("A = 1\n")

    first = zipped(tmp_path)
    (tmp_path / "a.py").touch()

    assert zipped(tmp_path) == first


def test_fills_the_account_and_region_into_a_bucket_name() -> None:
    assert filled("assets-${AWS::AccountId}-${AWS::Region}") == "assets-123456789012-us-east-1"


def test_a_missing_change_set_is_named_as_the_cdk_cli_expects_it(sandbox: Sandbox) -> None:
    client = sandbox.client("cloudformation")

    with pytest.raises(client.exceptions.ChangeSetNotFoundException):
        client.describe_change_set(ChangeSetName="never-made", StackName="Toy")
