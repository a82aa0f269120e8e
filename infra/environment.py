"""The environment that every function of a stack gets: the settings that one reads, and where its things are."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from aws_cdk import Arn, ArnComponents, ArnFormat, Stack

from infra.names import ENFORCE_ENCRYPTION, KEY_SECRET_PREFIX, RECOVER_LINK, ROTATE_FLEET, ROTATE_KEY, ROTATE_SECRET
from infra.setting_rules import period_minutes

if TYPE_CHECKING:
    from aws_cdk import aws_s3 as s3
    from constructs import IConstruct

    from infra.config import Config
    from infra.coordinator_config import CoordinatorConfig
    from infra.foundation import Foundation, Standing

# What only the stack is made from. An environment holds 4 KB, which a list of roles alone could fill:
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_FOR_THE_STACK = frozenset(
    {
        "alert_email",
        "changes_window_seconds",
        "key_readers",
        "log_retention_days",
        "runbook_url",
        "schedule",
        "schedule_flexible_minutes",
        "schedule_time_zone",
        "sweep",
        "tracing",
    }
)
_LOGGING = {"POWERTOOLS_LOG_LEVEL": "INFO", "POWERTOOLS_SERVICE_NAME": "dxmacsec"}
_LEAST_ABANDONED_MINUTES = 120
"""How long a dead rotation's lock stays at least for a RecoverLink that people or a sweep start."""


def environment(config: Config, foundation: Foundation) -> dict[str, str]:
    """Return the variables, none of them secret; a setting's is `DXMACSEC_` and its name in capitals."""
    read = {name: value for name, value in dataclasses.asdict(config).items() if name not in _FOR_THE_STACK}
    chosen = {f"DXMACSEC_{name.upper()}": _as_text(value) for name, value in read.items()}
    return {
        **chosen,
        "DXMACSEC_ABANDONED_AFTER_MINUTES": str(max(_LEAST_ABANDONED_MINUTES, 2 * period_minutes(config.sweep))),
        "DXMACSEC_ALERTS_TOPIC_ARN": foundation.alerts.topic_arn,
        "DXMACSEC_CHANGES_URL": foundation.changes.queue_url,
        "DXMACSEC_KEY_ARN": foundation.key.key_arn,
        "DXMACSEC_KEY_SECRET_PREFIX": KEY_SECRET_PREFIX,
        "DXMACSEC_LEDGER_TABLE": foundation.ledger.table_name,
        # These have fixed names, so that their ARNs can be written before they exist: references would be circles.
        "DXMACSEC_ENFORCE_ENCRYPTION_ARN": _arn(foundation.key, "states", "stateMachine", ENFORCE_ENCRYPTION),
        "DXMACSEC_RECOVER_LINK_ARN": _arn(foundation.key, "states", "stateMachine", RECOVER_LINK),
        "DXMACSEC_ROTATE_FLEET_ARN": _arn(foundation.key, "states", "stateMachine", ROTATE_FLEET),
        "DXMACSEC_ROTATE_KEY_ARN": _arn(foundation.key, "states", "stateMachine", ROTATE_KEY),
        "DXMACSEC_ROTATION_FUNCTION_ARN": _arn(foundation.key, "lambda", "function", ROTATE_SECRET),
        "DXMACSEC_ROUTER_TASKS_URL": foundation.router_tasks.queue_url,
        **_LOGGING,
    }


def coordinator_environment(config: CoordinatorConfig, made: Standing, shelf: s3.IBucket) -> dict[str, str]:
    """Return the variables of the coordinator's functions; who the members are is in the machine's definition."""
    return {
        "DXMACSEC_ALERTS_TOPIC_ARN": made.alerts.topic_arn,
        "DXMACSEC_LEDGER_TABLE": made.ledger.table_name,
        "DXMACSEC_LOOK_SECONDS": _as_text(config.look_seconds),
        "DXMACSEC_MAX_MEMBERS_A_WAVE": _as_text(config.max_members_a_wave),
        "DXMACSEC_POLL_SECONDS": _as_text(config.poll_seconds),
        "DXMACSEC_SHELF_BUCKET": shelf.bucket_name,
        "DXMACSEC_STOP_ON": config.stop_on,
        **_LOGGING,
    }


def _as_text(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, list | tuple):
        return json.dumps(value, separators=(",", ":"))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _arn(scope: IConstruct, service: str, kind: str, name: str) -> str:
    components = ArnComponents(
        service=service, resource=kind, resource_name=name, arn_format=ArnFormat.COLON_RESOURCE_NAME
    )
    return Arn.format(components, Stack.of(scope))
