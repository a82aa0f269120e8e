"""The toy's cloud assembly, written by hand so that no CDK is needed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ASSET = "0123abcd"
BUCKET = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
HANDLERS = (
    *("echo", "refuse", "sleep", "crash", "caller", "flaky", "ask", "rotate", "announce"),
    *("work", "measure"),
)
QUEUES = ("Queue", "Inbox", "Heard", "Called", "Ended", "Moved", "Buried", "Astray")
WORK_SECONDS = 8
"""The worker's time-out, and so the least visibility timeout of a queue that feeds it."""
NOWHERE = "arn:aws:{}:us-east-1:123456789012:{}"
"""The ARN of something that is not there."""


def _ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def _arn(name: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [name, "Arn"]}


def _resource(kind: str, **properties: object) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def _role(service: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return _resource("AWS::IAM::Role", AssumeRolePolicyDocument={"Version": "2012-10-17", "Statement": [statement]})


def _function(handler: str) -> dict[str, Any]:
    return _resource(
        "AWS::Lambda::Function",
        FunctionName=f"toy-{handler.replace('.', '-')}",
        Runtime="python3.13",
        Handler=handler if "." in handler else f"app.{handler}",
        Role=_arn("FunctionRole"),
        Timeout=WORK_SECONDS if handler == "work" else 4,
        Code={"S3Bucket": {"Fn::Sub": BUCKET}, "S3Key": f"{ASSET}.zip"},
        Environment={"Variables": {"TOY_COLOUR": "green", "TOY_TABLE": _ref("Table")}},
        LoggingConfig={"LogGroup": _ref("Logs"), "LogFormat": "JSON"},
    )


def _machine(name: str, **substitutions: object) -> dict[str, Any]:
    return _resource(
        "AWS::StepFunctions::StateMachine",
        StateMachineName=f"toy-{name}",
        RoleArn=_arn("MachineRole"),
        DefinitionString=(HERE / "machines" / f"{name}.asl.json").read_text(),
        DefinitionSubstitutions=substitutions,
    )


def _rule(pattern: dict[str, Any], target: dict[str, Any], **properties: object) -> dict[str, Any]:
    targets = [{"Id": "Target0", **target}]
    return _resource("AWS::Events::Rule", EventPattern=pattern, Targets=targets, **properties)


def _rules() -> dict[str, Any]:
    transformer = {
        "InputPathsMap": {"who": "$.detail.name", "all": "$.detail"},
        "InputTemplate": '{"said": "<who> spoke", "detail": <all>}',
    }
    machine = {"Arn": _ref("NestedMachine"), "RoleArn": _arn("MachineRole")}
    toy, calls = {"source": ["toy"]}, {"source": ["aws.directconnect"]}
    return {
        "ToQueue": _rule(toy, {"Arn": _arn("Heard"), "InputTransformer": transformer}),
        "ToMachine": _rule({**toy, "detail": {"value": [{"exists": True}]}}, {**machine, "InputPath": "$.detail"}),
        "Disabled": _rule(toy, {"Arn": _arn("Heard"), "Input": '{"never": true}'}, State="DISABLED"),
        "Calls": _rule(calls, {"Arn": _arn("Called")}),
        "Ends": _rule({"source": ["aws.states"], "detail": {"status": ["ABORTED", "FAILED"]}}, {"Arn": _arn("Ended")}),
        "Labels": _rule({"source": ["aws.secretsmanager"]}, {"Arn": _arn("Moved")}),
    }


def _mapped(batch_size: int, **properties: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a queue that buries what failed twice, and what maps it to the worker, but for its source."""
    redrive = {"deadLetterTargetArn": _arn("Buried"), "maxReceiveCount": 2}
    queue = _resource("AWS::SQS::Queue", VisibilityTimeout=WORK_SECONDS, RedrivePolicy=redrive)
    mapping = {"FunctionName": _ref("Work"), "BatchSize": batch_size, **properties}
    return queue, mapping


def _sources() -> dict[str, Any]:
    window = {"MaximumBatchingWindowInSeconds": 2, "ScalingConfig": {"MaximumConcurrency": 2}}
    work, reporting = _mapped(1000, FunctionResponseTypes=["ReportBatchItemFailures"], Enabled=True, **window)
    chores, whole = _mapped(10)
    slow, single = _mapped(1, ScalingConfig={"MaximumConcurrency": 2})
    kind = "AWS::Lambda::EventSourceMapping"
    return {
        "Jobs": work,
        "Chores": chores,
        "Slow": slow,
        "SlowMapping": _resource(kind, EventSourceArn=_arn("Slow"), **single),
        "JobsMapping": _resource(kind, EventSourceArn=_arn("Jobs"), **reporting),
        "ChoresMapping": _resource(kind, EventSourceArn=_arn("Chores"), **whole),
        "ToJobs": _rule({"source": ["toy.jobs"]}, {"Arn": _arn("Jobs"), "InputPath": "$.detail"}),
        "LostRule": _rule(
            {"source": ["toy.astray"]},
            {"Arn": NOWHERE.format("sqs", "nobody"), "DeadLetterConfig": {"Arn": _arn("Astray")}},
        ),
        "Hourly": _schedule("toy-hourly", _arn("Announce")),
        "Lost": _schedule("toy-lost", NOWHERE.format("lambda", "function:toy-nobody")),
    }


def _schedule(name: str, target_arn: object) -> dict[str, Any]:
    return _resource(
        "AWS::Scheduler::Schedule",
        Name=name,
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": target_arn,
            "RoleArn": _arn("MachineRole"),
            "Input": json.dumps({"schedule": name}),
            "DeadLetterConfig": {"Arn": _arn("Astray")},
            "RetryPolicy": {"MaximumRetryAttempts": 0},
        },
    )


def _alarms() -> dict[str, Any]:
    errors = {"Namespace": "toy", "MetricName": "Links", "Dimensions": [{"Name": "Verdict", "Value": "bad"}]}
    statistic = {"Metric": errors, "Period": 300, "Stat": "Maximum"}
    return {
        "SilenceAlarm": _resource(
            "AWS::CloudWatch::Alarm",
            AlarmName="toy-silence",
            ComparisonOperator="LessThanThreshold",
            EvaluationPeriods=3,
            DatapointsToAlarm=2,
            Metrics=[
                {"Id": "links", "MetricStat": statistic, "ReturnData": False},
                {"Id": "shown", "Expression": "FILL(links, 0)", "Label": "links", "ReturnData": True},
            ],
            Threshold=1,
            TreatMissingData="breaching",
            ActionsEnabled=True,
            AlarmDescription="No sweep ran.",
            AlarmActions=[_ref("Topic")],
            OKActions=[_ref("Topic")],
            Tags=[{"Key": "for", "Value": "toys"}],
        ),
    }


def _around() -> dict[str, Any]:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]}
    target = {"Arn": _ref("NestedMachine"), "RoleArn": _arn("MachineRole"), "Input": '{"value": 21}'}
    return {
        **{name: _resource("AWS::SQS::Queue") for name in QUEUES},
        "QueuePolicy": _resource("AWS::SQS::QueuePolicy", Queues=[_ref("Queue")], PolicyDocument=policy),
        "Topic": _resource("AWS::SNS::Topic"),
        "TopicPolicy": _resource("AWS::SNS::TopicPolicy", Topics=[_ref("Topic")], PolicyDocument=policy),
        "Subscription": _resource(
            "AWS::SNS::Subscription",
            TopicArn=_ref("Topic"),
            Protocol="sqs",
            Endpoint=_arn("Inbox"),
            RawMessageDelivery=True,
        ),
        "Table": _resource(
            "AWS::DynamoDB::Table",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        ),
        "Logs": _resource("AWS::Logs::LogGroup", LogGroupName="/toy/functions", RetentionInDays=7),
        "Bucket": _resource("AWS::S3::Bucket"),
        "BucketPolicy": _resource("AWS::S3::BucketPolicy", Bucket=_ref("Bucket"), PolicyDocument=policy),
        "Secret": _resource("AWS::SecretsManager::Secret", Name="toy/secret", SecretString="{}"),
        "SecretPolicy": _resource(
            "AWS::SecretsManager::ResourcePolicy", SecretId=_ref("Secret"), ResourcePolicy=policy
        ),
        "Rotation": {
            "DependsOn": ["RotatePermission"],
            **_resource(
                "AWS::SecretsManager::RotationSchedule",
                SecretId=_ref("Secret"),
                RotationLambdaARN=_arn("Rotate"),
                RotationRules={"AutomaticallyAfterDays": 30},
                RotateImmediatelyOnUpdate=False,
            ),
        },
        "Alarm": _resource(
            "AWS::CloudWatch::Alarm",
            AlarmName="toy-alarm",
            ComparisonOperator="GreaterThanThreshold",
            EvaluationPeriods=1,
            MetricName="Errors",
            Namespace="AWS/Lambda",
            Period=60,
            Statistic="Sum",
            Threshold=0,
            AlarmActions=[_ref("Topic")],
        ),
        "Schedule": _resource(
            "AWS::Scheduler::Schedule",
            Name="toy-daily",
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target=target,
        ),
        "RotatePermission": _resource(
            "AWS::Lambda::Permission",
            FunctionName=_ref("Rotate"),
            Action="lambda:InvokeFunction",
            Principal="secretsmanager.amazonaws.com",
        ),
        "Permission": _resource(
            "AWS::Lambda::Permission",
            FunctionName=_ref("Echo"),
            Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com",
        ),
    }


def template() -> dict[str, Any]:
    """Return the toy's CloudFormation template."""
    resources = {
        "FunctionRole": _role("lambda.amazonaws.com"),
        "MachineRole": _role("states.amazonaws.com"),
        **{handler.capitalize(): _function(handler) for handler in HANDLERS},
        "Broken": _function("broken.handler"),
        **_around(),
        "NestedMachine": _machine("nested"),
        "TaskMachine": _machine("task"),
        "TokenMachine": _machine("token", AskArn=_arn("Ask")),
        "ParentMachine": _machine("parent", TokenArn=_ref("TokenMachine")),
        "IntegrationsMachine": _machine(
            "integrations",
            EchoArn=_arn("Echo"),
            NestedArn=_arn("NestedMachine"),
            Table=_ref("Table"),
            Queue=_ref("Queue"),
            Topic=_ref("Topic"),
        ),
        **_rules(),
        **_sources(),
        **_alarms(),
    }
    shown = (*QUEUES, "Jobs", "Chores", "Slow", "JobsMapping", "Table", "Topic", "Bucket", "Secret")
    machines = [name for name in resources if name.endswith("Machine")]
    outputs: dict[str, Any] = {name: {"Value": _ref(name)} for name in (*shown, *machines)}
    outputs["AlarmArn"], outputs["FunctionRole"] = {"Value": _arn("Alarm")}, {"Value": _ref("FunctionRole")}
    outputs["MachineRole"] = {"Value": _ref("MachineRole")}
    return {"Resources": resources, "Outputs": outputs}


def write_assembly(folder: Path, document: dict[str, Any] | None = None) -> Path:
    """Write the toy's cloud assembly, as `cdk synth` would, and return its folder."""
    shutil.copytree(HERE / "code", folder / "asset", ignore=shutil.ignore_patterns("__pycache__"))
    destination = {"bucketName": BUCKET, "objectKey": f"{ASSET}.zip"}
    source = {"path": "asset", "packaging": "zip"}
    assets = {"files": {ASSET: {"source": source, "destinations": {"here": destination}}}}
    (folder / "Toy.assets.json").write_text(json.dumps(assets))
    (folder / "Toy.template.json").write_text(json.dumps(document or template()))
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Toy.template.json"}}
    manifest = {"type": "cdk:asset-manifest", "properties": {"file": "Toy.assets.json"}}
    (folder / "manifest.json").write_text(json.dumps({"artifacts": {"Toy.assets": manifest, "Toy": stack}}))
    return folder
