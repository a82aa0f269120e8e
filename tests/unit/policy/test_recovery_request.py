from __future__ import annotations

import json
from pathlib import Path

import pytest

from dxmacsec.errors import BadInput
from dxmacsec.policy.request import recovery_request

EVENTS = Path(__file__).parents[3] / "events"
ARN = "arn:aws:states:us-east-1:123456789012:execution:dxmacsec-RotateKey:4c9ad2f1-7d0e-4f43-9f5b-6a1f0f6a9d11"


def test_what_a_person_types_is_the_arn_of_an_execution() -> None:
    assert recovery_request(json.loads((EVENTS / "recover_link.json").read_text())) == ARN


def test_the_end_of_an_execution_names_what_is_recovered() -> None:
    event = json.loads((EVENTS / "step_functions_aborted.json").read_text())

    # What the rule's input transformer takes of the event.
    assert recovery_request({"execution": event["detail"]["executionArn"]}) == ARN
    assert event["detail-type"] == "Step Functions Execution Status Change"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        pytest.param({}, "execution", id="nothing"),
        pytest.param({"execution": "rotation-1"}, "execution", id="a name"),
        pytest.param({"execution": 7}, "execution", id="a number"),
        pytest.param({"execution": ARN.replace(":execution:", ":stateMachine:")}, "execution", id="a machine"),
        pytest.param({"execution": ARN, "link": "dxcon-fg5678gh"}, "link", id="something else beside it"),
        pytest.param(ARN, "input", id="no object"),
    ],
)
def test_anything_else_is_refused_and_its_field_named(data: object, field: str) -> None:
    with pytest.raises(BadInput, match=rf"^{field}: "):
        recovery_request(data)
