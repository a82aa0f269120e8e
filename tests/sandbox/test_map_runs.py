"""A distributed Map reads its items from a bucket and writes how each ended, as Step Functions does."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.cloud import Sandbox
from sandbox.cloud.moto_patches.map_runs import too_many
from tests.sandbox.deploying import deploy

BUCKET = "toy-map-runs"
ITEMS = [
    {"member": "1", "say": "well"},
    {"member": "2", "say": "badly"},
    {"member": "3", "say": "well"},
]
TRUST = {
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}]
}
PROCESSOR: dict[str, Any] = {
    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
    "StartAt": "Said?",
    "States": {
        "Said?": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.say = 'well' %}", "Next": "Breath"}],
            "Default": "Refuse",
        },
        "Breath": {"Type": "Wait", "Seconds": "{% $states.input.member = '1' ? 1 : 0 %}", "Next": "Answer"},
        "Answer": {
            "Type": "Pass",
            "Output": "{% $merge([$states.input, {'result': {'status': 'SUCCEEDED', 'nothing': null}}]) %}",
            "End": True,
        },
        "Refuse": {"Type": "Fail", "Error": "Refused", "Cause": "{% 'member ' & $states.input.member %}"},
    },
}


def _definition(tolerated: str | int | None) -> dict[str, Any]:
    turn = {
        "Type": "Map",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Arguments": {"Bucket": "{% $states.input.items.bucket %}", "Key": "{% $states.input.items.key %}"},
        },
        "MaxConcurrency": "{% $states.input.most_members %}",
        **({"ToleratedFailurePercentage": tolerated} if tolerated else {}),
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Arguments": {
                "Bucket": "{% $states.input.items.bucket %}",
                "Prefix": "{% 'runs/' & $states.input.id & '/results' %}",
            },
        },
        "ItemProcessor": PROCESSOR,
        "Output": "{% $merge([$states.input, {'came': {'bucket': $states.result.ResultWriterDetails.Bucket, "
        "'key': $states.result.ResultWriterDetails.Key}}]) %}",
        "End": True,
    }
    return {"QueryLanguage": "JSONata", "StartAt": "TurnMembers", "States": {"TurnMembers": turn}}


def _machine(name: str, tolerated: str | int | None) -> dict[str, Any]:
    properties = {
        "StateMachineName": f"toy-{name}",
        "RoleArn": {"Fn::GetAtt": ["MapRole", "Arn"]},
        "DefinitionString": json.dumps(_definition(tolerated)),
    }
    return {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}


@pytest.fixture
def machines(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the ARNs of the Maps by name; they are deployed once."""
    client = sandbox.client("stepfunctions")

    def deployed() -> dict[str, str]:
        listed = client.list_state_machines()["stateMachines"]
        return {each["name"]: each["stateMachineArn"] for each in listed if "-bears-" in each["name"]}

    if not deployed():
        resources = {
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": BUCKET}},
            "MapRole": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
            "All": _machine("bears-all", "{% $states.input.tolerated %}"),
            "None": _machine("bears-none", None),
            "Third": _machine("bears-third", 34),
        }
        deploy(sandbox, tmp_path_factory.mktemp("maps"), resources)
        sandbox.client("s3").put_object(Bucket=BUCKET, Key="items.json", Body=json.dumps(ITEMS).encode())
    return deployed()


@pytest.fixture
def run(
    sandbox: Sandbox, machines: dict[str, str], ended: Callable[[str], dict[str, Any]]
) -> Callable[[str, int], dict[str, Any]]:
    """Return what starts a Map and waits for its end."""

    def runner(machine: str, tolerated: int) -> dict[str, Any]:
        items = {"bucket": BUCKET, "key": "items.json"}
        document = {"id": f"run-{tolerated}", "items": items, "most_members": 10, "tolerated": tolerated}
        answer = sandbox.client("stepfunctions").start_execution(
            stateMachineArn=machines[machine], input=json.dumps(document)
        )
        return ended(answer["executionArn"])

    return runner


def _read(sandbox: Sandbox, key: str) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(sandbox.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read())


def test_the_manifest_names_files_that_say_how_every_item_ended(
    sandbox: Sandbox, machines: dict[str, str], run: Callable[[str, int], dict[str, Any]]
) -> None:
    description = run("toy-bears-all", 100)

    assert description["status"] == "SUCCEEDED", description
    came = json.loads(description["output"])["came"]
    manifest = _read(sandbox, came["key"])
    files = manifest["ResultFiles"]
    assert came["key"].startswith("runs/run-100/results/")
    assert (manifest["DestinationBucket"], files["PENDING"]) == (BUCKET, [])
    [succeeded], [failed] = files["SUCCEEDED"], files["FAILED"]
    good, [bad] = _read(sandbox, succeeded["Key"]), _read(sandbox, failed["Key"])
    assert {each["Status"] for each in good} == {"SUCCEEDED"}
    assert [json.loads(each["Output"])["member"] for each in good] == ["3", "1"]
    assert json.loads(good[0]["Output"])["result"] == {"status": "SUCCEEDED", "nothing": None}
    assert json.loads(good[0]["Input"]) == ITEMS[2]
    assert (bad["Status"], bad["Error"], bad["Cause"]) == ("FAILED", "Refused", "member 2")
    machine = machines["toy-bears-all"].replace(":stateMachine:", ":execution:")
    assert all(each["ExecutionArn"].startswith(f"{machine}/") for each in (*good, bad))
    assert all(each["ExecutionArn"].endswith(f":{each['Name']}") for each in (*good, bad))
    assert len({each["Name"] for each in (*good, bad)}) == 3
    sizes = {each["Key"]: each["Size"] for each in sandbox.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]}
    assert (sizes[succeeded["Key"]], sizes[failed["Key"]]) == (succeeded["Size"], failed["Size"])


def test_the_machines_own_role_reads_the_items_and_writes_the_results(
    sandbox: Sandbox, run: Callable[[str, int], dict[str, Any]]
) -> None:
    before = len(sandbox.journal.calls(service="s3"))

    run("toy-bears-all", 100)

    calls = sandbox.journal.calls(service="s3")[before:]
    assert len({call.principal for call in calls}) == 1
    assert "MapRole" in calls[0].principal
    assert [call.action for call in calls] == ["GetObject", *["PutObject"] * 3]
    assert calls[0].resources == (f"arn:aws:s3:::{BUCKET}/items.json",)


@pytest.mark.parametrize(("machine", "tolerated"), [("toy-bears-none", 0), ("toy-bears-all", 33)])
def test_a_map_with_more_failures_than_tolerated_fails_by_the_name_that_aws_gives(
    run: Callable[[str, int], dict[str, Any]], machine: str, tolerated: int
) -> None:
    description = run(machine, tolerated)

    assert (description["status"], description["error"]) == ("FAILED", "States.ExceedToleratedFailureThreshold")


@pytest.mark.parametrize(
    ("percentage", "count", "expected"),
    [(0, 0, True), (33, 0, True), (34, 0, False), (0, 1, False), (100, 0, False), (20, 1, True)],
)
def test_one_failure_of_three_against_the_tolerated_ones(percentage: float, count: int, *, expected: bool) -> None:
    assert too_many(["SUCCEEDED", "FAILED", "SUCCEEDED"], percentage=percentage, count=count) is expected


def test_a_percentage_may_be_written_as_a_whole_number(run: Callable[[str, int], dict[str, Any]]) -> None:
    assert run("toy-bears-third", 0)["status"] == "SUCCEEDED"


def test_a_map_without_failures_needs_no_tolerance() -> None:
    assert not too_many(["SUCCEEDED"], percentage=0, count=0)
