"""The controls: ways to change a key that must lose traffic. If one of them lost none, the test could not fail."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.linux.kernel import Kernel
from real_mka.line_keys import begin, keyrings, made_pair, move, prove
from real_mka.machine import MachineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.linux.keyring import Keyring
    from dxmacsec.model import KeyPair
    from real_mka.flows import Direction
    from real_mka.lines import Line

BEFORE_SECONDS = 1.0
TOO_EARLY_SECONDS = 2.0
TOO_LATE_SECONDS = 2.0
DEVICE_SECONDS = 10
LEAST_LOST = 100
"""One second of a flow that sends every 10 ms: less could be a hiccup of the machine."""


@dataclass(frozen=True, slots=True)
class Control:
    """What a control lost, each way."""

    name: str
    to_aws: Direction
    from_aws: Direction

    @property
    def lost(self) -> int:
        """Return what was lost both ways together."""
        return self.to_aws.lost + self.from_aws.lost

    @property
    def loses(self) -> bool:
        """Tell whether it lost what shows that the test can fail."""
        return max(self.to_aws.lost, self.from_aws.lost) >= LEAST_LOST


def swap_in_place(customer: Keyring, aws: Keyring, old: KeyPair, new: KeyPair) -> None:
    """Take the old key off and put the new one in its place, at both ends at once."""
    for keyring in (customer, aws):
        keyring.drop(old.ckn)
    for keyring in (customer, aws):
        keyring.add(new)
    move(new.ckn, customer, aws)


def cut_over_before_secured(customer: Keyring, aws: Keyring, old: KeyPair, new: KeyPair) -> None:
    """Move the customer's traffic to the new key's device because it is there, before MKA has secured it."""
    customer.add(new)
    kernel = Kernel(customer.shell)
    device = _device(customer, new.ckn)
    customer.shell.run(("ip", "link", "set", "dev", device, "up"))
    kernel.route(customer.port, device)
    time.sleep(TOO_EARLY_SECONDS)
    aws.add(new)
    move(new.ckn, customer, aws)
    for keyring in (customer, aws):
        keyring.drop(old.ckn)


def old_removed_at_one_end_first(customer: Keyring, aws: Keyring, old: KeyPair, new: KeyPair) -> None:
    """Let both ends hold both keys, move the customer, and take the old key off there while AWS is still on it."""
    for keyring in (customer, aws):
        keyring.add(new)
    for keyring in (customer, aws):
        prove(keyring, new.ckn)
    move(new.ckn, customer)
    customer.drop(old.ckn)
    time.sleep(TOO_LATE_SECONDS)
    move(new.ckn, aws)
    aws.drop(old.ckn)


CONTROLS: tuple[tuple[str, Callable[[Keyring, Keyring, KeyPair, KeyPair], None]], ...] = (
    ("key swapped in place at both ends", swap_in_place),
    ("cut over before MKA has secured the new key", cut_over_before_secured),
    ("old key removed at one end before the other has moved", old_removed_at_one_end_first),
)


def played(line: Line, name: str, change: Callable[[Keyring, Keyring, KeyPair, KeyPair], None]) -> Control:
    """Play one control on a line of its own.

    Raises:
        MachineError, RouterDriverError: it could not be played, which is no loss.
    """
    old, new = made_pair(), made_pair()
    line.lay()
    begin(line, old)
    flow = line.flow()
    time.sleep(BEFORE_SECONDS)
    change(*keyrings(line), old, new)
    return Control(name, *line.flowed(flow))


def _device(keyring: Keyring, ckn: str) -> str:
    """Return the device of a key that is not secured yet: it exists all the same."""
    deadline = time.monotonic() + DEVICE_SECONDS
    while time.monotonic() < deadline:
        status = keyring.participant(ckn).status()
        device = Kernel(keyring.shell).devices(keyring.port.interface).get(status.sci) if status else None
        if device is not None:
            return device
        time.sleep(0.2)
    message = f"{keyring.port.interface}: no device for {ckn[:8]}"
    raise MachineError(message)
