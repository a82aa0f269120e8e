"""A Linux router without Linux: wpa_supplicant, the kernel and files, as far as the driver knows them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from agent.linux.shell import Ran

ADDRESS = "ba2f591c72cf"
SECURE_SECONDS = 4.0
START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Crash(BaseException):
    """The agent was killed just here."""


@dataclass
class Supplicant:
    """One wpa_supplicant that runs."""

    interface: str
    ckn: str
    cak: str
    channel: int
    device: str
    since: float


@dataclass
class PlayedMachine:
    """One machine with its line; `other_end` is what AWS's end holds: CKN to CAK.

    Attributes:
        crash_after: the agent is killed after so many more commands; None never.
        deaf: the other end answers no ARP.
        bounced_until: MACsec devices are down until then, whatever MKA says.
        stubborn: wpa_supplicant doesn't stop.
        broken: wpa_supplicant doesn't start, and quotes its configuration.
    """

    other_end: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    running: dict[str, Supplicant] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict)
    routes: dict[str, str] = field(default_factory=dict)
    vlans: dict[str, str] = field(default_factory=dict)
    argvs: list[tuple[str, ...]] = field(default_factory=list)
    seconds: float = 0.0
    bounced_until: float = 0.0
    crash_after: int | None = None
    deaf: bool = False
    broken: bool = False
    stubborn: bool = False
    count: int = 0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def proven(self, supplicant: Supplicant) -> bool:
        up = self.seconds - supplicant.since >= SECURE_SECONDS
        return up and self.other_end.get(supplicant.ckn) == supplicant.cak

    def carrying(self, prefix: str) -> str | None:
        """Return the CKN under which a prefix is really reached; None where frames are lost."""
        device = self._below(self.routes.get(prefix))
        found = [each for each in self.running.values() if each.device == device and self.proven(each)]
        return found[0].ckn if found else None

    def _below(self, device: str | None) -> str | None:
        """Return the MACsec device under a VLAN, or the device itself."""
        return self.vlans.get(device or "", device)

    def run(self, argv: Sequence[str]) -> Ran:
        self.argvs.append(tuple(argv))
        program, arguments = argv[0], list(argv[1:])
        answer = {
            "wpa_supplicant": self._start,
            "wpa_cli": self._control,
            "ip": self._ip,
            "ls": self._list,
            "arping": self._arping,
            "rmdir": self._rmdir,
        }[program](arguments)
        self._done()
        return answer

    def read(self, path: str) -> str | None:
        return self.files.get(path)

    def write(self, path: str, text: str) -> None:
        self.files[path] = text
        self._done()

    def remove(self, path: str) -> None:
        self.files.pop(path, None)
        self._done()

    def wait(self, seconds: float) -> None:
        self.seconds += seconds

    def kill(self, ckn: str) -> None:
        """Kill a wpa_supplicant: its device stays behind."""
        self.running = {path: each for path, each in self.running.items() if each.ckn != ckn}

    def _done(self) -> None:
        self.count += 1
        if self.crash_after is not None:
            self.crash_after -= 1
            if self.crash_after < 0:
                self.crash_after = None
                raise Crash

    def _start(self, arguments: list[str]) -> Ran:
        options = dict(zip(arguments[1::2], arguments[2::2], strict=True))
        config = self.files[options["-c"]]
        if self.broken:
            return Ran(255, config, config)
        fields = dict(re.findall(r"^\s*(\w+)=(\S+)$", config, re.MULTILINE))
        control = fields["ctrl_interface"]
        if control in self.running:
            return Ran(255, "ctrl_iface exists and seems to be in use", "")
        sci = f"{ADDRESS}{int(fields['macsec_port']):04x}"
        device = self.devices.setdefault(sci, f"macsec{len(self.devices)}")
        self.running[control] = Supplicant(
            options["-i"], fields["mka_ckn"], fields["mka_cak"], int(fields["macsec_port"]), device, self.seconds
        )
        self.files[options["-f"]] = "Successfully initialized wpa_supplicant\n"
        return Ran(0, "", "")

    def _control(self, arguments: list[str]) -> Ran:
        path, command = arguments[1], arguments[4]
        supplicant = self.running.get(path)
        if supplicant is None:
            return Ran(255, "Failed to connect to non-global ctrl_ifname", "")
        if command == "ping":
            return Ran(0, "PONG\n", "")
        if command == "terminate":
            if not self.stubborn:
                del self.running[path]
                self._delete(supplicant.device)
            return Ran(0, "OK\n", "")
        return Ran(0, status_text(supplicant, proven=self.proven(supplicant)), "")

    def _ip(self, arguments: list[str]) -> Ran:
        if arguments[:3] == ["-d", "-j", "link"]:
            listed = [
                {"ifname": device, "link": "eth1", "flags": ["UP"], "linkinfo": {"info_data": {"sci": sci}}}
                for sci, device in self.devices.items()
            ]
            return Ran(0, json.dumps([{}, *listed]), "")
        if arguments[:3] == ["-j", "route", "show"]:
            over = self.routes.get(arguments[3])
            return Ran(0, json.dumps([{"dst": arguments[3], "dev": over}] if over else []), "")
        if arguments[:2] == ["route", "replace"]:
            self.routes[arguments[2]] = arguments[4]
            return Ran(0, "", "")
        return self._link(arguments[1:]) if arguments[0] == "link" else Ran(1, "", "unknown command")

    def _link(self, arguments: list[str]) -> Ran:
        if arguments[:2] == ["add", "link"]:
            self.vlans[arguments[4]] = arguments[2]
            return Ran(0, "", "")
        if arguments[:2] == ["delete", "dev"]:
            self._delete(arguments[2])
            return Ran(0, "", "")
        known = arguments[1:2] == ["dev"] and arguments[2] in self.vlans
        if arguments[0] == "set" and self.seconds < self.bounced_until:
            return Ran(2, "", "RTNETLINK answers: Network is down")
        return Ran(0, "", "") if known else Ran(1, "", "unknown command")

    def _delete(self, device: str) -> None:
        self.devices = {sci: name for sci, name in self.devices.items() if name != device}
        gone = {device, *(vlan for vlan, below in self.vlans.items() if below == device)}
        self.vlans = {vlan: below for vlan, below in self.vlans.items() if below != device}
        self.routes = {prefix: name for prefix, name in self.routes.items() if name not in gone}

    def _list(self, arguments: list[str]) -> Ran:
        start = f"{arguments[1]}/"
        names = {path.removeprefix(start).split("/")[0] for path in self.files if path.startswith(start)}
        return Ran(0, "\n".join(sorted(names)), "") if names else Ran(1, "", "No such file or directory")

    def _rmdir(self, folders: list[str]) -> Ran:
        return Ran(int(any(path.startswith(folder) for folder in folders for path in self.files)), "", "")

    def _arping(self, arguments: list[str]) -> Ran:
        device = self._below(arguments[arguments.index("-I") + 1])
        there = any(each.device == device and self.proven(each) for each in self.running.values())
        return Ran(0 if there and not self.deaf else 1, "", "")


def status_text(supplicant: Supplicant, *, proven: bool) -> str:
    """Return what `wpa_cli status` of wpa_supplicant 2.10 prints."""
    address = ":".join(ADDRESS[at : at + 2] for at in range(0, 12, 2))
    return (
        "wpa_state=COMPLETED\n"
        f"address={address}\n"
        "PAE KaY status=Active\n"
        "Authenticated=No\n"
        f"Secured={'Yes' if proven else 'No'}\n"
        "Failed=No\n"
        "Is Key Server=No\n"
        f"actor_sci={address}@{supplicant.channel}\n"
        "participant_idx=0\n"
        f"ckn={supplicant.ckn}\n"
        "active=Yes\n"
        f"live_peers={int(proven)}\n"
        "potential_peers=0\n"
    )
