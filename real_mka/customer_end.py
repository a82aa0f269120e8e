"""The customers' ends: the product's agent drives a real peer; the twin's router is told the same, and compared."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dxmacsec.model import Cak, KeyPair
from real_mka.flows import Moment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from agent.driver import PortCkns, RouterDriver
    from agent.task import RouterTask


@dataclass(frozen=True, slots=True)
class Answers:
    """What the real peer and the twin's router said to one router task: the CKN in use on the link's only port.

    `asked` and `answered` are when the real peer began and ended, as moments of the line.
    """

    link: str
    task: str
    ckn: str | None
    real: str | None
    twin: str | None
    asked: Moment
    answered: Moment

    @property
    def alike(self) -> bool:
        """Tell whether both name the same key."""
        return self.real == self.twin


@dataclass(frozen=True, slots=True)
class CustomersEnds:
    """A driver that gives each task to the real peer of its link and to the twin's router.

    The answer that goes to the product is the real one. A link in `misled` gets another CAK than the key
    secret holds, at both, as from a slip of the hand.
    """

    real: Mapping[str, RouterDriver]
    twin: RouterDriver
    now: Callable[[], float]
    misled: frozenset[str] = frozenset()
    answers: list[Answers] = field(default_factory=list)

    def install(self, task: RouterTask, pair: KeyPair) -> PortCkns:
        """Install the pair, or one with a wrong CAK."""
        given = with_wrong_cak(pair) if task.link in self.misled else pair
        return self._asked(task, lambda driver: driver.install(task, given))

    def prove(self, task: RouterTask) -> PortCkns:
        """Prefer the new key."""
        return self._asked(task, lambda driver: driver.prove(task))

    def confirm(self, task: RouterTask) -> PortCkns:
        """Read what is in use."""
        return self._asked(task, lambda driver: driver.confirm(task))

    def remove(self, task: RouterTask) -> PortCkns:
        """Take the old keys off."""
        return self._asked(task, lambda driver: driver.remove(task))

    def _asked(self, task: RouterTask, ask: Callable[[RouterDriver], PortCkns]) -> PortCkns:
        """Ask both at once: each takes its time, and the task has one deadline."""
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(ask, self.twin)
            began = Moment(self.now(), f"the router begins to {task.task.value}")
            real = ask(self.real[task.link])
            done = Moment(self.now(), f"the router has done: {task.task.value}")
            twin = asked.result()
        (port,) = task.ports
        used, played = real.get(port), twin.get(port)
        self.answers.append(Answers(task.link, task.task.value, task.ckn, used, played and played.lower(), began, done))
        return real


def with_wrong_cak(pair: KeyPair) -> KeyPair:
    """Return the pair with one digit of its CAK changed."""
    digits = pair.cak.reveal()
    return KeyPair(pair.ckn, Cak(digits[:-1] + f"{int(digits[-1], 16) ^ 1:x}"))
