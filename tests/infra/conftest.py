"""What the tests of the stack look at: one synthesis a session, without the asset's dependencies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App
from aws_cdk.assertions import Template

from infra.app import build
from infra.config import Config
from infra.context import COORDINATOR
from infra.names import COORDINATOR_STACK, STACK
from infra.stack import DxMacsecStack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


MEMBERS = ["123456789012/eu-west-1", "210987654321/us-gov-west-1"]


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cloud assembly of the product's defaults; that it is there means that cdk-nag was content."""
    folder = tmp_path_factory.mktemp("cdk.out")
    build({"bundling": "off"}, outdir=str(folder)).synth()
    return folder


@pytest.fixture(scope="session")
def template(assembly: Path) -> dict[str, Any]:
    """The template of the product's defaults."""
    content: dict[str, Any] = json.loads((assembly / f"{STACK}.template.json").read_text())
    return content


@pytest.fixture(scope="session")
def defaults(template: dict[str, Any]) -> Template:
    """The same template, for CDK's assertions."""
    return Template.from_json(template)


@pytest.fixture(scope="session")
def properties(template: dict[str, Any]) -> Callable[[str], dict[str, dict[str, Any]]]:
    """Gives the properties of all resources of a type, under their logical ids."""

    def of(kind: str) -> dict[str, dict[str, Any]]:
        return {key: it["Properties"] for key, it in template["Resources"].items() if it["Type"] == kind}

    return of


@pytest.fixture(scope="session")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cloud assembly of an account that is a coordinator, and a member of its own organisation."""
    folder = tmp_path_factory.mktemp("cdk.out")
    chosen = {"dxmacsec": {"coordinator_account": "123456789012"}, COORDINATOR: {"members": MEMBERS}}
    build({"bundling": "off", **chosen}, outdir=str(folder)).synth()
    return folder


@pytest.fixture(scope="session")
def coordinator(organisation: Path) -> dict[str, Any]:
    """The coordinator's template."""
    content: dict[str, Any] = json.loads((organisation / f"{COORDINATOR_STACK}.template.json").read_text())
    return content


@pytest.fixture(scope="session")
def member(organisation: Path) -> dict[str, Any]:
    """The template of a member that listens to a coordinator."""
    content: dict[str, Any] = json.loads((organisation / f"{STACK}.template.json").read_text())
    return content


@pytest.fixture(scope="session")
def of_coordinator(coordinator: dict[str, Any]) -> Callable[[str], dict[str, dict[str, Any]]]:
    """Gives the properties of the coordinator's resources of a type, under their logical ids."""

    def of(kind: str) -> dict[str, dict[str, Any]]:
        return {key: it["Properties"] for key, it in coordinator["Resources"].items() if it["Type"] == kind}

    return of


@pytest.fixture(scope="session")
def sandboxed() -> Template:
    """The template of a configuration that is far from the defaults, mostly as a sandbox uses."""
    config = Config(
        alert_email="ops@example.com",
        bake_minutes=0.1,
        changes_window_seconds=1,
        log_retention_days=7,
        look_seconds=59.5,
        router_deadline_hours=0.005,
        router_heartbeat_minutes=0.1,
        router_mode="agent",
        security_hub=True,
        sweep="cron(0 3 * * ? *)",
        tracing=False,
    )
    return Template.from_stack(DxMacsecStack(App(), STACK, config=config, bundling=False))
