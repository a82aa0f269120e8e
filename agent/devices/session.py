"""A command line on a device; Netmiko speaks it."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Protocol

from agent.credentials import Credential, read_credential
from agent.devices import named_session
from agent.driver import RouterDriverError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_secretsmanager.client import SecretsManagerClient

    from agent.devices.settings import DeviceSettings
    from agent.platforms.platform import Platform

CONNECT_SECONDS = 30
READ_SECONDS = 60

REFUSED = (
    r"(?im)^\s*% ?(?:invalid|incomplete|ambiguous|error|failed|unknown)"
    r"|^\s*\^?\s*(?:syntax error|unknown command|error:)"
)
"""How the five platforms say that a line is wrong."""


class DeviceError(RouterDriverError):
    """A device can't be reached, or refused a line; the text may quote the line, so whoever knows secrets masks it."""


class DeviceSession(Protocol):
    """An open command line."""

    def show(self, command: str) -> str:
        """Return what a command prints.

        Raises:
            DeviceError: the device refused it, or is gone.
        """
        ...

    def configure(self, lines: Sequence[str]) -> None:
        """Send lines and make them count, all or none where the platform has transactions.

        Raises:
            DeviceError: the device refused one, or is gone.
        """
        ...

    def save(self) -> None:
        """Write the configuration where a restart finds it; repeating it is safe.

        Raises:
            DeviceError: see `configure`.
        """
        ...

    def close(self) -> None:
        """Log out."""
        ...


class Login(Protocol):
    """How a session is opened."""

    def __call__(self, name: str, device: DeviceSettings, platform: Platform) -> DeviceSession:
        """Open a session.

        Raises:
            RouterDriverError: the device can't be reached, or the credentials can't be read or are refused.
        """
        ...


class NetmikoLogin:
    """Opens sessions over SSH, with credentials that are read anew each time."""

    def __init__(self, secrets_manager: SecretsManagerClient) -> None:
        """Take the client that reads credentials.

        Raises:
            RouterDriverError: Netmiko is not installed.
        """
        _netmiko()
        # Its debug lines hold whatever is written to a device, CAKs among it.
        logging.getLogger("netmiko").setLevel(logging.INFO)
        self._secrets_manager = secrets_manager

    def __call__(self, name: str, device: DeviceSettings, platform: Platform) -> NetmikoSession:
        """Open a session; a host key that isn't known is refused."""
        netmiko = _netmiko()
        arguments = {
            "device_type": platform.netmiko_type,
            "host": device.host,
            "port": device.port,
            "username": self._read(device.username),
            "password": self._read(device.password) if device.password else None,
            "use_keys": device.key_file is not None,
            "key_file": device.key_file,
            "ssh_strict": True,
            "system_host_keys": device.known_hosts is None,
            "alt_host_keys": device.known_hosts is not None,
            "alt_key_file": device.known_hosts or "",
            "conn_timeout": CONNECT_SECONDS,
        }
        try:
            return NetmikoSession(name, netmiko.ConnectHandler(**arguments), platform, save=device.save)
        except _failures() as error:
            message = f"{name}: no session: {_in_short(error)}"
            raise DeviceError(message) from error

    def _read(self, value: str | Credential) -> str:
        return read_credential(value, self._secrets_manager) if isinstance(value, Credential) else value


class NetmikoSession:
    """One session of Netmiko."""

    def __init__(self, name: str, connection: Any, platform: Platform, *, save: bool) -> None:  # noqa: ANN401 - Netmiko's own classes share no type of use here
        """Take an open connection."""
        self._name, self._connection, self._platform, self._save = name, connection, platform, save

    def show(self, command: str) -> str:
        """Return what a command prints."""
        return self._said(lambda: self._connection.send_command(command, read_timeout=READ_SECONDS), command)

    def configure(self, lines: Sequence[str]) -> None:
        """Send lines; where the platform commits they count together, and a refusal leaves nothing behind."""
        self._said(lambda: self._sent(lines), "the configuration")

    def save(self) -> None:
        """Write the configuration to the start-up configuration, where the platform and the settings have it."""
        if self._save and self._platform.save:
            self._said(self._connection.save_config, "saving")

    def close(self) -> None:
        """Log out."""
        self._connection.disconnect()

    def _sent(self, lines: Sequence[str]) -> str:
        """Send lines; IOS XR and Junos drop what is not committed when the session ends, EOS must be told to."""
        if self._platform.name == "eos":
            reading = {"error_pattern": REFUSED, "read_timeout": READ_SECONDS}
            return named_session.sent(self._connection, self._platform.enter, lines, **reading)
        commits = self._platform.leave[0].startswith("commit")
        out = str(
            self._connection.send_config_set(
                list(lines),
                config_mode_command=self._platform.enter,
                exit_config_mode=not commits,
                error_pattern=REFUSED,
                read_timeout=READ_SECONDS,
            )
        )
        if commits:
            self._connection.commit()
            self._connection.exit_config_mode()
        return out

    def _said(self, ask: Any, what: str) -> str:  # noqa: ANN401 - any call of Netmiko
        try:
            out = str(ask())
        except _failures() as error:
            message = f"{self._name}: {what}: {_in_short(error)}"
            # Not chained: Netmiko's error quotes the whole dialogue.
            raise DeviceError(message) from None
        if refused := re.search(REFUSED, out):
            message = f"{self._name}: {what}: {out[refused.start() :].strip().splitlines()[0]}"
            raise DeviceError(message)
        return out


def _netmiko() -> Any:  # noqa: ANN401 - a module
    try:
        import netmiko  # noqa: PLC0415 - an optional extra, and slow to load
    except ImportError as error:
        message = "the devices driver needs Netmiko: install the extra `devices` (pip install 'dxmacsec[devices]')"
        raise RouterDriverError(message) from error
    return netmiko


def _failures() -> tuple[type[Exception], ...]:
    """Return what Netmiko and the SSH library below it raise; they share no base."""
    import paramiko  # type: ignore[import-untyped]  # noqa: PLC0415 - comes with Netmiko; it has no types

    base: type[Exception] = _netmiko().NetmikoBaseException
    return base, paramiko.SSHException, OSError, EOFError, ValueError


def _in_short(error: BaseException) -> str:
    """Return the first and the last line: in between Netmiko guesses at causes."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return ": ".join(dict.fromkeys([type(error).__name__, *lines[:1], *lines[-1:]]))
