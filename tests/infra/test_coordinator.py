"""The coordinator's stack: what it may do, what it is not, and that it stands beside a member's in one account."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App
from aws_cdk.assertions import Template
from cfnlint.api import ManualArgs, lint  # type: ignore[import-untyped]  # it ships no types

from dxmacsec.adapters import members
from dxmacsec.handlers.settings import CoordinatorSettings, SettingsError
from dxmacsec.steps import shelving
from infra import nag
from infra.app import build
from infra.asset import ROOT, staged
from infra.coordinator import DxMacsecCoordinatorStack
from infra.coordinator_config import CoordinatorConfig
from infra.names import (
    COORDINATOR_STACK,
    MEMBER_ROLE_PREFIX,
    ROTATE_FLEET,
    SHELF_RUNS,
    STACK,
    SWEEP_LINKS,
    snake_case,
)
from infra.permissions.coordinator import ROTATE_ORGANISATION
from infra.permissions.markdown import permissions
from infra.permissions.wide import COORDINATOR_PATTERNS, COORDINATOR_WIDE_ACTIONS, ON_ANYTHING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Properties = Callable[[str], dict[str, dict[str, Any]]]

MEMBERS = ["123456789012/eu-west-1"]
FIXED_NAMES = {
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
"""Every kind of thing in both stacks that may have a name of its own, and where the name stands."""


def allowed(template: dict[str, Any], who: str) -> dict[str, set[str]]:
    """What `who` may do, on what."""
    found: dict[str, set[str]] = {}
    for row in permissions(template):
        if row.who in (who, "every function"):
            for action in re.findall(r"`([a-z0-9]+:\w+)`", row.actions):
                found.setdefault(action, set()).update(row.resource.split(", "))
    return found


def statements(properties: Properties) -> list[dict[str, Any]]:
    """All statements of all roles."""
    return [
        statement
        for role in properties("AWS::IAM::Role").values()
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def listed(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON
    return value if isinstance(value, list) else [value]


def test_without_its_settings_there_is_no_coordinator(assembly: Path) -> None:
    stacks = {path.name.split(".")[0] for path in assembly.glob("*.template.json")}

    assert stacks == {STACK}


def test_a_member_without_a_coordinator_has_no_role_for_one(template: dict[str, Any]) -> None:
    assert "dxmacsec-member" not in json.dumps(template)
    assert "dxmacsec-coordinator" not in json.dumps(template)


def test_no_action_of_the_coordinator_is_about_a_link_or_a_key_secret(coordinator: dict[str, Any]) -> None:
    actions = {action for row in permissions(coordinator) for action in re.findall(r"`([a-z0-9]+:\w+)`", row.actions)}
    services = {action.split(":")[0] for action in actions}

    assert services == {"dynamodb", "events", "kms", "lambda", "logs", "s3", "sns", "states", "sts", "xray"}
    assert not [
        row for row in permissions(coordinator) if "`kms:" in row.actions and "through `sns` only" not in row.actions
    ]


def test_only_turn_member_gets_into_a_member_and_only_within_the_organisation(of_coordinator: Properties) -> None:
    entering = [it for it in statements(of_coordinator) if "sts:AssumeRole" in listed(it["Action"])]
    [role] = [it for it in of_coordinator("AWS::IAM::Role").values() if "RoleName" in it]

    assert role["RoleName"] == "dxmacsec-coordinator"
    assert role["Description"].endswith("TurnMember may do")
    assert "Path" not in role
    assert entering == [
        {
            "Sid": "BecomeMembers",
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::*:role/dxmacsec-member-*"]]},
            "Condition": {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}},
        }
    ]
    assert entering[0] in role["Policies"][0]["PolicyDocument"]["Statement"]


def test_turn_member_can_do_nothing_else(coordinator: dict[str, Any]) -> None:
    own_log, traces = (
        {"logs:CreateLogStream", "logs:PutLogEvents"},
        {"xray:PutTelemetryRecords", "xray:PutTraceSegments"},
    )

    assert set(allowed(coordinator, "TurnMember")) == {"sts:AssumeRole"} | own_log | traces


def test_the_machine_runs_its_own_map_on_its_own_part_of_the_shelf(coordinator: dict[str, Any]) -> None:
    machine = {
        action: resources
        for action, resources in allowed(coordinator, "dxmacsec-RotateOrganisation").items()
        if action not in ON_ANYTHING
    }
    states = "`arn:aws:states:<region>:<account>:"

    assert machine.pop("lambda:InvokeFunction") == set(ROTATE_ORGANISATION)
    assert machine.pop("states:StartExecution") == {f"{states}stateMachine:dxmacsec-RotateOrganisation`"}
    children = {
        f"{states}execution:dxmacsec-RotateOrganisation:*`",
        f"{states}execution:dxmacsec-RotateOrganisation/TurnMembers:*`",
    }
    assert machine.pop("states:DescribeExecution") == machine.pop("states:StopExecution") == children
    shelf = {"s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"}
    assert {action for action in machine if action.startswith("s3:")} == shelf
    assert {resource for action in shelf for resource in machine[action]} == {"`<shelf>/runs/*`"}


def test_every_wildcard_has_its_reason_and_is_there(coordinator: dict[str, Any], of_coordinator: Properties) -> None:
    on_anything, patterns = set(), set()
    for statement in statements(of_coordinator):
        for on in listed(statement["Resource"]):
            if on == "*":
                on_anything |= set(listed(statement["Action"]))
            elif "*" in json.dumps(on):
                text = "".join(part if isinstance(part, str) else "\0" for part in on["Fn::Join"][1])
                patterns.add(re.sub(r"^\0/", "…/", re.sub(r"^arn:\0:(\w+):\0?:(?:\0|(?=\*)):?", r"\1:…:", text)))
    known = {re.sub(r"^iam:…:\*", "iam::*", each) for each in patterns}

    assert known == COORDINATOR_PATTERNS.keys()
    assert on_anything < ON_ANYTHING.keys()
    assert {action.split(":")[0] for action in on_anything} == {"logs", "xray"}
    assert not [action for each in statements(of_coordinator) for action in listed(each["Action"]) if "*" in action]
    assert coordinator["Resources"]


def test_cdk_nag_finds_only_what_is_acknowledged_and_each_acknowledgement_is_needed(organisation: Path) -> None:
    [report] = json.loads((organisation / "validation-report.json").read_text())["pluginReports"]

    silenced = {f"AwsSolutions::{violation['ruleName']}" for violation in report["suppressedViolations"]}

    assert report["violations"] == []
    assert silenced == nag.MEMBER.keys() | nag.COORDINATOR.keys()


def test_cfn_lint_finds_nothing(coordinator: dict[str, Any], member: dict[str, Any]) -> None:
    for template in (coordinator, member):
        findings = lint(json.dumps(template), config=ManualArgs(regions=["us-east-1", "eu-central-1"]))
        assert [str(finding) for finding in findings] == []


def test_cfn_lint_finds_nothing_in_the_machine_with_what_it_does_not_know_replaced(coordinator: dict[str, Any]) -> None:
    template = json.loads(json.dumps(coordinator))
    template["Metadata"]["cfn-lint"]["config"]["ignore_checks"].remove("E3601")
    known = json.dumps(template).replace("arn:${Partition}:", "arn:aws:")
    known = re.sub(r'(MaxConcurrency|ToleratedFailurePercentage)\\": \\"{%.+?%}\\"', r'\1\\": 60', known)

    findings = lint(known, config=ManualArgs(regions=["us-east-1"]))

    assert [str(finding) for finding in findings] == []


def test_nag_and_lint_are_content_without_traces_and_with_an_address(tmp_path: Path) -> None:
    chosen = {"members": MEMBERS, "tracing": False, "alert_email": "ops@example.com", "schedule": "cron(0 2 * * ? *)"}

    app = build({"bundling": "off", "dxmacsec-coordinator": chosen}, outdir=str(tmp_path))

    template = app.synth().get_stack_by_name(COORDINATOR_STACK).template
    assert "xray:" not in json.dumps(template)
    assert "ops@example.com" in json.dumps(template)
    assert [str(it) for it in lint(json.dumps(template), config=ManualArgs(regions=["us-east-1"]))] == []


def test_no_fixed_name_of_the_coordinator_is_one_of_a_member_s(
    coordinator: dict[str, Any], member: dict[str, Any]
) -> None:
    def names(template: dict[str, Any]) -> set[str]:
        resources = [it for it in template["Resources"].values() if it["Type"] in FIXED_NAMES]
        return {
            f"{it['Type']} {json.dumps(it['Properties'][FIXED_NAMES[it['Type']]])}"
            for it in resources
            if FIXED_NAMES[it["Type"]] in it["Properties"]
        }

    own_name = re.compile(r"(?!Display|Function|Event).*Name|Name")
    named = {
        it["Type"]
        for template in (coordinator, member)
        for it in template["Resources"].values()
        if any(own_name.fullmatch(key) for key in it.get("Properties", {}))
    }

    assert named <= FIXED_NAMES.keys()
    assert len(names(coordinator)) > 8
    assert names(coordinator) & names(member) == set()
    assert coordinator["Outputs"].keys() & member["Outputs"].keys() == set()


def test_outputs_are_those_that_the_documentation_names(coordinator: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "organisation.md").read_text()

    assert set(coordinator["Outputs"]) == {
        *("RotateOrganisationArn", "ShelfBucket", "CoordinatorLedgerTable"),
        *("CoordinatorAlertsTopicArn", "CoordinatorVersion"),
    }
    assert all(f"`{name}`" in page for name in coordinator["Outputs"])


def test_functions_are_told_where_things_are_and_what_was_chosen(of_coordinator: Properties) -> None:
    functions = of_coordinator("AWS::Lambda::Function")

    environments = [function["Environment"]["Variables"] for function in functions.values()]

    assert {it["Handler"] for it in functions.values()} == {
        f"dxmacsec.handlers.{snake_case(name)}.handler" for name in ROTATE_ORGANISATION
    }
    assert all(environment == environments[0] for environment in environments)
    assert (environments[0]["DXMACSEC_STOP_ON"], environments[0]["DXMACSEC_MAX_MEMBERS_A_WAVE"]) == ("all", "100")


class Asked(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - as a dict's
        self[name] = ""
        return default


def test_environment_holds_what_the_functions_read_and_nothing_else(of_coordinator: Properties) -> None:
    asked = Asked()
    with pytest.raises(SettingsError):
        CoordinatorSettings.from_environment(asked)

    for function in of_coordinator("AWS::Lambda::Function").values():
        assert set(function["Environment"]["Variables"]) == {*asked, "POWERTOOLS_LOG_LEVEL", "POWERTOOLS_SERVICE_NAME"}


def test_functions_and_stacks_call_things_by_the_same_names() -> None:
    assert (members.ROTATE_FLEET, members.SWEEP_LINKS) == (ROTATE_FLEET, SWEEP_LINKS)
    assert members.ROLE_PREFIX == MEMBER_ROLE_PREFIX
    assert shelving.report_key("run-1").startswith(SHELF_RUNS)


def test_the_members_are_in_the_machine_and_nowhere_else(coordinator: dict[str, Any]) -> None:
    [machine] = [it for it in coordinator["Resources"].values() if it["Type"] == "AWS::StepFunctions::StateMachine"]

    assert (
        machine["Properties"]["DefinitionSubstitutions"].pop("Members")
        == "123456789012/eu-west-1,210987654321/us-gov-west-1"
    )
    assert not re.search(r"123456789012|210987654321", json.dumps(coordinator))
    machine["Properties"]["DefinitionSubstitutions"]["Members"] = "123456789012/eu-west-1,210987654321/us-gov-west-1"


def test_the_shelf_is_private_encrypted_over_tls_only_and_keeps_a_year(of_coordinator: Properties) -> None:
    [bucket] = of_coordinator("AWS::S3::Bucket").values()
    [policy] = of_coordinator("AWS::S3::BucketPolicy").values()

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert "AES256" in json.dumps(bucket["BucketEncryption"])
    [rule] = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 365)
    [deny] = policy["PolicyDocument"]["Statement"]
    assert (deny["Effect"], deny["Action"]) == ("Deny", "s3:*")
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_only_ledger_key_and_shelf_outlive_the_stack(coordinator: dict[str, Any]) -> None:
    kept = {it["Type"] for it in coordinator["Resources"].values() if it.get("DeletionPolicy") == "Retain"}

    assert kept == {"AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::S3::Bucket"}


def test_the_schedule_starts_a_run_as_chosen_and_keeps_what_it_could_not_start() -> None:
    config = CoordinatorConfig(members=MEMBERS, schedule="cron(0 2 ? * SUN *)", schedule_time_zone="Europe/Berlin")

    template = Template.from_stack(DxMacsecCoordinatorStack(App(), COORDINATOR_STACK, config=config, bundling=False))

    [schedule] = template.find_resources("AWS::Scheduler::Schedule").values()
    properties = schedule["Properties"]
    assert (properties["Name"], properties["ScheduleExpression"]) == (
        "dxmacsec-RotateOrganisation",
        "cron(0 2 ? * SUN *)",
    )
    assert properties["ScheduleExpressionTimezone"] == "Europe/Berlin"
    assert properties["Target"]["Input"] == "{}"
    assert "DeadLetters" in json.dumps(properties["Target"]["DeadLetterConfig"])


def test_each_alarm_tells_people_of_a_heading_of_the_runbook(of_coordinator: Properties) -> None:
    headings = re.findall(r"^### (\w+)$", (ROOT / "docs" / "runbook.md").read_text(), re.MULTILINE)
    alarms = of_coordinator("AWS::CloudWatch::Alarm").values()

    assert {alarm["AlarmName"] for alarm in alarms} == {
        "dxmacsec-OrganisationRunFailed",
        "dxmacsec-OrganisationNotStarted",
    }
    for alarm in alarms:
        [named] = re.findall(r"docs/runbook\.md, heading (\w+)\.$", alarm["AlarmDescription"])
        assert named in headings
        assert [action["Ref"] for action in alarm["AlarmActions"]] == list(of_coordinator("AWS::SNS::Topic"))


def test_a_run_that_fails_is_stopped_or_runs_out_of_time_is_an_alarm(of_coordinator: Properties) -> None:
    [alarm] = [it for it in of_coordinator("AWS::CloudWatch::Alarm").values() if "Metrics" in it]
    metrics = {it["Id"]: it["MetricStat"]["Metric"] for it in alarm["Metrics"] if "MetricStat" in it}
    [added] = [it["Expression"] for it in alarm["Metrics"] if "Expression" in it]

    assert {it["MetricName"] for it in metrics.values()} == {
        "ExecutionsFailed",
        "ExecutionsAborted",
        "ExecutionsTimedOut",
    }
    assert set(re.findall(r"FILL\((\w+), 0\)", added)) == set(metrics)
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (1, "GreaterThanOrEqualToThreshold")


def test_alarms_can_speak_through_the_encrypted_topic(of_coordinator: Properties) -> None:
    [key] = of_coordinator("AWS::KMS::Key").values()
    sids = {it["Sid"]: it for it in key["KeyPolicy"]["Statement"]}

    assert sids["AlarmsArePublished"]["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    through = json.dumps(sids["RolesUseTheKeyThroughServicesOnly"]["Condition"])
    assert "sns." in through
    assert "secretsmanager" not in through


def test_wide_actions_are_those_of_queue_topic_and_bucket_policies(coordinator: dict[str, Any]) -> None:
    found = set()
    for resource in coordinator["Resources"].values():
        policy = resource.get("Properties", {}).get("PolicyDocument") or resource.get("Properties", {}).get(
            "KeyPolicy", {}
        )
        for statement in policy.get("Statement", []):
            found |= {f"{statement['Effect'].lower()} {it}" for it in listed(statement["Action"]) if "*" in it}

    assert found == COORDINATOR_WIDE_ACTIONS.keys()


@pytest.mark.parametrize("name", ROTATE_ORGANISATION)
def test_every_function_of_the_coordinator_has_its_handler(name: str) -> None:
    assert (ROOT / "functions" / "dxmacsec" / "handlers" / f"{snake_case(name)}.py").is_file()


def test_every_handler_starts_from_the_asset_alone(of_coordinator: Properties) -> None:
    [environment, *_] = [it["Environment"]["Variables"] for it in of_coordinator("AWS::Lambda::Function").values()]
    variables = {name: value if isinstance(value, str) else "made-by-the-stack" for name, value in environment.items()}
    modules = [f"dxmacsec.handlers.{snake_case(name)}" for name in ROTATE_ORGANISATION]

    with staged() as asset:
        code = f"import sys, importlib; sys.path.insert(0, {str(asset)!r})\n"
        code += f"for name in {modules}: assert callable(importlib.import_module(name).handler), name"
        outcome = subprocess.run(  # noqa: S603  our own interpreter and code
            [sys.executable, "-I", "-S", "-B", "-c", code],
            env={"AWS_DEFAULT_REGION": "eu-central-1", **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    assert outcome.returncode == 0, outcome.stderr
