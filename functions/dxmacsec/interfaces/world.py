"""Everything that a step may reach, and what the deployer chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from dxmacsec.fleet import Window
from dxmacsec.interfaces.compliance import ComplianceLedger, FindingsDesk, Remedies
from dxmacsec.interfaces.direct_connect import DirectConnect
from dxmacsec.interfaces.fleet_ledger import FleetLedger
from dxmacsec.interfaces.ledger import Ledger
from dxmacsec.interfaces.outside import Clock, Executions, Herald, Histories, Later, Rotations, RouterDesk
from dxmacsec.interfaces.secrets import KeyMaker, KeySecrets, ManagedSecrets
from dxmacsec.model import RouterMode


@dataclass(frozen=True, slots=True)
class Limits:
    """The deployer's choices that steps need; each is a field of the configuration table, or follows from one.

    `abandoned_after` is how long a dead rotation's lock stays for the sweep, which starts the RecoverLink that no
    event started: two of its periods. Whoever took it earlier would take away the only word of a key that is to be
    asked back.
    """

    poll_seconds: float
    look_seconds: float
    plan_wait: timedelta
    association: timedelta
    router_deadline: timedelta
    router_heartbeat: timedelta
    bake: timedelta
    proof_max_age: timedelta
    status_lag: timedelta
    retire: timedelta
    restore: timedelta
    enforce: timedelta
    router_mode: RouterMode
    on_encryption_loss: str
    enforcement: str
    onboard: bool
    security_hub: bool
    max_key_age: timedelta
    windows: tuple[Window, ...]
    max_links_a_wave: int
    maintenance_clearance: timedelta
    tags_may_loosen: bool
    abandoned_after: timedelta
    coordinated: bool
    coordinator_silence: timedelta


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a step may reach, made once by the handlers' wiring or by a test."""

    clock: Clock
    direct_connect: DirectConnect
    key_secrets: KeySecrets
    managed_secrets: ManagedSecrets
    key_maker: KeyMaker
    ledger: Ledger
    fleet_ledger: FleetLedger
    compliance_ledger: ComplianceLedger
    router_desk: RouterDesk
    herald: Herald
    later: Later
    executions: Executions
    histories: Histories
    rotations: Rotations
    remedies: Remedies
    findings: FindingsDesk
    limits: Limits
