"""One account of the embedded AWS: its Direct Connect, its bus, and what is deployed in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sandbox.cloud.account import ACCOUNT_ID
from sandbox.cloud.clients import Clients
from sandbox.cloud.delivery import Delivery
from sandbox.cloud.deploy import Deployer
from sandbox.cloud.journal import Journal
from sandbox.cloud.managed_secrets import ManagedSecrets
from sandbox.cloud.metrics import Metric, metrics_in
from sandbox.cloud.moto_patches import Event
from sandbox.cloud.moto_patches.log_groups import messages
from sandbox.cloud.principals import PERSON
from sandbox.cloud.trail import trail
from sandbox.cloud.vocabulary import Client
from sandbox.cloud.workers import Worker, Workers
from sandbox.twin import DEFAULT_ESTATE, DirectConnectTwin, Estate, ScaledClock, VirtualClock, World


@dataclass(frozen=True)
class AccountPlan:
    """An account that is played: its twelve digits, its links, and its stacks; None deploys all of the assembly."""

    id: str = ACCOUNT_ID
    estate: Estate = DEFAULT_ESTATE
    stacks: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Ground:
    """What all accounts of a sandbox stand on; the journal notes the calls of all of them."""

    endpoint: str
    clock: ScaledClock | VirtualClock
    clients: Clients
    journal: Journal
    workers: Workers


class Account:
    """An AWS account on localhost."""

    def __init__(self, plan: AccountPlan, world: World, ground: Ground) -> None:
        """Prepare an account; it is there once it is opened."""
        self._plan, self._played, self._ground = plan, world, ground
        self.id, self.endpoint, self.clock, self.journal = plan.id, ground.endpoint, ground.clock, ground.journal
        self.delivery = Delivery(self.client, plan.id)
        self.managed = ManagedSecrets(ground.clock, plan.id)
        self.outputs: dict[str, str] = {}
        self.twin: DirectConnectTwin

    @property
    def events(self) -> list[Event]:
        """Return every event put on the account's default bus so far."""
        return self.delivery.events()

    def client(self, service: str, principal: str = PERSON) -> Client:
        """Return a boto3 client that calls the account, as a person or as the principal named."""
        return self._ground.clients.client(service, principal, self.id)

    def add_worker(self, worker: Worker) -> None:
        """Run something beside the server, such as the routers, until the sandbox stops."""
        self._ground.workers.add(worker)

    def metrics(self) -> list[Metric]:
        """Return every metric that functions wrote into their logs so far, in the embedded metric format."""
        return metrics_in(messages(self.id))

    def open(self) -> None:
        """Build the links and start the bus; moto must be empty, and its server must not serve yet."""
        self.twin = DirectConnectTwin(
            self._plan.estate, self._played, clock=self.clock, managed_secrets=self.managed, account_id=self.id
        )
        self.twin.on_call.append(trail(self.delivery.publish, self.id))
        self.delivery.start()

    def deploy(self, assembly: Path) -> None:
        """Deploy the account's stacks of a cloud assembly.

        Raises:
            DeployError: a stack could not be deployed.
        """
        s3, ssm, cloudformation = (self.client(service, "cdk") for service in ("s3", "ssm", "cloudformation"))
        self.outputs = Deployer(s3, ssm, cloudformation, self.id).deploy(assembly, stacks=self._plan.stacks)
