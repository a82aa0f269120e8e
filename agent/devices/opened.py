"""A device with an open session: its key chains, the keys that they hold, and the CKN in use on its ports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.driver import RouterDriverError
from agent.masking import masked
from agent.platforms.platform import UnreadableError, held, superseded
from dxmacsec.model import same_ckn

if TYPE_CHECKING:
    from datetime import datetime

    from agent.devices.session import DeviceSession
    from agent.driver import PortCkns
    from agent.platforms.platform import HeldKey, Lines, Place, Platform
    from agent.task import RouterTask


@dataclass(frozen=True, slots=True)
class Opened:
    """A device with an open session, and the ports of the task that end on it."""

    name: str
    platform: Platform
    session: DeviceSession
    ports: dict[str, Place]

    def places(self) -> tuple[Place, ...]:
        """Return one place of each key chain: several ports may share one."""
        return tuple({place.chain: place for place in self.ports.values()}.values())

    def keys(self, place: Place) -> tuple[HeldKey, ...]:
        """Read the keys of a chain."""
        return self.platform.read_keys(place, self.session.show(self.platform.show_keys(place)))

    def in_use(self) -> dict[str, str | None]:
        """Read the CKN in use on every port."""
        return {
            port: self.platform.in_use(self.session.show(self.platform.show_session(place)))
            for port, place in self.ports.items()
        }

    def send(self, lines: Lines, secrets: Sequence[str] = ()) -> None:
        """Send lines, if there are any; what the device says of them is masked."""
        if not lines:
            return
        try:
            self.session.configure(lines)
        except RouterDriverError as error:
            text = masked(str(error), secrets)
        else:
            return
        raise RouterDriverError(text)


def in_use(devices: Sequence[Opened]) -> dict[str, str | None]:
    """Read the CKN in use on every port of the devices."""
    return {port: ckn for device in devices for port, ckn in device.in_use().items()}


def moved(used: PortCkns, ckn: str) -> bool:
    """Tell whether every port uses the key."""
    return all(each is not None and same_ckn(each, ckn) for each in used.values())


def read_whole(device: Opened, place: Place) -> tuple[HeldKey, ...]:
    """Return the keys of a chain; one that can't be read must not count as empty, where a new key is used at once.

    Raises:
        UnreadableError: a port of the chain uses a key that is not among them.
    """
    keys = device.keys(place)
    for port, ckn in device.in_use().items():
        if ckn and device.ports[port].chain == place.chain and held(keys, ckn) is None:
            message = f"{device.name}: key chain {place.chain} as {port} has it doesn't show the key {ckn[:8]} in use"
            raise UnreadableError(message)
    return keys


def check_none_in_use(used: PortCkns, task: RouterTask) -> None:
    """Check that every port uses a key, and none of the old ones: an old one may be what a dark port comes back with.

    Raises:
        RouterDriverError: one does, or uses none.
    """
    for port, ckn in used.items():
        if ckn is None:
            message = f"{port}: no session is secured; the old keys stay"
            raise RouterDriverError(message)
        if any(same_ckn(ckn, old) for old in task.old_ckns):
            message = f"{port}: the key {ckn[:8]} is in use; it stays"
            raise RouterDriverError(message)


def holding(device: Opened, place: Place, task: RouterTask) -> tuple[HeldKey, ...]:
    """Return the keys of a chain, of which one is that of the task.

    Raises:
        RouterDriverError: none is.
    """
    keys, ckn = device.keys(place), task.ckn or ""
    if held(keys, ckn) is None:
        message = f"{device.name}: key chain {place.chain} holds no key {ckn[:8]}"
        raise RouterDriverError(message)
    return keys


def prefer(device: Opened, place: Place, task: RouterTask, at: datetime) -> None:
    """Move the sessions of a chain to the key of the task at a moment.

    Raises:
        RouterDriverError: it isn't there.
    """
    keys = holding(device, place, task)
    _send(device, device.platform.prefer(place, task.ckn or "", task.old_ckns, keys, at), keys)


def prefer_old(device: Opened, place: Place, task: RouterTask, at: datetime) -> None:
    """Move the sessions of a chain back to the first old key that it holds; where keys have an end the new one ends."""
    keys = device.keys(place)
    old = next(
        (ckn for ckn in task.old_ckns if (key := held(keys, ckn)) and superseded(key, (ckn,), task.ckn or "")), None
    )
    if old is not None:
        _send(device, device.platform.prefer(place, old, [task.ckn or ""], keys, at), keys)


def revive(devices: Sequence[Opened], task: RouterTask) -> bool:
    """Let the old keys be valid for ever again; tells whether one of them was not.

    Raises:
        RouterDriverError: a device refused it, or is gone; the others have been told all the same.
    """
    old = [ckn for ckn in task.old_ckns if not same_ckn(ckn, task.ckn or "")]
    revived, said = False, []
    for device in devices:
        try:
            for place in device.places():
                lines = device.platform.revive(place, old, device.keys(place))
                device.send(lines)
                revived = revived or bool(lines)
        except (RouterDriverError, UnreadableError) as error:
            said.append(f"{device.name}: the old keys may have ended: {error}")
    if said:
        raise RouterDriverError("; ".join(said))
    return revived


def _send(device: Opened, lines: Lines, keys: Sequence[HeldKey]) -> None:
    device.send(lines, [key.stored.split()[-1] for key in keys if key.stored])
