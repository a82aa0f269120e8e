"""Drives network devices: looks first, sends what is missing, reads back which CKN is in use on every port.

It may be killed between any two commands and asked again: what is there already is not sent twice, half a key is made
anew, and the configuration is saved even when nothing was left to send.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from agent.driver import RouterDriverError
from agent.masking import masked
from agent.platforms import PLATFORMS
from agent.platforms.platform import UnreadableError, held
from dxmacsec.model import same_ckn

if TYPE_CHECKING:
    from agent.devices.session import DeviceSession, Login
    from agent.devices.settings import DevicesSettings
    from agent.driver import PortCkns
    from agent.platforms.platform import HeldKey, Lines, Place, Platform
    from agent.task import RouterTask
    from dxmacsec.model import KeyPair


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


class DevicesDriver:
    """Drives the devices of a site."""

    def __init__(
        self,
        settings: DevicesSettings,
        login: Login,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the settings, how sessions are opened, the clock, and how to wait."""
        self._settings, self._login, self._clock, self._wait = settings, login, clock, wait

    def install(self, task: RouterTask, pair: KeyPair) -> PortCkns:
        """Add the pair to every key chain that doesn't hold it, not preferred.

        Raises:
            RouterDriverError: a port is unknown here, a device can't be reached, refused a line, has no room, or shows
                a key chain without the key that is in use.
        """
        cak = pair.cak.reveal()
        with self._opened(task) as devices:
            chains = [(device, place, _read_whole(device, place)) for device in devices for place in device.places()]
            for device, place, keys in chains:
                device.send(device.platform.add(place, pair.ckn, cak, keys, self._clock()), [cak])
            for device in devices:
                device.session.save()
            return _in_use(devices)

    def prove(self, task: RouterTask) -> PortCkns:
        """Move every session to the key, and give the old keys back the lifetime that this took from them.

        They must be valid until *remove*: where the new key doesn't come up, and where Direct Connect asks an old one
        back later, nobody asks the router again. A device that returns to an old key as soon as it is valid has them
        ended a second time, and they stay ended.

        Raises:
            RouterDriverError: see `install`; or a key chain doesn't hold the key.
        """
        ckn = task.ckn or ""
        with self._opened(task) as devices:
            used = _in_use(devices)
            if not _moved(used, ckn):
                used = self._switch(devices, task)
            if _moved(used, ckn) and _revive(devices, task) and not self._stays(devices, ckn):
                used = self._switch(devices, task)
            if not _moved(used, ckn):
                _revive(devices, task)
                used = _in_use(devices)
            for device in devices:
                device.session.save()
            return used

    def _switch(self, devices: Sequence[Opened], task: RouterTask) -> dict[str, str | None]:
        """Prefer the key, and wait for the sessions that don't move at once; a failure leaves no old key ended."""
        at = (self._clock() + timedelta(seconds=self._settings.lead_seconds)).replace(microsecond=0)
        try:
            for device in devices:
                for place in device.places():
                    _prefer(device, place, task, at)
            until = min(self._clock() + timedelta(seconds=self._settings.settle_seconds), task.deadline)
            while not _moved(used := _in_use(devices), task.ckn or "") and self._clock() < until:
                self._wait(self._settings.poll_seconds)
        except (RouterDriverError, UnreadableError) as error:
            _revive_after(error, devices, task)
            raise
        return used

    def _stays(self, devices: Sequence[Opened], ckn: str) -> bool:
        """Tell whether every session stays on the key for a while."""
        until = self._clock() + timedelta(seconds=self._settings.stay_seconds)
        while stayed := _moved(_in_use(devices), ckn):
            if self._clock() >= until:
                break
            self._wait(self._settings.poll_seconds)
        return stayed

    def confirm(self, task: RouterTask) -> PortCkns:
        """Read which key is in use now.

        Raises:
            RouterDriverError: a port is unknown here, or a device can't be reached.
        """
        with self._opened(task) as devices:
            return _in_use(devices)

    def remove(self, task: RouterTask) -> PortCkns:
        """Take the old keys off every key chain, while each port is secured by another key and the new one is there.

        Raises:
            RouterDriverError: see `install`; or one of them is in use, a port uses none, or a chain lacks the new key.
        """
        with self._opened(task) as devices:
            _check_none_in_use(_in_use(devices), task)
            chains = [(device, place, _holding(device, place, task)) for device in devices for place in device.places()]
            for device, place, keys in chains:
                device.send(device.platform.remove(place, task.old_ckns, keys))
            for device in devices:
                device.session.save()
            return _in_use(devices)

    def look(self) -> dict[str, str | None]:
        """Read the CKN in use on every port that is configured; changes nothing.

        Raises:
            RouterDriverError: a device can't be reached.
        """
        with self._sessions(tuple(self._settings.ports)) as devices:
            return _in_use(devices)

    @contextmanager
    def _opened(self, task: RouterTask) -> Iterator[list[Opened]]:
        unknown = [port for port in task.ports if port not in self._settings.ports]
        if unknown:
            message = f"{task.link}: no device has the port {', '.join(unknown)}"
            raise RouterDriverError(message)
        for port in task.ports:
            if (stated := self._settings.ports[port].link) and stated != task.link:
                message = f"{port}: the configuration has it as a port of {stated}, not of {task.link}"
                raise RouterDriverError(message)
        with self._sessions(task.ports) as devices:
            yield devices

    @contextmanager
    def _sessions(self, ports: Sequence[str]) -> Iterator[list[Opened]]:
        """Open one session a device, and log out of all of them, whatever happens."""
        opened: list[Opened] = []
        try:
            for name in dict.fromkeys(self._settings.ports[port].device for port in ports):
                device = self._settings.devices[name]
                platform = PLATFORMS[device.platform]
                here = {
                    port: self._settings.ports[port].place
                    for port in ports
                    if self._settings.ports[port].device == name
                }
                opened.append(Opened(name, platform, self._login(name, device, platform), here))
            yield opened
        except UnreadableError as error:
            raise RouterDriverError(str(error)) from error
        finally:
            for each in opened:
                each.session.close()


