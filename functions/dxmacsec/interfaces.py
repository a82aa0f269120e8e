"""The outside world as the steps see it; adapters play these roles on AWS, fakes in tests."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from dxmacsec.fleet import KeySince, Maintenance, Window
from dxmacsec.model import (
    KeyPair,
    KeyVersion,
    Link,
    ManagedSecret,
    RotationRun,
    RouterMode,
    RouterTaskKind,
)


class Clock(Protocol):
    """Time, so that no step reads the machine's own."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class DirectConnect(Protocol):
    """The MACsec calls of Direct Connect. Reading may be repeated; changing is never retried inside."""

    def link(self, link_id: str) -> Link:
        """Read a link with its keys and ports; a LAG's ports are its members as they are now.

        A member's id gives the member, with `lag_id` set; its keys are whatever AWS mirrors (W21).

        Raises:
            LinkNotFound: Direct Connect knows no such link.
        """
        ...

    def links(self) -> tuple[Link, ...]:
        """Read every connection, LAG and interconnect of the Region, in pages; members left out."""
        ...

    def resiliency_groups(self) -> dict[str, str]:
        """Read which resiliency group each connection or LAG belongs to, by its id; empty where there are none."""
        ...

    def associate(self, link_id: str, pair: KeyPair) -> None:
        """Add a pair to the key chain.

        Raises:
            PortChanging: the port is busy with a key change.
            UnknownAnswer: any other refusal.
        """
        ...

    def reassociate(self, link_id: str, secret_arn: str) -> None:
        """Add a pair that Direct Connect has seen before, by its managed secret."""
        ...

    def disassociate(self, link_id: str, secret_arn: str) -> None:
        """Remove one pair from the key chain."""
        ...

    def set_mode(self, link: Link, mode: str) -> None:
        """Set the encryption mode of a connection, an interconnect (W31) or a LAG.

        Raises:
            NotFromHere: the mode of an interconnect can't be set.
        """
        ...


class KeySecrets(Protocol):
    """Our own key secrets in Secrets Manager, one a link."""

    def versions(self, link_id: str) -> tuple[KeyVersion, ...] | None:
        """Read the labelled versions, without their CAKs; None when the link has no key secret."""
        ...

    def create(self, link_id: str) -> None:
        """Make the key secret with its placeholder version and attach the rotation function.

        One that is there stays as it is; a function that somebody attached to it stays, too.
        """
        ...

    def link_of(self, secret_id: str) -> str | None:
        """Return the link that a key secret's name or ARN is for; None for anybody else's secret."""
        ...

    def rotates(self, link_id: str) -> bool:
        """Tell whether rotation by Secrets Manager is enabled for the link's key secret."""
        ...

    def pair(self, link_id: str, version_id: str) -> KeyPair:
        """Read a pair.

        Raises:
            KeyPairMissing: no such version.
            BadKeyPair: the version's JSON is not a pair.
        """
        ...

    def put(self, link_id: str, version_id: str, pair: KeyPair, labels: frozenset[str]) -> None:
        """Store a pair as a version with labels; the same version with the same pair is a no-op."""
        ...

    def label(self, link_id: str, version_id: str, label: str) -> None:
        """Put a label on a version, taking it from whichever version has it."""
        ...

    def unlabel(self, link_id: str, version_id: str, label: str) -> None:
        """Take a label off a version; a version without it stays as it is."""
        ...


class ManagedSecrets(Protocol):
    """The secrets that Direct Connect keeps for the pairs."""

    def state(self, secret_arn: str) -> ManagedSecret:
        """Tell whether a managed secret is there, scheduled for deletion, or gone."""
        ...


