"""What the agent asks of a router, and how a driver is found."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.task import RouterTask
    from dxmacsec.model import KeyPair

    PortCkns = Mapping[str, str | None]
    """The CKN in use on each port, None where there is none; read from the device, never assumed."""


class RouterDriverError(Exception):
    """The router could not be brought to do what the task says; the text goes to the rotation's record."""


class NobodyWaitsError(RouterDriverError):
    """The rotation no longer waits for the task: what it has not changed yet stays as it is."""


class RouterDriver(Protocol):
    """One kind of router.

    A task may come twice, so each call first looks whether its work is done already. Every call ends
    with reading from the device which CKN is in use on every port of the task, and returns that.

    A driver with several devices calls `task.stop_if_unwanted()` before it changes the next one.
    """

    def install(self, task: RouterTask, pair: KeyPair) -> PortCkns:
        """Add the pair to the key chain of every port, not preferred; keep what is there.

        Raises:
            RouterDriverError: the device refused, or can't be reached.
        """
        ...

    def prove(self, task: RouterTask) -> PortCkns:
        """Prefer `task.ckn`; a port that stays on another key stops offering it, keeping its configuration.

        Raises:
            RouterDriverError: the device refused, or can't be reached.
        """
        ...

    def confirm(self, task: RouterTask) -> PortCkns:
        """Change nothing; read which CKN is in use now.

        Raises:
            RouterDriverError: the device can't be reached.
        """
        ...

    def remove(self, task: RouterTask) -> PortCkns:
        """Take `task.old_ckns` off every port; never the one that is in use.

        Raises:
            RouterDriverError: the device refused, or can't be reached.
        """
        ...


def load_driver(reference: str) -> RouterDriver:
    """Return the driver that the factory named by `module:factory` makes.

    Raises:
        ValueError: the reference names no factory.
    """
    module_name, _, factory_name = reference.partition(":")
    if not (module_name and factory_name):
        message = f"driver: expected module:factory, got {reference!r}"
        raise ValueError(message)
    factory = getattr(import_module(module_name), factory_name, None)
    if factory is None:
        message = f"driver: {module_name} has no factory {factory_name}"
        raise ValueError(message)
    return cast("RouterDriver", factory())
