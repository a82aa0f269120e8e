"""The function SweepLinks, which the schedule calls; its figures are the fleet's metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from dxmacsec.compliance import Status
from dxmacsec.handlers.run import task
from dxmacsec.steps.sweep_links import sweep_links

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dxmacsec.compliance import Looked
    from dxmacsec.handlers.run import Event
    from dxmacsec.interfaces import World

NAMESPACE = "dxmacsec"
SERVICE = "dxmacsec"


def _sweep(_event: Event, world: World) -> Looked:
    looked = sweep_links(world)
    _measure(looked.statuses, looked.counts)
    _count("LinksInTrouble", len(looked.troubles))
    return looked


def _measure(statuses: Mapping[str, int], verdicts: Mapping[str, int]) -> None:
    """Write the fleet's figures: links swept, links not compliant, and links by verdict; none is about one link.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    _count("SweptLinks", sum(statuses.values()))
    _count("NonCompliantLinks", statuses.get(Status.NON_COMPLIANT, 0))
    for verdict, number in verdicts.items():
        _count("Links", number, verdict=verdict)


def _count(name: str, value: int, **dimensions: str) -> None:
    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace=NAMESPACE) as metric:
        metric.add_dimension("service", SERVICE)
        for dimension, word in dimensions.items():
            metric.add_dimension(dimension, word)


def _about(_event: Event) -> dict[str, Any]:
    return {}


handler = task("sweep_links", _sweep, of=_about)
