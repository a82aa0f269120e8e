"""What the devices driver is told: which port of Direct Connect ends on which device and interface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent.credentials import Credential
from agent.platforms.platform import Place


@dataclass(frozen=True, slots=True)
class DeviceSettings:
    """One device: its platform, and how to log in.

    Attributes:
        platform: a name of `agent.platforms.PLATFORMS`.
        host: its name or address; `port` is that of SSH.
        username: as itself, or where it is kept; `password` only ever says where it is kept.
        key_file: a private key for SSH.
        known_hosts: the host keys that are trusted; None trusts those of the user that the agent runs as.
        save: whether a change is written to the start-up configuration.
    """

    platform: str
    host: str
    username: str | Credential
    password: Credential | None = None
    key_file: str | None = None
    known_hosts: str | None = None
    port: int = 22
    save: bool = True


@dataclass(frozen=True, slots=True)
class DevicePort:
    """Where one port of Direct Connect ends: a device, and the place on it.

    Attributes:
        link: the LAG that it is a member of; None where that isn't said. Ports of one link may share a key chain.
    """

    device: str
    place: Place
    link: str | None = None


@dataclass(frozen=True, slots=True)
class DevicesSettings:
    """Devices by name, ports by their connection id, and the times of a change.

    Attributes:
        lead_seconds: how far ahead a rollover is set, so that the lines are in before it comes.
        settle_seconds: how long *prove* waits for the sessions to move: the lead, and twice an MKA life time of 6 s.
        stay_seconds: how long *prove* looks whether the sessions stay where they are once the old keys are valid again.
        poll_seconds: how long it waits between two looks.
    """

    devices: Mapping[str, DeviceSettings]
    ports: Mapping[str, DevicePort]
    lead_seconds: float = 60
    settle_seconds: float = 180
    stay_seconds: float = 12
    poll_seconds: float = 3
