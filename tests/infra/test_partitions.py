"""Nothing assumes the partition `aws`: GovCloud and China get their own ARNs."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

ARN = re.compile(r"arn:([a-z-]+|\$\{[A-Za-z:]+\}):")


STACKS = ["template", "member", "coordinator"]


@pytest.fixture(params=STACKS)
def synthesised(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The template of each stack, a member that listens to a coordinator among them."""
    found: dict[str, Any] = request.getfixturevalue(request.param)
    return found


def test_the_template_leaves_the_partition_to_cloudformation(synthesised: dict[str, Any]) -> None:
    text = json.dumps(synthesised)

    assert set(ARN.findall(text)) <= {"${Partition}", "${AWS::Partition}"}
    assert '"Ref": "AWS::Partition"' in text


def test_the_template_names_no_host_of_one_partition(synthesised: dict[str, Any]) -> None:
    hosts = set(re.findall(r"https://[a-z0-9.-]+", json.dumps(synthesised)))

    assert hosts == set()
