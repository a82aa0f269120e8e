"""The deployed product rotates a link whose two ends are real peers in the virtual machine."""

from __future__ import annotations

import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.linux.driver import LinuxDriver
from agent.linux.settings import LinuxSettings
from agent.worker import Clients, Worker
from dxmacsec.model import Cak, KeyPair
from real_mka.aws_end import AwsEnd
from real_mka.customer_end import Answers, CustomersEnds
from real_mka.estate import MISLED, ROTATED, VLAN
from real_mka.line_keys import begin
from real_mka.lines import AWS_PRIORITY, Line
from sandbox.routers import TwinDriver
from sandbox.twin.building import hand_made_pair
from tests.workflow.deployed import Deployed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from real_mka.flows import Moment
    from real_mka.machine import Machine
    from sandbox.cloud import Sandbox
    from tests.workflow.deployed import Ended

AGENTS = 2
SECURE_SECONDS = 15
"""How long a customer's end waits for MKA: less than the sandbox's deadline of a router task (21 s)."""

SETTLE_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Place:
    """One link: its line in the virtual machine, the peer at AWS's end, the pair that it began with."""

    link: str
    line: Line
    aws: AwsEnd
    first: KeyPair


class Site:
    """Both links with the agent that serves them, joined to a running sandbox."""

    def __init__(self, sandbox: Sandbox, machine: Machine) -> None:
        """Join a sandbox and a machine that run."""
        self.deployed = Deployed(sandbox)
        self._sandbox, self._machine = sandbox, machine
        self._stopping = threading.Event()
        self.places = {link: self._place(link, number) for number, link in enumerate((ROTATED, MISLED), 1)}
        self._ends = CustomersEnds(
            real={place.link: self._driver(place) for place in self.places.values()},
            twin=TwinDriver(sandbox.twin, self._stopping),
            now=machine.now,
            misled=frozenset({MISLED}),
        )

    @property
    def answers(self) -> list[Answers]:
        """Return what real peers and twin said to each router task so far."""
        return list(self._ends.answers)

    def moments(self, link: str) -> tuple[Moment, ...]:
        """Return what was done on a link's line so far, at both ends."""
        router = (moment for each in self.answers if each.link == link for moment in (each.asked, each.answered))
        return (*self.places[link].aws.moments, *router)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Let the agent and AWS's ends work while the block runs; what fails in one of them is raised at its end.

        Raises:
            RouterDriverError, MachineError: an end could not do its work.
        """
        with ThreadPoolExecutor(AGENTS + len(self.places)) as pool:
            self._working: list[Future[None]] = [pool.submit(self._agent) for _ in range(AGENTS)]
            self._working += [pool.submit(place.aws.run, self._stopping) for place in self.places.values()]
            try:
                yield
            finally:
                self._stopping.set()
            for work in self._working:
                work.result()

    def rotate(self, link: str) -> Ended:
        """Rotate a link by the deployed `RotateKey`; wait for its end, and until AWS's end has followed.

        Raises:
            Exception: what an end that could not do its work has raised meanwhile.
        """
        arn = self.deployed.start({"link": link})
        with ThreadPoolExecutor(1) as pool:
            ending = pool.submit(self.deployed.ended, arn)
            everybody: list[Future[Any]] = [ending, *self._working]
            wait(everybody, return_when=FIRST_COMPLETED)
            for work in self._working:
                if work.done():
                    work.result()
            ended = ending.result()
        self._settle(link)
        return ended

    def pair(self, link: str, label: str = "DxInUse") -> KeyPair:
        """Return the pair that the key secret holds under a label."""
        stored = self.deployed.pair(link, label)
        return KeyPair(stored["ckn"].lower(), Cak(stored["cak"]))

    def begin(self) -> None:
        """Lay both lines and let them carry traffic under the keys that were made by hand, before any rotation."""
        with ThreadPoolExecutor(len(self.places)) as pool:
            list(pool.map(self._begin, self.places.values()))

    def _begin(self, place: Place) -> None:
        place.line.lay()
        place.line.capture()
        begin(place.line, place.first)

    def _settle(self, link: str) -> None:
        """Wait until AWS's end has taken off what the key chain holds no more."""
        place, deadline = self.places[link], time.monotonic() + SETTLE_SECONDS
        chain = {key["ckn"].lower() for key in self.deployed.keys(link)}
        while set(place.aws.offered_at) - set(place.aws.removed_at) != chain and time.monotonic() < deadline:
            time.sleep(0.2)

    def _place(self, link: str, number: int) -> Place:
        line = Line(self._machine, f"l{number}", link, number, VLAN)
        twin = self._sandbox.twin
        aws = AwsEnd(link, line.aws.keyring(AWS_PRIORITY), lambda: twin.key_lives(link), self._machine.now)
        made = hand_made_pair(link, 1)
        first = KeyPair(made.ckn.lower(), Cak(made.cak.reveal()))
        aws.learn(first)
        twin.on_call.append(aws.heard)
        return Place(link, line, aws, first)

    @staticmethod
    def _driver(place: Place) -> LinuxDriver:
        end = place.line.customer
        settings = LinuxSettings({place.link: end.port}, end.folder, secure_seconds=SECURE_SECONDS)
        return LinuxDriver(settings, end.shell)

    def _agent(self) -> None:
        Worker(
            clients=Clients(
                sqs=self._sandbox.client("sqs", "router-agent"),
                step_functions=self._sandbox.client("stepfunctions", "router-agent"),
                secrets_manager=self._sandbox.client("secretsmanager", "router-agent"),
            ),
            driver=self._ends,
            queue_url=self._sandbox.outputs["RouterTasksUrl"],
            name="real-mka",
            heartbeat_seconds=1,
            poll_seconds=1,
            retry_seconds=0.5,
        ).run(self._stopping)
