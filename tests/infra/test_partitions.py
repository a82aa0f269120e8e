"""Nothing assumes the partition `aws`: GovCloud and China get their own ARNs."""

from __future__ import annotations

import json
import re
from typing import Any

ARN = re.compile(r"arn:([a-z-]+|\$\{[A-Za-z:]+\}):")


def test_the_template_leaves_the_partition_to_cloudformation(template: dict[str, Any]) -> None:
    text = json.dumps(template)

    assert set(ARN.findall(text)) <= {"${Partition}", "${AWS::Partition}"}
    assert '"Ref": "AWS::Partition"' in text


def test_the_template_names_no_host_of_one_partition(template: dict[str, Any]) -> None:
    hosts = set(re.findall(r"https://[a-z0-9.-]+", json.dumps(template)))

    assert hosts == set()
