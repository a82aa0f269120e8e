"""What other tools say of the template, and how the app starts."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cfnlint.api import ManualArgs, lint  # type: ignore[import-untyped]  # it ships no types

from infra.app import build
from infra.asset import ROOT
from infra.config import ConfigError
from infra.nag import MEMBER
from infra.names import STACK

if TYPE_CHECKING:
    from pathlib import Path


def test_cfn_lint_finds_nothing(assembly: Path) -> None:
    template = (assembly / f"{STACK}.template.json").read_text()

    findings = lint(template, config=ManualArgs(regions=["us-east-1", "eu-central-1"]))

    assert [str(finding) for finding in findings] == []


def test_cfn_lint_finds_nothing_in_the_machines_with_what_it_does_not_know_replaced(assembly: Path) -> None:
    template = json.loads((assembly / f"{STACK}.template.json").read_text())
    template["Metadata"]["cfn-lint"]["config"]["ignore_checks"].remove("E3601")
    known = json.dumps(template).replace("arn:${Partition}:", "arn:aws:")
    known = re.sub(r'(TimeoutSeconds|HeartbeatSeconds)\\": \\"{%.+?%}\\"', r'\1\\": 60', known)

    findings = lint(known, config=ManualArgs(regions=["us-east-1"]))

    assert [str(finding) for finding in findings] == []


def test_cdk_nag_finds_only_what_is_acknowledged_and_each_acknowledgement_is_needed(assembly: Path) -> None:
    [report] = json.loads((assembly / "validation-report.json").read_text())["pluginReports"]

    silenced = {f"AwsSolutions::{violation['ruleName']}" for violation in report["suppressedViolations"]}

    assert report["pluginName"] == "AwsSolutions"
    assert report["violations"] == []
    assert silenced == set(MEMBER)


def test_cdk_nag_and_cfn_lint_are_content_with_other_choices(tmp_path: Path) -> None:
    chosen = {"changes_window_seconds": 300, "security_hub": True, "sweep": "cron(0 3 * * ? *)", "tracing": False}

    app = build({"bundling": "off", "dxmacsec": chosen}, outdir=str(tmp_path))

    [stack] = app.synth().stacks
    findings = lint(json.dumps(stack.template), config=ManualArgs(regions=["us-east-1"]))
    assert "securityhub:BatchImportFindings" in json.dumps(stack.template)
    assert [str(finding) for finding in findings] == []


def test_nothing_is_asked_of_aws_when_the_template_is_made(assembly: Path) -> None:
    manifest = json.loads((assembly / "manifest.json").read_text())

    assert "missing" not in manifest


def test_app_lays_the_command_line_over_cdk_json(tmp_path: Path) -> None:
    context = {"bundling": "off", "dxmacsec": '{"bake_minutes": 0.25}'}

    app = build(context, outdir=str(tmp_path))

    [template] = [stack.template for stack in app.synth().stacks]
    baked = {
        it["Properties"]["Environment"]["Variables"]["DXMACSEC_BAKE_MINUTES"]
        for it in template["Resources"].values()
        if it["Type"] == "AWS::Lambda::Function"
    }
    assert baked == {"0.25"}


def test_app_refuses_wrong_settings_before_it_makes_anything(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="bake_minutes"):
        build({"dxmacsec": {"bake_minutes": -1}}, outdir=str(tmp_path))


def test_command_of_cdk_json_ends_with_a_readable_refusal(tmp_path: Path) -> None:
    command = json.loads((ROOT / "cdk.json").read_text())["app"].split()
    context = json.dumps({"dxmacsec": {"bake_minutes": -1}})

    outcome = subprocess.run(  # noqa: S603  the command is the repository's own
        [sys.executable, *command[1:]],
        cwd=ROOT,
        env={**os.environ, "CDK_CONTEXT_JSON": context, "CDK_OUTDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == 1
    assert "bake_minutes: expected a number from 0 to 10080, got -1" in outcome.stderr
    assert "Traceback" not in outcome.stderr
