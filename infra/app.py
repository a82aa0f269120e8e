"""The CDK app: `python -m infra.app` from the repository's root, which is what `cdk.json` says."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from aws_cdk import App, CliCredentialsStackSynthesizer

from infra import nag
from infra.asset import ROOT
from infra.config import ConfigError
from infra.context import COORDINATOR, load, load_asset_bucket, load_coordinator
from infra.coordinator import DxMacsecCoordinatorStack
from infra.names import COORDINATOR_STACK, STACK
from infra.stack import DxMacsecStack


def build(context: dict[str, Any] | None = None, *, outdir: str | None = None) -> App:
    """Make the app; nothing in it asks AWS.

    The context is that of `cdk.json`, under what the CDK CLI hands over, under `context`.

    Raises:
        ConfigError: if a setting is wrong; the message names all of them.
        AssetError: if the dependencies can't be installed, or are not pure Python.
    """
    described: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    app = App(context=described, post_cli_context=context, outdir=outdir, analytics_reporting=False)
    config = load(described.get("dxmacsec"), app.node.try_get_context("dxmacsec"))
    coordinator = load_coordinator(described.get(COORDINATOR), app.node.try_get_context(COORDINATOR))
    asset_bucket = load_asset_bucket(app.node.try_get_context("asset_bucket"))
    bundling = app.node.try_get_context("bundling") != "off"
    nag.switch_on(app)
    stack = DxMacsecStack(app, STACK, config=config, bundling=bundling, synthesizer=_synthesizer(asset_bucket))
    nag.acknowledge(stack, nag.MEMBER, tracing=config.tracing)
    if coordinator is not None:
        beside = DxMacsecCoordinatorStack(
            app, COORDINATOR_STACK, config=coordinator, bundling=bundling, synthesizer=_synthesizer(asset_bucket)
        )
        nag.acknowledge(beside, nag.COORDINATOR, tracing=coordinator.tracing)
    return app


def _synthesizer(asset_bucket: str | None) -> CliCredentialsStackSynthesizer | None:
    """Return what puts the asset into the organisation's own bucket: then a template needs no account's bootstrap."""
    if asset_bucket is None:
        return None
    return CliCredentialsStackSynthesizer(file_assets_bucket_name=asset_bucket, bucket_prefix="dxmacsec/")


def main() -> None:
    """Synthesise into the folder that the CDK CLI names, else into `cdk.out`."""
    try:
        app = build(outdir=os.environ.get("CDK_OUTDIR", str(ROOT / "cdk.out")))
    except ConfigError as error:
        sys.exit(str(error))
    app.synth()


if __name__ == "__main__":
    main()
