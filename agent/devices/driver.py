"""Drives network devices: looks first, sends what is missing, reads back which CKN is in use on every port.

It may be killed between any two commands and asked again: what is there already is not sent twice, half a key is made
anew, and the configuration is saved even when nothing was left to send.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from agent.devices.opened import (
    Opened,
    check_none_in_use,
    holding,
    in_use,
    moved,
    prefer,
    prefer_old,
    read_whole,
    revive,
)
from agent.driver import RouterDriverError
from agent.platforms import PLATFORMS
from agent.platforms.platform import UnreadableError

if TYPE_CHECKING:
    from agent.devices.session import Login
    from agent.devices.settings import DevicesSettings
    from agent.driver import PortCkns
    from agent.task import RouterTask
    from dxmacsec.model import KeyPair


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
            chains = [(device, place, read_whole(device, place)) for device in devices for place in device.places()]
            for device, place, keys in chains:
                task.stop_if_unwanted()
                device.send(device.platform.add(place, pair.ckn, cak, keys, self._clock()), [cak])
            for device in devices:
                device.session.save()
            return in_use(devices)

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
            used = in_use(devices)
            if not moved(used, ckn):
                used = self._switch(devices, task)
            if moved(used, ckn) and revive(devices, task) and not self._stays(devices, ckn):
                used = self._switch(devices, task)
            if not moved(used, ckn):
                revive(devices, task)
                self._go_back(devices, task)
                used = in_use(devices)
            for device in devices:
                device.session.save()
            return used

    def _switch(self, devices: Sequence[Opened], task: RouterTask) -> dict[str, str | None]:
        """Prefer the key, and wait for the sessions that don't move at once; a failure leaves no old key ended."""
        at = (self._clock() + timedelta(seconds=self._settings.lead_seconds)).replace(microsecond=0)
        try:
            for device in devices:
                task.stop_if_unwanted()
                for place in device.places():
                    prefer(device, place, task, at)
            until = min(self._clock() + timedelta(seconds=self._settings.settle_seconds), task.deadline)
            while not moved(used := in_use(devices), task.ckn or "") and self._clock() < until:
                self._wait(self._settings.poll_seconds)
        except (RouterDriverError, UnreadableError) as error:
            try:
                revive(devices, task)
            except RouterDriverError as later:
                message = f"{error}; {later}"
                raise RouterDriverError(message) from error
            raise
        return used

    def _go_back(self, devices: Sequence[Opened], task: RouterTask) -> None:
        """Prefer an old key again where a port stays dark: its device clings to the new key, which doesn't come up.

        It starts after the new one, which starts a lead from now at the latest.
        """
        until = self._clock() + timedelta(seconds=self._settings.stay_seconds)
        while None in (used := in_use(devices)).values() and self._clock() < until:
            self._wait(self._settings.poll_seconds)
        at = (self._clock() + timedelta(seconds=self._settings.lead_seconds + 1)).replace(microsecond=0)
        for device in devices:
            dark = {place.chain for port, place in device.ports.items() if used[port] is None}
            for place in device.places():
                if place.chain in dark:
                    prefer_old(device, place, task, at)

    def _stays(self, devices: Sequence[Opened], ckn: str) -> bool:
        """Tell whether every session stays on the key for a while."""
        until = self._clock() + timedelta(seconds=self._settings.stay_seconds)
        while stayed := moved(in_use(devices), ckn):
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
            return in_use(devices)

    def remove(self, task: RouterTask) -> PortCkns:
        """Take the old keys off every key chain, while each port is secured by another key and the new one is there.

        Raises:
            RouterDriverError: see `install`; or one of them is in use, a port uses none, or a chain lacks the new key.
        """
        with self._opened(task) as devices:
            check_none_in_use(in_use(devices), task)
            chains = [(device, place, holding(device, place, task)) for device in devices for place in device.places()]
            for device, place, keys in chains:
                task.stop_if_unwanted()
                device.send(device.platform.remove(place, task.old_ckns, keys))
            for device in devices:
                device.session.save()
            return in_use(devices)

    def look(self) -> dict[str, str | None]:
        """Read the CKN in use on every port that is configured; changes nothing.

        Raises:
            RouterDriverError: a device can't be reached.
        """
        with self._sessions(tuple(self._settings.ports)) as devices:
            return in_use(devices)

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
