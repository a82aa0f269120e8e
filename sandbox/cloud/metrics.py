"""The metrics that functions write into their logs, in the embedded metric format.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sandbox.cloud.vocabulary import Json


class Metric(NamedTuple):
    """One value of a metric, as CloudWatch would take it out of the log."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    value: float


def metrics_in(lines: Iterable[str]) -> list[Metric]:
    """Return the metrics of those lines that hold some: one for each set of dimensions and each value."""
    return [metric for line in lines for metric in _metrics_of(_document(line))]


def _document(line: str) -> Mapping[str, Any]:
    """Return the JSON object that a line is; any other line is an empty one."""
    try:
        document: Json = json.loads(line) if line.startswith("{") else {}
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _metrics_of(document: Mapping[str, Any]) -> Iterator[Metric]:
    """Yield what the `_aws` member declares.

    Raises:
        KeyError: a declared metric or dimension has no value, for which CloudWatch would drop the line.
    """
    declared = document.get("_aws")
    directives = declared.get("CloudWatchMetrics", []) if isinstance(declared, dict) else []
    for directive in directives:
        for names in directive["Dimensions"]:
            dimensions = {name: str(document[name]) for name in names}
            for metric in directive["Metrics"]:
                values = document[metric["Name"]]
                for value in values if isinstance(values, list) else [values]:
                    yield Metric(directive["Namespace"], metric["Name"], dimensions, float(value))
