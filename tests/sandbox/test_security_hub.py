"""Security Hub takes findings as on AWS: only where it is enabled, one a finding's id, the newest wins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.cloud import Sandbox

PRODUCT = "arn:aws:securityhub:us-east-1:123456789012:product/123456789012/default"


@pytest.fixture
def _hub(sandbox: Sandbox) -> Iterator[None]:
    client = sandbox.client("securityhub")
    client.enable_security_hub()
    yield
    client.disable_security_hub()


def _finding(title: str, minute: int, **changes: object) -> dict[str, Any]:
    moment = f"2026-01-02T03:{minute:02}:00Z"
    return {
        "SchemaVersion": "2018-10-08",
        "Id": "toy/finding",
        "ProductArn": PRODUCT,
        "GeneratorId": "toy",
        "AwsAccountId": "123456789012",
        "CreatedAt": "2026-01-02T03:00:00Z",
        "UpdatedAt": moment,
        "Severity": {"Label": "HIGH"},
        "Title": title,
        "Description": "A toy.",
        "Resources": [{"Type": "Other", "Id": "toy"}],
        **changes,
    }


def _import(sandbox: Sandbox, *findings: dict[str, Any]) -> tuple[int, int]:
    answer = sandbox.client("securityhub").batch_import_findings(Findings=list(findings))
    return answer["SuccessCount"], answer["FailedCount"]


def _kept(sandbox: Sandbox) -> list[dict[str, Any]]:
    return list(sandbox.client("securityhub").get_findings()["Findings"])


def test_a_hub_that_nobody_enabled_refuses_findings(sandbox: Sandbox) -> None:
    client = sandbox.client("securityhub")

    with pytest.raises(client.exceptions.InvalidAccessException, match="not subscribed"):
        client.batch_import_findings(Findings=[_finding("never", 0)])
    with pytest.raises(client.exceptions.InvalidAccessException, match="not subscribed"):
        client.get_findings()


@pytest.mark.usefixtures("_hub")
def test_a_finding_of_the_same_id_is_updated_and_not_repeated(sandbox: Sandbox) -> None:
    _import(sandbox, _finding("first", 1))

    counts = _import(sandbox, _finding("second", 2, RecordState="ARCHIVED"))

    assert counts == (1, 0)
    assert [(it["Title"], it["RecordState"]) for it in _kept(sandbox)] == [("second", "ARCHIVED")]


@pytest.mark.usefixtures("_hub")
@pytest.mark.parametrize("minute", [4, 5], ids=["older", "as old"])
def test_an_update_that_is_not_newer_is_ignored(sandbox: Sandbox, minute: int) -> None:
    _import(sandbox, _finding("new", 5))

    counts = _import(sandbox, _finding("late", minute))

    assert counts == (1, 0)
    assert [it["Title"] for it in _kept(sandbox)] == ["new"]


@pytest.mark.usefixtures("_hub")
def test_an_import_is_journaled_with_the_product_that_a_policy_names(sandbox: Sandbox) -> None:
    _import(sandbox, _finding("journaled", 1))

    call = sandbox.journal.calls(service="securityhub")[-1]

    assert (call.action, call.resources) == ("BatchImportFindings", (PRODUCT,))


@pytest.mark.usefixtures("_hub")
def test_the_newest_of_one_batch_wins(sandbox: Sandbox) -> None:
    _import(sandbox, _finding("newest", 9), _finding("older", 8))

    assert [it["Title"] for it in _kept(sandbox)] == ["newest"]


@pytest.mark.usefixtures("_hub")
def test_what_people_set_stays(sandbox: Sandbox) -> None:
    _import(sandbox, _finding("first", 1, Workflow={"Status": "SUPPRESSED"}))

    _import(sandbox, _finding("second", 2, Workflow={"Status": "NEW"}))

    assert [it["Workflow"]["Status"] for it in _kept(sandbox)] == ["SUPPRESSED"]


@pytest.mark.usefixtures("_hub")
def test_a_product_that_is_not_the_accounts_own_fails_by_itself(sandbox: Sandbox) -> None:
    stranger = _finding("stranger", 1, ProductArn=PRODUCT.replace("default", "other"), Id="toy/stranger")

    counts = _import(sandbox, stranger, _finding("own", 1))

    assert counts == (1, 1)
    assert [it["Title"] for it in _kept(sandbox)] == ["own"]
