"""The fixed names: those that people type, or that must be known before the thing exists."""

from __future__ import annotations

import re

STACK = "DxMacsec"
COORDINATOR_STACK = "DxMacsecCoordinator"
VERSION = "0.1.0"
KEY_ALIAS = "alias/dxmacsec"
COORDINATOR_KEY_ALIAS = "alias/dxmacsec-coordinator"
KEY_SECRET_PREFIX = "dxmacsec/"  # noqa: S105  a name's beginning, not a secret
LOG_GROUP_PREFIX = "/dxmacsec/"
ROTATE_KEY = "dxmacsec-RotateKey"
ENFORCE_ENCRYPTION = "dxmacsec-EnforceEncryption"
RECOVER_LINK = "dxmacsec-RecoverLink"
ROTATE_SECRET = "dxmacsec-RotateSecret"  # noqa: S105  a function's name, not a secret
ROTATE_FLEET = "dxmacsec-RotateFleet"
SCHEDULE = "dxmacsec-RotateFleet"
SWEEP = "dxmacsec-SweepLinks"
SWEEP_LINKS = "dxmacsec-SweepLinks"
ROTATE_ORGANISATION = "dxmacsec-RotateOrganisation"
ORGANISATION_SCHEDULE = "dxmacsec-RotateOrganisation"
# The label of the machine's Distributed Map: its executions are called by it.
ORGANISATION_MAP = "TurnMembers"
# What a member trusts, and what the coordinator takes on there: both must be known before the other is made.
COORDINATOR_ROLE = "dxmacsec-coordinator"
MEMBER_ROLE_PREFIX = "dxmacsec-member-"
# Where the organisation's runs lie on the coordinator's shelf; the machine writes there by this name, too.
SHELF_RUNS = "runs/"
ALARM_PREFIX = "dxmacsec-"
BOARD_PREFIX = "dxmacsec-"
# CloudTrail names the role of who called: a role on this path is one of ours, whatever the stack is called.
FUNCTION_ROLE_PATH = "/dxmacsec/"


def snake_case(name: str) -> str:
    """The name of a state's step, handler or file: `RetireKey` is `retire_key`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