class KeyMaker(Protocol):
    """Where key material comes from."""

    def pair(self) -> KeyPair:
        """Return a new pair: 32 random bytes for the CKN and 32 others for the CAK."""
        ...


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock: the execution's ARN, its name for people, and since when."""

    execution: str
    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Pause:
    """Why automation leaves a link alone until someone clears it."""

    reason: str
    sentence: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A router task that waits for an answer, for people to see; the token is what answers it."""

    task_id: str
    link: str
    kind: RouterTaskKind
    rotation: str
    token: str
    sent_at: datetime
    deadline: datetime
    message: dict[str, Any]


class Ledger(Protocol):
    """Locks, records, router tasks, pauses. Every write is conditional or repeats harmlessly."""

    def take_rotation(self, link: str, group: str | None, owner: Owner) -> Owner | None:
        """Take the `rotation` locks of a link and of its group in one transaction.

        Returns None when they are ours (also when they were before), else who holds one of them.
        """
        ...

    def holds_rotation(self, link: str, execution: str) -> bool:
        """Tell, by a consistent read, whether the link's `rotation` lock names this execution."""
        ...

    def take_acting(self, link: str, owner: Owner) -> Owner | None:
        """Take the `acting` lock; returns None when it is ours, else who holds it."""
        ...

    def holds_acting(self, link: str, execution: str) -> bool:
        """Tell, by a consistent read, whether the link's `acting` lock names this execution."""
        ...

    def free_acting(self, link: str, execution: str) -> None:
        """Free the `acting` lock if this execution holds it."""
        ...

    def free_rotation(self, link: str, group: str | None, execution: str) -> None:
        """Free the `rotation` locks that this execution holds."""
        ...

    def rotation_owner(self, link: str, group: str | None) -> Owner | None:
        """Read who rotates this link or its group now, if anyone does."""
        ...

    def pause(self, link: str) -> Pause | None:
        """Read why the link's automation is paused, if it is."""
        ...

    def set_pause(self, link: str, pause: Pause) -> None:
        """Pause the link's automation; an earlier pause stays."""
        ...

    def enforcement_pause(self, link: str) -> Pause | None:
        """Read why enforcement of the link is paused, if it is."""
        ...

    def set_enforcement_pause(self, link: str, pause: Pause) -> None:
        """Pause enforcement of the link after a lowering; an earlier pause stays."""
        ...

    def record(self, link: str, rotation_id: str, started_at: datetime, record: dict[str, Any]) -> None:
        """Write a rotation's or an enforcement's record, whole; a repeat writes the same."""
        ...

    def put_task(self, row: TaskRow) -> None:
        """Write a router task that waits for an answer."""
        ...

    def drop_task(self, link: str, task_id: str) -> None:
        """Remove a router task that waits no more."""
        ...


class FleetLedger(Protocol):
    """What the ledger knows of many links at once. Reads come in batches; every write repeats harmlessly."""

    def key_since(self, links: Collection[str]) -> dict[str, KeySince]:
        """Read since when links use their keys; a link that nobody wrote down is missing."""
        ...

    def set_key_since(self, link: str, key: KeySince) -> None:
        """Write down since when a link uses its key; a repeat writes the same."""
        ...

    def pauses(self, links: Collection[str]) -> dict[str, Pause]:
        """Read which links' automation is paused."""
        ...

    def rotating(self, links: Collection[str], groups: Collection[str]) -> dict[str, Owner]:
        """Read who rotates links or groups now, by the link's id or the group's name."""
        ...

    def maintenances(self) -> tuple[Maintenance, ...]:
        """Read every maintenance that is known."""
        ...

    def put_maintenance(self, maintenance: Maintenance) -> None:
        """Write a maintenance down; what another page of the same event said stays."""
        ...

    def drop_maintenance(self, event: str) -> None:
        """Forget a maintenance that is closed."""
        ...

    def take_fleet(self, owner: Owner) -> Owner | None:
        """Take the fleet's lock; returns None when it is ours, else who holds it."""
        ...

    def free_fleet(self, execution: str) -> None:
        """Free the fleet's lock if this execution holds it."""
        ...

    def fleet_record(self, run: str, started_at: datetime, record: dict[str, Any]) -> None:
        """Write a fleet run's record, whole; a repeat writes the same."""
        ...


class RouterDesk(Protocol):
    """Where router tasks go: people (SNS), the agent (SQS), or nobody."""

    def send(self, mode: RouterMode, message: dict[str, Any]) -> None:
        """Send a router task with its token; a repeat sends the same task again."""
        ...

    def declare(self, token: str, answer: dict[str, Any]) -> None:
        """Answer our own task where the owner declares that routers fetch keys by themselves."""
        ...


class Herald(Protocol):
    """How the world hears of what happened."""

    def event(self, detail_type: str, detail: dict[str, Any]) -> None:
        """Put an event on the bus."""
        ...

    def alert(self, subject: str, text: str) -> None:
        """Tell people."""
        ...


class Executions(Protocol):
    """Step Functions, as far as locks ask about it."""

    def ended_at(self, execution_arn: str) -> datetime | None:
        """Tell when an execution ended; None while it runs or when nobody knows it."""
        ...


class Rotations(Protocol):
    """`RotateKey`, for those that start it and ask how it went."""

    def start(self, name: str, request: dict[str, Any]) -> bool:
        """Start a rotation under a name; False when that name was used before, whatever became of it."""
        ...

    def run(self, name: str) -> RotationRun | None:
        """Describe the rotation of a name; None when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """The deployer's choices that steps need; each is a field of the configuration table."""

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
    max_key_age: timedelta
    windows: tuple[Window, ...]
    max_links_a_wave: int
    maintenance_clearance: timedelta
    tags_may_loosen: bool


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
    router_desk: RouterDesk
    herald: Herald
    executions: Executions
    rotations: Rotations
    limits: Limits
