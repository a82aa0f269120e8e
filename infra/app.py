"""The CDK app: `python -m infra.app` from the repository's root, which is what `cdk.json` says."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from aws_cdk import App

from infra import nag
from infra.asset import ROOT
from infra.config import ConfigError
from infra.context import load
from infra.names import STACK
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
    bundling = app.node.try_get_context("bundling") != "off"
    stack = DxMacsecStack(app, STACK, config=config, bundling=bundling)
    nag.check(app, stack, tracing=config.tracing)
    return app


def main() -> None:
    """Synthesise into the folder that the CDK CLI names, else into `cdk.out`."""
    try:
        app = build(outdir=os.environ.get("CDK_OUTDIR", str(ROOT / "cdk.out")))
    except ConfigError as error:
        sys.exit(str(error))
    app.synth()


if __name__ == "__main__":
    main()
