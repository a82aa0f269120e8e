from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dxmacsec.errors import BadInput
from dxmacsec.policy.secret_events import Happening, read_label_moved, read_trouble

EVENTS = Path(__file__).parents[3] / "events"
ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:dxmacsec/dxcon-fg5678gh-a1b2c3"
LABEL: dict[str, Any] = {"id": "e-1", "detail": {"name": "dxmacsec/dxcon-fg5678gh", "versionId": "v"}}
CALL: dict[str, Any] = {
    "eventName": "DeleteSecret",
    "eventTime": "2026-01-02T03:04:05Z",
    "requestParameters": {"secretId": "dxmacsec/dxcon-fg5678gh", "forceDeleteWithoutRecovery": True},
    "responseElements": {"arn": ARN},
}


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (None, "id"),
        ({"id": "a b", "detail": LABEL["detail"]}, "id"),
        ({"id": "e-1"}, "detail"),
        ({"id": "e-1", "detail": {"name": "x"}}, "versionId"),
        ({"id": "e-1", "detail": {"versionId": "x", "name": 7}}, "name"),
    ],
)
def test_a_label_event_that_lacks_something_is_refused_by_its_field(event: object, field: str) -> None:
    with pytest.raises(BadInput, match=f"^{field}: "):
        read_label_moved(event)


def test_a_deletion_says_whether_it_is_for_ever() -> None:
    trouble = read_trouble({"detail": CALL})

    assert (trouble.happening, trouble.secret) == (Happening.DELETED, ARN)
    assert (trouble.for_ever, trouble.refused) == (True, False)


@pytest.mark.parametrize("spelled", ["arn", "aRN", "ARN"])
def test_the_arn_of_an_answer_is_found_in_each_spelling(spelled: str) -> None:
    assert read_trouble({"detail": {**CALL, "responseElements": {spelled: ARN}}}).secret == ARN


def test_a_call_without_an_answer_names_its_secret_in_the_request() -> None:
    trouble = read_trouble({"detail": {**CALL, "responseElements": None, "errorCode": "AccessDenied"}})

    assert trouble.secret == "dxmacsec/dxcon-fg5678gh"  # noqa: S105 - a secret's name
    assert trouble.refused


def test_a_deletion_by_a_role_of_ours_is_our_own() -> None:
    ours = json.loads((EVENTS / "our_own_call.json").read_text())["detail"]["userIdentity"]
    told = json.loads((EVENTS / "key_secret_deleted.json").read_text())

    assert not read_trouble(told).own
    assert read_trouble({**told, "detail": {**told["detail"], "userIdentity": ours}}).own


@pytest.mark.parametrize("name", ["key_secret_deleted", "secret_rotation_failed", "secret_rotation_abandoned"])
def test_what_the_samples_tell_is_not_our_own_doing(name: str) -> None:
    trouble = read_trouble(json.loads((EVENTS / f"{name}.json").read_text()))

    assert (trouble.own, trouble.refused) == (False, False)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"eventName": "PutSecretValue"}, "eventName"),
        ({"eventTime": "yesterday"}, "eventTime"),
        ({"requestParameters": None, "responseElements": None}, "additionalEventData.SecretId"),
    ],
)
def test_a_trail_event_that_lacks_something_is_refused_by_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput, match=f"^{field}"):
        read_trouble({"detail": {**CALL, **change}})
