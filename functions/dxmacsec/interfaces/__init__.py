"""The outside world as the steps see it; adapters play these roles on AWS, fakes in tests."""

from __future__ import annotations

from dxmacsec.interfaces.compliance import ComplianceLedger, FindingsDesk, Remedies
from dxmacsec.interfaces.direct_connect import DirectConnect
from dxmacsec.interfaces.fleet_ledger import FleetLedger
from dxmacsec.interfaces.ledger import Ledger, Note, Owner, Pause, TaskRow
from dxmacsec.interfaces.organisation import (
    Came,
    CoordinatorLedger,
    CoordinatorLimits,
    CoordinatorWorld,
    Members,
    Shelf,
)
from dxmacsec.interfaces.outside import Clock, Executions, Herald, Histories, Later, Rotations, RouterDesk
from dxmacsec.interfaces.secrets import KeyMaker, KeySecrets, ManagedSecrets
from dxmacsec.interfaces.stories import LinkView, Stories, StoryRow
from dxmacsec.interfaces.world import Limits, World

__all__ = [
    "Came",
    "Clock",
    "ComplianceLedger",
    "CoordinatorLedger",
    "CoordinatorLimits",
    "CoordinatorWorld",
    "DirectConnect",
    "Executions",
    "FindingsDesk",
    "FleetLedger",
    "Herald",
    "Histories",
    "KeyMaker",
    "KeySecrets",
    "Later",
    "Ledger",
    "Limits",
    "LinkView",
    "ManagedSecrets",
    "Members",
    "Note",
    "Owner",
    "Pause",
    "Remedies",
    "Rotations",
    "RouterDesk",
    "Shelf",
    "Stories",
    "StoryRow",
    "TaskRow",
    "World",
]
