"""A whole world in one process: the real Direct Connect adapter over the twin, fakes for the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

from dxmacsec.adapters.direct_connect import AwsDirectConnect
from dxmacsec.interfaces import Limits, World
from dxmacsec.model import Link, RouterMode
from sandbox.twin import DirectConnectTwin, Estate, InMemoryManagedSecrets
from sandbox.twin import World as TwinWorld
from sandbox.twin.client import TwinClient
from tests.worlds.compliance import FakeComplianceLedger, FakeFindings, FakeLater, FakeRemedies
from tests.worlds.estates import a_connection
from tests.worlds.fleet_ledger import FakeFleetLedger
from tests.worlds.key_secrets import FakeKeySecrets
from tests.worlds.ledger import FakeLedger
from tests.worlds.outside import (
    FakeExecutions,
    FakeHerald,
    FakeHistories,
    FakeManagedSecrets,
    FakeRotations,
    FakeRouterDesk,
    SeededKeyMaker,
)
from tests.worlds.trouble import Trouble, Troubled
from tests.worlds.turning_clock import TurningClock

LIMITS = Limits(
    poll_seconds=5,
    look_seconds=50,
    plan_wait=timedelta(minutes=15),
    association=timedelta(minutes=30),
    router_deadline=timedelta(hours=24),
    router_heartbeat=timedelta(minutes=15),
    bake=timedelta(minutes=120),
    proof_max_age=timedelta(seconds=900),
    status_lag=timedelta(seconds=300),
    retire=timedelta(minutes=30),
    restore=timedelta(minutes=60),
    enforce=timedelta(minutes=30),
    router_mode=RouterMode.AGENT,
    on_encryption_loss="lower",
    enforcement="enforce",
    onboard=True,
    security_hub=False,
    max_key_age=timedelta(days=90),
    windows=(),
    max_links_a_wave=40,
    maintenance_clearance=timedelta(hours=24),
    tags_may_loosen=False,
    abandoned_after=timedelta(hours=2),
    coordinated=False,
    coordinator_silence=timedelta(hours=50),
)
"""The product's defaults, with an agent at the router and first keys for new links."""


@dataclass(frozen=True)
class Scene:
    """What a step reaches (`world`), and what stands behind it, for a test to look at and to disturb."""

    world: World
    clock: TurningClock
    twin: DirectConnectTwin
    managed: InMemoryManagedSecrets
    ledger: FakeLedger
    fleet_ledger: FakeFleetLedger
    key_secrets: FakeKeySecrets
    key_maker: SeededKeyMaker
    desk: FakeRouterDesk
    herald: FakeHerald
    executions: FakeExecutions
    histories: FakeHistories
    rotations: FakeRotations
    compliance: FakeComplianceLedger
    remedies: FakeRemedies
    findings: FakeFindings
    later: FakeLater
    trouble: Trouble

    def link(self, link_id: str) -> Link:
        """Read a link past all trouble."""
        client = cast("Any", TwinClient(self.twin, "onlooker"))
        return AwsDirectConnect(client, client).link(link_id)

    def with_limits(self, **limits: Any) -> Scene:  # noqa: ANN401 - any field of Limits
        """Return the same scene for a deployer who chose otherwise."""
        return replace(self, world=replace(self.world, limits=replace(self.world.limits, **limits)))


def a_scene(estate: Estate | None = None, twin_world: TwinWorld | None = None, **limits: Any) -> Scene:  # noqa: ANN401
    """Build a scene: no network, no real time; `limits` are the deployer's choices that differ."""
    clock, trouble, managed = TurningClock(), Trouble(), InMemoryManagedSecrets()
    twin = DirectConnectTwin(estate or a_connection(), twin_world, clock.hand, managed)
    client = cast("Any", TwinClient(twin, "dxmacsec"))
    ledger, key_secrets, key_maker = FakeLedger(), FakeKeySecrets(), SeededKeyMaker()
    fleet_ledger = FakeFleetLedger(ledger)
    desk, herald, executions, rotations = FakeRouterDesk(), FakeHerald(), FakeExecutions(), FakeRotations()
    compliance, remedies = FakeComplianceLedger(fleet_ledger), FakeRemedies()
    findings, later = FakeFindings(), FakeLater()
    histories = FakeHistories()

    def troubled(name: str, target: object) -> Any:  # noqa: ANN401 - plays whatever it stands for
        return Troubled(name, target, trouble)

    world = World(
        clock=clock,
        direct_connect=troubled("direct_connect", AwsDirectConnect(client, client)),
        key_secrets=troubled("key_secrets", key_secrets),
        managed_secrets=troubled("managed_secrets", FakeManagedSecrets(managed)),
        key_maker=troubled("key_maker", key_maker),
        ledger=troubled("ledger", ledger),
        fleet_ledger=troubled("fleet_ledger", fleet_ledger),
        router_desk=troubled("router_desk", desk),
        herald=troubled("herald", herald),
        later=troubled("later", later),
        executions=troubled("executions", executions),
        histories=troubled("histories", histories),
        rotations=troubled("rotations", rotations),
        compliance_ledger=troubled("compliance_ledger", compliance),
        remedies=troubled("remedies", remedies),
        findings=troubled("findings", findings),
        limits=replace(LIMITS, **limits),
    )
    return Scene(
        *(world, clock, twin, managed, ledger, fleet_ledger, key_secrets, key_maker),
        *(desk, herald, executions, histories, rotations, compliance),
        *(remedies, findings, later, trouble),
    )
