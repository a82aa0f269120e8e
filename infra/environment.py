"""The environment that every function gets: each setting, and where to find what the stack made."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from infra.names import KEY_SECRET_PREFIX

if TYPE_CHECKING:
    from infra.config import Config
    from infra.foundation import Foundation


def environment(config: Config, foundation: Foundation) -> dict[str, str]:
    """Return the variables, none of them secret; a setting's is `DXMACSEC_` and its name in capitals."""
    chosen = {f"DXMACSEC_{name.upper()}": _as_text(value) for name, value in dataclasses.asdict(config).items()}
    return {
        **chosen,
        "DXMACSEC_ALERTS_TOPIC_ARN": foundation.alerts.topic_arn,
        "DXMACSEC_KEY_ARN": foundation.key.key_arn,
        "DXMACSEC_KEY_SECRET_PREFIX": KEY_SECRET_PREFIX,
        "DXMACSEC_LEDGER_TABLE": foundation.ledger.table_name,
        "DXMACSEC_ROUTER_TASKS_URL": foundation.router_tasks.queue_url,
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "POWERTOOLS_SERVICE_NAME": "dxmacsec",
    }


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return json.dumps(value, separators=(",", ":"))
    return str(value).lower() if isinstance(value, bool) else str(value)
