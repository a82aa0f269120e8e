"""The alarms: what they watch, what they say, and that they can speak at all."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from dxmacsec.compliance import Looked, Status
from dxmacsec.handlers import sweep_links
from infra.asset import ROOT
from sandbox.cloud.metrics import metrics_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk.assertions import Template

    Properties = Callable[[str], dict[str, dict[str, Any]]]

NAMES = {
    "dxmacsec-NonCompliantLinks",
    "dxmacsec-LinksInTrouble",
    "dxmacsec-SweepNotRun",
    "dxmacsec-ChangesWait",
    "dxmacsec-ChangesNotHeard",
    "dxmacsec-TriggersNotDelivered",
    "dxmacsec-RouterTasksNotTaken",
}
HERE = {"Ref": "AWS::AccountId"}


def alarms(properties: Properties) -> dict[str, dict[str, Any]]:
    """The alarms by their names."""
    return {alarm["AlarmName"]: alarm for alarm in properties("AWS::CloudWatch::Alarm").values()}


def admitting(statements: list[dict[str, Any]], service: str, action: str) -> list[dict[str, Any]]:
    """The statements that let a service do `action`."""
    return [
        statement
        for statement in statements
        if statement["Effect"] == "Allow"
        and statement["Principal"] == {"Service": f"{service}.amazonaws.com"}
        and any(re.fullmatch(each.replace("*", ".*"), action) for each in _list(statement["Action"]))
    ]


def _list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def test_each_alarm_tells_people_and_names_a_heading_of_the_runbook(properties: Properties) -> None:
    headings = re.findall(r"^### (\w+)$", (ROOT / "docs" / "runbook.md").read_text(), re.MULTILINE)
    found = alarms(properties)

    assert set(found) == NAMES
    for alarm in found.values():
        [action] = alarm["AlarmActions"]
        assert action["Ref"] in properties("AWS::SNS::Topic")
        [named] = re.findall(r"docs/runbook\.md, heading (\w+)\.$", alarm["AlarmDescription"])
        assert named in headings


def test_an_end_is_told_where_it_is_news(properties: Properties) -> None:
    told = {name for name, alarm in alarms(properties).items() if alarm.get("OKActions")}

    assert told == {
        *("dxmacsec-NonCompliantLinks", "dxmacsec-LinksInTrouble", "dxmacsec-SweepNotRun", "dxmacsec-ChangesWait")
    }


@pytest.mark.parametrize("service", ["cloudwatch", "events"])
def test_alarms_and_rules_can_publish_to_every_topic_that_alarms_tell(properties: Properties, service: str) -> None:
    topics = {
        action["Ref"]
        for alarm in alarms(properties).values()
        for action in [*alarm["AlarmActions"], *alarm.get("OKActions", [])]
    }

    assert topics
    for topic in topics:
        key_id = properties("AWS::SNS::Topic")[topic]["KmsMasterKeyId"]["Fn::GetAtt"][0]
        of_key = properties("AWS::KMS::Key")[key_id]["KeyPolicy"]["Statement"]
        of_topic = [
            statement
            for policy in properties("AWS::SNS::TopicPolicy").values()
            if {"Ref": topic} in policy["Topics"]
            for statement in policy["PolicyDocument"]["Statement"]
            if statement["Resource"] == {"Ref": topic}
        ]
        assert len(admitting(of_topic, service, "sns:Publish")) == 1
        assert len(admitting(of_key, service, "kms:Decrypt")) == 1
        assert len(admitting(of_key, service, "kms:GenerateDataKey")) == 1


def test_only_alarms_of_this_account_with_our_names_may_speak(properties: Properties) -> None:
    [policy] = properties("AWS::SNS::TopicPolicy").values()
    [key] = properties("AWS::KMS::Key").values()

    [publish] = admitting(policy["PolicyDocument"]["Statement"], "cloudwatch", "sns:Publish")
    [encrypt] = admitting(key["KeyPolicy"]["Statement"], "cloudwatch", "kms:GenerateDataKey")

    assert publish["Condition"]["StringEquals"] == {"aws:SourceAccount": HERE}
    assert encrypt["Condition"]["StringEquals"] == {"aws:SourceAccount": HERE}
    assert all(name.startswith("dxmacsec-") for name in NAMES)
    assert ':alarm:dxmacsec-*"' in json.dumps(publish["Condition"]["ArnLike"]["aws:SourceArn"])


def test_no_condition_on_the_source_mutes_a_rule(properties: Properties) -> None:
    [policy] = properties("AWS::SNS::TopicPolicy").values()
    [key] = properties("AWS::KMS::Key").values()

    [publish] = admitting(policy["PolicyDocument"]["Statement"], "events", "sns:Publish")
    [encrypt] = admitting(key["KeyPolicy"]["Statement"], "events", "kms:GenerateDataKey")

    assert "Condition" not in publish
    assert list(encrypt["Condition"]) == ["ArnLike"]
    assert list(encrypt["Condition"]["ArnLike"]) == ["kms:EncryptionContext:aws:sns:topicArn"]


def test_alarms_of_the_sweep_watch_metrics_that_the_sweep_writes(
    properties: Properties, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    looked = Looked(statuses={Status.NON_COMPLIANT: 2, Status.COMPLIANT: 3}, counts={"NoKey": 2, "Compliant": 3})
    monkeypatch.setattr(sweep_links, "sweep_links", lambda _world: looked)
    sweep_links._sweep({}, None)  # type: ignore[arg-type]  # noqa: SLF001 - what writes them, without a world
    written = {
        (it.namespace, it.name, json.dumps([{"Name": name, "Value": value} for name, value in it.dimensions.items()]))
        for it in metrics_in(capsys.readouterr().out.splitlines())
    }

    found = alarms(properties)
    watched = {
        (it["Namespace"], it["MetricName"], json.dumps(it["Dimensions"]))
        for it in (found[f"dxmacsec-{name}"] for name in ("NonCompliantLinks", "LinksInTrouble", "SweepNotRun"))
    }

    assert len(watched) == 3
    assert watched < written


@pytest.mark.parametrize("name", ["NonCompliantLinks", "LinksInTrouble"])
def test_one_link_of_a_sweep_is_enough_and_stays_until_the_next_sweep(properties: Properties, name: str) -> None:
    alarm = alarms(properties)[f"dxmacsec-{name}"]

    assert (alarm["Namespace"], alarm["MetricName"]) == ("dxmacsec", name)
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "dxmacsec"}]
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (300, 1)
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Maximum", 1)
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert alarm["TreatMissingData"] == "ignore"


def test_two_periods_without_a_sweep_are_too_many_and_a_cron_expression_counts_in_days(
    defaults: Template, sandboxed: Template
) -> None:
    alarm = {
        "AlarmName": "dxmacsec-SweepNotRun",
        "ComparisonOperator": "LessThanThreshold",
        "EvaluationPeriods": 2,
        "Statistic": "SampleCount",
        "Threshold": 1,
        "TreatMissingData": "breaching",
    }

    defaults.has_resource_properties("AWS::CloudWatch::Alarm", {**alarm, "Period": 3600})
    sandboxed.has_resource_properties("AWS::CloudWatch::Alarm", {**alarm, "Period": 86400})


def test_every_dead_letter_queue_has_an_alarm(properties: Properties) -> None:
    queues = properties("AWS::SQS::Queue")
    watched = {
        alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]: alarm
        for alarm in alarms(properties).values()
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    }

    assert set(watched) == {name for name in queues if "DeadLetters" in name}
    for alarm in watched.values():
        assert (alarm["Statistic"], alarm["Threshold"]) == ("Maximum", 1)
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert alarm["TreatMissingData"] == "notBreaching"


def test_a_change_that_waits_longer_than_two_tries_is_told(properties: Properties) -> None:
    alarm = alarms(properties)["dxmacsec-ChangesWait"]
    queue = properties("AWS::SQS::Queue")[alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]]

    assert alarm["MetricName"] == "ApproximateAgeOfOldestMessage"
    assert alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0].startswith("ChangesQueue")
    assert 2 * queue["VisibilityTimeout"] <= alarm["Threshold"] < 5 * queue["VisibilityTimeout"]
