from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from boto3 import Session
from moto import mock_aws

from tests.leaks.search import held, planted
from tests.leaks.sinks import Client, said_in

RULE = {"source": ["x"]}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield cast("Client", Session(region_name="us-east-1").client)


def dead_letter(client: Client, text: str) -> None:
    sqs = client("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    target = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": 1})
    sqs.create_queue(QueueName="living", Attributes={"RedrivePolicy": redrive})
    for number in range(12):
        sqs.send_message(QueueUrl=dead, MessageBody=f"{number} {text if number == 11 else ''}")


def metric(client: Client, text: str) -> None:
    data = [{"MetricName": "Keys", "Dimensions": [{"Name": "Link", "Value": text}], "Value": 1}]
    client("cloudwatch").put_metric_data(Namespace="dxmacsec", MetricData=data)


def alarm(client: Client, text: str) -> None:
    client("cloudwatch").put_metric_alarm(
        AlarmName="a",
        AlarmDescription=text,
        MetricName="Keys",
        Namespace="dxmacsec",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
        Statistic="Sum",
    )


def rule(client: Client, text: str) -> None:
    client("events").put_rule(Name="r", EventPattern=json.dumps(RULE), Description=text)


def parameter(client: Client, text: str) -> None:
    client("ssm").put_parameter(Name="p", Type="String", Value="x", Description=text)


def stack(client: Client, text: str) -> None:
    template = {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"O": {"Value": text}}}
    client("cloudformation").create_stack(StackName="s", TemplateBody=json.dumps(template))


def tag(client: Client, text: str) -> None:
    client("sns").create_topic(Name="tagged", Tags=[{"Key": "note", "Value": text}])


PLANTED: dict[str, Callable[[Client, str], Any]] = {
    "dead letter": dead_letter,
    "metric": metric,
    "alarm": alarm,
    "rule": rule,
    "parameter": parameter,
    "stack": stack,
    "tag": tag,
}


@pytest.mark.parametrize("sink", PLANTED)
def test_a_cak_in_a_sink_is_found_there(sink: str, account: Client) -> None:
    PLANTED[sink](account, planted().cak.reveal())

    found = {place for place, text in said_in(account) if held(text, [planted().cak.reveal()])}

    assert sink in found


@pytest.mark.parametrize("sink", PLANTED)
def test_a_sink_without_a_cak_is_read_and_holds_none(sink: str, account: Client) -> None:
    PLANTED[sink](account, "nothing")

    said = list(said_in(account))

    assert sink in {place for place, _ in said}
    assert not [place for place, text in said if held(text, [planted().cak.reveal()])]
