"""`python -m infra.settings_table` prints the README's table of everything that a deployer may choose."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from infra.config import Config, settings

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def settings_table(of: type[DataclassInstance] = Config) -> str:
    """One row a setting: name, default as it is written in `cdk.json`, allowed values, meaning."""
    rows = [
        f"| `{setting.name}` | `{json.dumps(setting.default)}` | {setting.rule.allowed} | {setting.meaning} |"
        for setting in settings(of)
    ]
    return "\n".join(["| setting | default | allowed | meaning |", "| --- | --- | --- | --- |", *rows]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(settings_table())
