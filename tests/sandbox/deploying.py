"""Deploying a small stack next to the toy's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandbox.cloud import Sandbox
from sandbox.cloud.deploy import Deployer
from tests.sandbox.toy.stack import write_assembly


def deploy(sandbox: Sandbox, folder: Path, resources: dict[str, Any]) -> dict[str, str]:
    """Deploy resources as a stack that is called as the folder."""
    assembly = write_assembly(folder, {"Resources": resources})
    manifest = assembly / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"Toy": {', f'"{folder.name}": {{'))
    clients = (sandbox.client(service) for service in ("s3", "ssm", "cloudformation"))
    return Deployer(*clients).deploy(assembly)
