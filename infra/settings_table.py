"""`python -m infra.settings_table` prints the README's table of everything that a deployer may choose."""

from __future__ import annotations

import json
import sys

from infra.config import settings


def settings_table() -> str:
    """One row a setting: name, default as it is written in `cdk.json`, allowed values, meaning."""
    rows = [
        f"| `{setting.name}` | `{json.dumps(setting.default)}` | {setting.rule.allowed} | {setting.meaning} |"
        for setting in settings()
    ]
    return "\n".join(["| setting | default | allowed | meaning |", "| --- | --- | --- | --- |", *rows]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(settings_table())
