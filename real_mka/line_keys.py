"""Keys on a line without the product: the first one, and what the controls do by hand."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from agent.linux.participant import PRIORITY
from dxmacsec.model import Cak, KeyPair
from real_mka.lines import AWS_PRIORITY
from real_mka.machine import MachineError

if TYPE_CHECKING:
    from agent.linux.keyring import Keyring
    from real_mka.lines import Line

SECURE_SECONDS = 60
LOOK_SECONDS = 0.3


def made_pair() -> KeyPair:
    """Return a pair as the product makes them: 32 random bytes each."""
    return KeyPair(secrets.token_hex(32), Cak(secrets.token_hex(32)))


def keyrings(line: Line) -> tuple[Keyring, Keyring]:
    """Return the keys of the customer's end and of AWS's."""
    return line.customer.keyring(PRIORITY), line.aws.keyring(AWS_PRIORITY)


def begin(line: Line, pair: KeyPair) -> None:
    """Let a line carry its traffic under its first key.

    Raises:
        MachineError: MKA doesn't come up.
    """
    for keyring in keyrings(line):
        keyring.add(pair)
    move(pair.ckn, *keyrings(line))


def move(ckn: str, *keyrings: Keyring) -> None:
    """Move the traffic of one end, or of both, to a key as soon as MKA has proven it.

    Raises:
        MachineError: MKA doesn't come up.
    """
    deadline, waiting = time.monotonic() + SECURE_SECONDS, list(keyrings)
    while waiting := [keyring for keyring in waiting if not keyring.move_to(ckn)]:
        if time.monotonic() > deadline:
            message = f"{waiting[0].port.interface}: MKA is not up within {SECURE_SECONDS} s"
            raise MachineError(message)
        time.sleep(LOOK_SECONDS)


def prove(keyring: Keyring, ckn: str) -> None:
    """Wait until MKA has proven a key, without moving anything.

    Raises:
        MachineError: MKA doesn't come up.
    """
    deadline = time.monotonic() + SECURE_SECONDS
    while keyring.proven(ckn) is None:
        if time.monotonic() > deadline:
            message = f"{keyring.port.interface}: MKA is not up within {SECURE_SECONDS} s"
            raise MachineError(message)
        time.sleep(LOOK_SECONDS)
