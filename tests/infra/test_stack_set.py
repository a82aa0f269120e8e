"""One template for all accounts and Regions: with the organisation's own bucket it asks nothing of an account."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from infra.app import build
from infra.names import COORDINATOR_STACK, STACK

if TYPE_CHECKING:
    from pathlib import Path

BUCKET = "org-assets-${AWS::Region}"
COORDINATOR_ACCOUNT = "999988887777"


@pytest.fixture(scope="module")
def assembled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assembly with the organisation's bucket."""
    folder = tmp_path_factory.mktemp("cdk.out")
    chosen = {
        "asset_bucket": BUCKET,
        "dxmacsec": {"coordinator_account": COORDINATOR_ACCOUNT},
        "dxmacsec-coordinator": {"members": ["123456789012/eu-west-1"]},
    }
    build({"bundling": "off", **chosen}, outdir=str(folder)).synth()
    return folder


@pytest.fixture(scope="module")
def for_all(assembled: Path) -> dict[str, Any]:
    """The member's template."""
    content: dict[str, Any] = json.loads((assembled / f"{STACK}.template.json").read_text())
    return content


def test_every_function_has_its_code_from_the_bucket_and_the_key_says_which(for_all: dict[str, Any]) -> None:
    codes = [it["Properties"]["Code"] for it in for_all["Resources"].values() if it["Type"] == "AWS::Lambda::Function"]

    assert len(codes) > 30
    assert all(code == codes[0] for code in codes)
    assert codes[0]["S3Bucket"] == {"Fn::Sub": BUCKET}
    assert re.fullmatch(r"dxmacsec/[0-9a-f]{64}\.zip", codes[0]["S3Key"])


def test_no_other_bucket_and_no_account_but_the_coordinator_s_is_named(for_all: dict[str, Any]) -> None:
    text = json.dumps(for_all)

    assert set(re.findall(r"(?<![0-9a-zA-Z-])[0-9]{12}(?![0-9a-zA-Z-])", text)) == {COORDINATOR_ACCOUNT}
    assert "cdk-hnb659fds" not in text
    assert "assets-${AWS::AccountId}" not in text


def test_nothing_is_asked_of_an_account_s_bootstrap(for_all: dict[str, Any]) -> None:
    assert "Parameters" not in for_all
    assert "Rules" not in for_all
    assert "Mappings" not in for_all
    assert "cdk-bootstrap" not in json.dumps(for_all)


def test_it_is_one_template_whatever_account_and_region_it_is_made_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, for_all: dict[str, Any]
) -> None:
    monkeypatch.setenv("CDK_DEFAULT_ACCOUNT", "210987654321")
    monkeypatch.setenv("CDK_DEFAULT_REGION", "ap-southeast-2")
    chosen = {"asset_bucket": BUCKET, "dxmacsec": {"coordinator_account": COORDINATOR_ACCOUNT}}

    build({"bundling": "off", **chosen}, outdir=str(tmp_path)).synth()

    assert json.loads((tmp_path / f"{STACK}.template.json").read_text()) == for_all


def test_cloudformation_takes_the_template_from_a_bucket(for_all: dict[str, Any]) -> None:
    assert len(json.dumps(for_all)) < 1_000_000
    assert len(for_all["Resources"]) < 500


def test_the_coordinator_s_asset_is_the_same_one(assembled: Path, for_all: dict[str, Any]) -> None:
    coordinator = json.loads((assembled / f"{COORDINATOR_STACK}.template.json").read_text())

    def keys(template: dict[str, Any]) -> set[str]:
        resources = template["Resources"].values()
        return {it["Properties"]["Code"]["S3Key"] for it in resources if it["Type"] == "AWS::Lambda::Function"}

    assert keys(coordinator) == keys(for_all)
    assert "cdk-bootstrap" not in json.dumps(coordinator)


def test_who_publishes_the_asset_takes_on_no_role_of_a_bootstrap(assembled: Path) -> None:
    assets = json.loads((assembled / f"{STACK}.assets.json").read_text())["files"].values()
    destinations = [it for asset in assets for it in asset["destinations"].values()]

    assert {it["bucketName"] for it in destinations} == {BUCKET}
    assert not [it for it in destinations if "assumeRoleArn" in it]


def test_without_the_bucket_a_stack_is_deployed_as_ever(template: dict[str, Any]) -> None:
    codes = [it["Properties"]["Code"] for it in template["Resources"].values() if it["Type"] == "AWS::Lambda::Function"]

    assert {json.dumps(code["S3Bucket"]) for code in codes} == {
        '{"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"}'
    }
    assert "BootstrapVersion" in template["Parameters"]
