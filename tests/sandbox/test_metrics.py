"""Metrics that functions print are found in their logs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.cloud import Sandbox
from sandbox.cloud.metrics import Metric, metrics_in


def _line(**members: object) -> str:
    directive = {
        "Namespace": "toy",
        "Dimensions": [["service"], ["service", "mode"]],
        "Metrics": [{"Name": "Links", "Unit": "Count"}],
    }
    return json.dumps({"_aws": {"Timestamp": 0, "CloudWatchMetrics": [directive]}, "service": "toy", **members})


def test_a_functions_metric_is_read_from_its_log(sandbox: Sandbox) -> None:
    before = len(sandbox.metrics())

    sandbox.client("lambda").invoke(FunctionName="toy-measure", Payload=b'{"links": 7}')

    assert sandbox.metrics()[before:] == [
        Metric("toy", "Links", {"service": "toy"}, 7),
        Metric("toy", "Links", {}, 7),
    ]


def test_every_set_of_dimensions_and_every_value_counts() -> None:
    found = metrics_in([_line(mode="audit", Links=[1, 2])])

    assert [(len(metric.dimensions), metric.value) for metric in found] == [(1, 1), (1, 2), (2, 1), (2, 2)]


@pytest.mark.parametrize("line", ["START RequestId: 1", "{", "[1]", '{"level": "INFO"}', '{"_aws": "text"}'])
def test_other_lines_hold_no_metric(line: str) -> None:
    assert metrics_in([line]) == []


@pytest.mark.parametrize("members", [{"mode": "audit"}, {"Links": 1}], ids=["no value", "no dimension"])
def test_a_declaration_without_its_member_is_an_error(members: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        metrics_in([_line(**members)])