def _in_use(devices: Sequence[Opened]) -> dict[str, str | None]:
    return {port: ckn for device in devices for port, ckn in device.in_use().items()}


def _moved(used: dict[str, str | None], ckn: str) -> bool:
    return all(each is not None and same_ckn(each, ckn) for each in used.values())


def _read_whole(device: Opened, place: Place) -> tuple[HeldKey, ...]:
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


def _check_none_in_use(used: PortCkns, task: RouterTask) -> None:
    """Raise RouterDriverError where a port uses an old key, or none: the old one may be what it comes back with."""
    for port, ckn in used.items():
        if ckn is None:
            message = f"{port}: no session is secured; the old keys stay"
            raise RouterDriverError(message)
        if any(same_ckn(ckn, old) for old in task.old_ckns):
            message = f"{port}: the key {ckn[:8]} is in use; it stays"
            raise RouterDriverError(message)


def _holding(device: Opened, place: Place, task: RouterTask) -> tuple[HeldKey, ...]:
    """Return the keys of a chain, of which one is that of the task; raises RouterDriverError where none is."""
    keys, ckn = device.keys(place), task.ckn or ""
    if held(keys, ckn) is None:
        message = f"{device.name}: key chain {place.chain} holds no key {ckn[:8]}"
        raise RouterDriverError(message)
    return keys


def _prefer(device: Opened, place: Place, task: RouterTask, at: datetime) -> None:
    keys, ckn = _holding(device, place, task), task.ckn or ""
    stored = [key.stored.split()[-1] for key in keys if key.stored]
    device.send(device.platform.prefer(place, ckn, task.old_ckns, keys, at), stored)


def _revive(devices: Sequence[Opened], task: RouterTask) -> bool:
    """Let the old keys be valid for ever again; tells whether one of them was not."""
    revived = False
    old = [ckn for ckn in task.old_ckns if not same_ckn(ckn, task.ckn or "")]
    for device in devices:
        for place in device.places():
            lines = device.platform.revive(place, old, device.keys(place))
            device.send(lines)
            revived = revived or bool(lines)
    return revived


def _revive_after(error: Exception, devices: Sequence[Opened], task: RouterTask) -> None:
    """Revive the old keys on every device that still answers.

    Raises:
        RouterDriverError: a device doesn't answer; the text holds what came before, too.
    """
    said = [str(error)]
    for device in devices:
        try:
            _revive([device], task)
        except (RouterDriverError, UnreadableError) as later:
            said.append(f"{device.name}: the old keys may have ended: {later}")
    if len(said) > 1:
        raise RouterDriverError("; ".join(said)) from error
