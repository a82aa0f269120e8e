"""A router that is played: it keeps a key chain, moves between keys by its platform's rule, and prints real shapes.

It knows nothing of the code under test: it reads lines as the platform's own command line would, and refuses others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

INTERFACE, CHAIN = "HundredGigE0/0/0/1", "DX"
HEX = r"[0-9a-fA-F]{64}"
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


@dataclass
class PlayedKey:
    """A key of the chain; `text` is its CAK as it was typed."""

    ckn: str
    cak: str | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    fallback: bool = False
    slot: int = 0


@dataclass
class PlayedRouter:
    """One device. `now` is its clock; `known` are the CKNs that the other end holds, all where it is None.

    A Cisco that has no rule for two valid keys stays on the key that it uses, as its guides tell; one that `returns`
    takes the first valid key of the chain at any time. A `strict` one takes the key of its rule though the other end
    doesn't hold it, and is dark then.
    """

    platform: str
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))
    keys: dict[str, PlayedKey] = field(default_factory=dict)
    known: set[str] | None = None
    typed: list[str] = field(default_factory=list)
    saved: int = 0
    commits: int = 0
    refuses: str | None = None
    refuses_commit: bool = False
    hangs_up: str | None = None
    sessions: dict[str, list[str]] = field(default_factory=dict)
    entered: set[str] = field(default_factory=set)
    current: str | None = None
    returns: bool = False
    strict: bool = False
    used: str | None = None

    def hold(self, ckn: str, cak: str, *, starts: datetime | None = None) -> None:
        """Hold a key from the beginning, as a person configured it."""
        self.keys[ckn.lower()] = PlayedKey(ckn.lower(), cak, starts or datetime(2024, 1, 1), slot=len(self.keys))  # noqa: DTZ001 - the device's own time

    # What MKA does.

    def in_use(self) -> str | None:
        """Return the CKN in use, by the platform's rule."""
        usable = [key for key in self.keys.values() if self.strict or self._shared(key.ckn)]
        if self.platform == "eos":
            usable.sort(key=lambda key: key.fallback)
            return usable[0].ckn if usable and self._shared(usable[0].ckn) else None
        valid = [key for key in usable if self._valid(key)]
        if self.platform in ("ios-xr", "junos"):
            valid.sort(key=lambda key: key.starts or datetime.min, reverse=True)  # noqa: DTZ901 - as `starts`
        if self.returns or self.platform in ("ios-xr", "junos") or self.used not in [key.ckn for key in valid]:
            self.used = valid[0].ckn if valid else None
        return self.used if self.used and self._shared(self.used) else None

    def _shared(self, ckn: str) -> bool:
        return self.known is None or ckn in self.known

    def _valid(self, key: PlayedKey) -> bool:
        started = key.starts is None or key.starts <= self.now
        return started and (key.ends is None or self.now < key.ends)

    # What the command line does.

    def line(self, line: str) -> str:
        """Take one line of configuration; returns what the device says to it, nothing where it is fine."""
        self.typed.append(line)
        text = line.strip()
        if self.refuses and self.refuses in text:
            return f"% Invalid input detected: {text}" if self.platform != "junos" else f"syntax error, {text}"
        return self._junos(text) if self.platform == "junos" else self._block(text)

    def _block(self, text: str) -> str:
        if text in (f"key chain {CHAIN} macsec", f"key chain {CHAIN}", "macsec", "mac security", f"profile {CHAIN}"):
            self.current = None
        elif gone := re.fullmatch(rf"no key ({HEX})", text):
            self.keys.pop(gone[1].lower(), None)
        elif self.platform == "eos" and (made := re.fullmatch(rf"key ({HEX}) (\d) (\S+)( fallback)?", text)):
            cak = made[3] if made[2] == "0" else made[3][::-1]
            self.keys[made[1].lower()] = PlayedKey(made[1].lower(), cak, fallback=bool(made[4]))
        elif self.platform != "eos" and (key := re.fullmatch(rf"key ({HEX})", text)):
            self.current = key[1].lower()
            self.keys.setdefault(self.current, PlayedKey(self.current))
        elif self.current is None or not self._of_key(self.keys[self.current], text):
            return f"% Invalid input detected at '^' marker.\n{text}"
        return ""

    def _of_key(self, key: PlayedKey, text: str) -> bool:
        algorithm = {"nx-os": "AES_256_CMAC"}.get(self.platform, "aes-256-cmac")
        behind = "" if self.platform == "ios-xe" else f" cryptographic-algorithm {algorithm}"
        word = "key-octet-string" if self.platform == "nx-os" else "key-string"
        if self.platform == "ios-xe" and text == f"cryptographic-algorithm {algorithm}":
            return True
        if string := re.fullmatch(rf"{word} ({HEX}){behind}", text):
            fresh, key.cak = key.cak is None, string[1]
            return fresh or self.platform != "nx-os"
        word = {"nx-os": "send-lifetime", "ios-xe": "lifetime local"}.get(self.platform, "lifetime")
        times = re.fullmatch(rf"{word} (\S+ \S+ \d\d \d{{4}}) (infinite|\S+ \S+ \d\d \d{{4}})", text)
        if times:
            key.starts = _moment(times[1])
            key.ends = None if times[2] == "infinite" else _moment(times[2])
        return bool(times)

    def _junos(self, text: str) -> str:
        key = rf"security authentication-key-chains key-chain {CHAIN} key (\d+)"
        if gone := re.fullmatch(rf"delete {key}", text):
            self.keys = {ckn: each for ckn, each in self.keys.items() if each.slot != int(gone[1])}
        elif made := re.fullmatch(rf"set {key} key-name ({HEX})", text):
            self.keys[made[2].lower()] = PlayedKey(made[2].lower(), slot=int(made[1]))
        elif said := re.fullmatch(rf'set {key} (secret|start-time) "?([^"\s]+)"?', text):
            each = next(each for each in self.keys.values() if each.slot == int(said[1]))
            if said[2] == "secret":
                each.cak = said[3]
            else:
                each.starts = datetime.strptime(said[3], "%Y-%m-%d.%H:%M:%S")  # noqa: DTZ007 - the device's own time
        else:
            return f"syntax error, expecting <command>.\n{text}"
        return ""

    # What it prints.

    def show(self, command: str) -> str:
        """Return what a show command prints, in the shape of the real one."""
        if self.refuses and self.refuses in command:
            return "% Invalid input detected at '^' marker."
        if command in (
            f"show running-config | section ^key chain {CHAIN} macsec",
            f"show running-config key chain {CHAIN}",
            f'show running-config | section "key chain {CHAIN} macsec"',
            f"show configuration security authentication-key-chains key-chain {CHAIN} | display set | no-more",
            "show running-config section mac security",
        ):
            return self._configuration()
        if INTERFACE in command and command.split(INTERFACE, maxsplit=1)[0].strip() in (
            "show mka sessions interface",
            "show macsec mka session interface",
            "show security mka sessions interface",
            "show mac security participants",
        ):
            return SESSIONS[self.platform](self)
        return "% Invalid input detected at '^' marker."

    def _configuration(self) -> str:
        if self.platform == "junos":
            return "\n".join(self._set_lines())
        if self.platform == "eos":
            keys = [
                f"      key {key.ckn} 7 {(key.cak or '')[::-1]}{' fallback' * key.fallback}" for key in self._sorted()
            ]
            return "\n".join(
                ["mac security", "   profile OTHER", f"      key {'0e' * 32} 7 00", f"   profile {CHAIN}", *keys]
            )
        head = f"key chain {CHAIN}" + ("\n macsec" if self.platform == "ios-xr" else " macsec")
        return "\n".join([head, *(line for key in self.keys.values() for line in self._key_lines(key))])

    def _sorted(self) -> list[PlayedKey]:
        return sorted(self.keys.values(), key=lambda key: key.fallback)

    def _key_lines(self, key: PlayedKey) -> list[str]:
        start, end = _written(key.starts, self.platform), _written(key.ends, self.platform) if key.ends else "infinite"
        if key.cak is None:
            return [f"  key {key.ckn}"]
        hidden = key.cak[::-1]
        if self.platform == "ios-xe":
            return [
                f" key {key.ckn}",
                "  cryptographic-algorithm aes-256-cmac",
                f"  key-string 7 {hidden}",
                f"  lifetime local {start} {end}",
            ]
        if self.platform == "ios-xr":
            return [
                f"  key {key.ckn}",
                f"   key-string password {hidden} cryptographic-algorithm aes-256-cmac",
                f"   lifetime {start} {end}",
                "  !",
            ]
        return [
            f"  key {key.ckn}",
            f"    key-octet-string 7 {hidden} cryptographic-algorithm AES_256_CMAC",
            f"    send-lifetime {start} {end}",
        ]

    def _set_lines(self) -> list[str]:
        lines = []
        for key in self.keys.values():
            path = f"set security authentication-key-chains key-chain {CHAIN} key {key.slot}"
            lines += [f'{path} secret "$9${(key.cak or "")[::-1]}"', f"{path} key-name {key.ckn}"]
            if key.starts:
                lines.append(f'{path} start-time "{key.starts:%Y-%m-%d.%H:%M:%S} +0000"')
        return lines


def _moment(text: str) -> datetime:
    clock, month, day, year = text.split()
    number = MONTHS.index(month[:3].lower()) + 1
    return datetime.fromisoformat(f"{year}-{number:02}-{day}T{clock}")


def _written(moment: datetime | None, platform: str) -> str:
    moment = moment or datetime(2024, 1, 1)  # noqa: DTZ001 - the device's own time
    month = moment.strftime("%B").lower() if platform == "ios-xr" else moment.strftime("%b")
    return f"{moment:%H:%M:%S} {month} {moment:%d} {moment:%Y}"


def _ios_xe(router: PlayedRouter) -> str:
    used = router.in_use()
    if used is None:
        return "MKA Session not found"
    return f"""MKA Detailed Status for MKA Session
===================================
Status: SECURED - Secured MKA Session with MACsec

Local Tx-SCI............. 70b3.171e.b282/0103
Interface MAC Address.... 70b3.171e.b282
MKA Port Identifier...... 259
Interface Name........... {INTERFACE}
Audit Session ID.........
CAK Name (CKN)........... {used.upper()}
Member Identifier (MI)... B271E451F722674FE69DF8FE
Message Number (MN)...... 258834
Key Server............... NO
MKA Cipher Suite......... AES-256-CMAC

Latest SAK Status........ Rx & Tx
Old SAK Status........... No Rx, No Tx
"""


def _ios_xr(router: PlayedRouter) -> str:
    used = router.in_use()
    status = "SECURED - Secured MKA Session with MACsec" if used else "INITIALIZING - Searching for Peer"
    return f"""MKA Detailed Status for MKA Session
===================================
Status: {status}

Local Tx-SCI                     : 001d.e5e9.aa39/0005
Interface MAC Address            : 001d.e5e9.aa39
Interface Name                   : {INTERFACE}
CAK Name (CKN)                   : {(used or "0" * 64).upper()}
CA Authentication Mode           : PRIMARY-PSK
Member Identifier (MI)           : A880BB45B9CE01584535F239
Key Server                       : YES
Latest SAK Status                : Rx & Tx
Old SAK Status                   : FIRST-SAK
"""


def _nx_os(router: PlayedRouter) -> str:
    used = router.in_use()
    status = "SECURED - Secured MKA Session with MACsec" if used else "PENDING"
    return f"""Detailed Status for MKA Session
-----------------------------------
Interface Name          : {INTERFACE}
    Session Status                      : {status}
    Local Tx-SCI                        : 6026.aa7e.0302/0001
    CAK Name (CKN)                      : {used or "0" * 64}
    CA Authentication Mode              : PRIMARY-PSK
    Latest SAK Status                   : Rx & TX
Peer Status:
    Peer CAK                            : Match
"""


def _junos(router: PlayedRouter) -> str:
    used = router.in_use()
    if used is None:
        return f"Interface name: {INTERFACE}\n   Interface state: Unsecured\n"
    return f"""  Interface name: {INTERFACE}
     Interface state: Secured - Primary
     Member identifier: E229745F3F04CCF6B6CA6B31
     CAK name: {used.upper()}
     Security mode: static
     Key number: 2
     Latest SAK AN: 1      Latest SAK KI: E229745F3F04CCF6B6CA6B31/2
     CAK list: (2)
      1. CAK name: {used.upper()}
        CAK type: primary               Status: live
      2. CAK name: {"F" * 64}
        CAK type: fallback              Status: active
"""


def _eos(router: PlayedRouter) -> str:
    used = router.in_use()
    blocks = [
        f"""    CKN: {key.ckn}
        Message ID: d329b9155706bcf0d0454bec
        Elected self: False
        Success: {key.ckn == used}
        Principal: {key.ckn == used}
        Default: {key.fallback}
        KeyServer SCI: 28:99:3a:32:2e:10::855
        SAK transmit: {key.ckn == used}
        LLPN exhaustion: 0
        Distributed key identifier: {"e2ab9925a29f883d4c737648:24" if key.ckn == used else "None"}
        Live peer list: ['e2ab9925a29f883d4c737648']
        Potential peer list: []
"""
        for key in router.keys.values()
    ]
    return f"Interface: {INTERFACE}\n" + "\n".join(blocks)


SESSIONS = {"ios-xe": _ios_xe, "ios-xr": _ios_xr, "nx-os": _nx_os, "junos": _junos, "eos": _eos}


class PlayedSession:
    """A session on a played router, with the transactions of its platform."""

    def __init__(self, router: PlayedRouter) -> None:
        self.router = router
        self.closed = False

    def show(self, command: str) -> str:
        from agent.devices.session import DeviceError  # noqa: PLC0415 - only the error's name

        out = self.router.show(command)
        if out.startswith("%"):
            raise DeviceError(out)
        return out

    def configure(self, lines: Sequence[str]) -> None:
        from agent.devices.session import DeviceError  # noqa: PLC0415 - only the error's name

        for line in lines:
            if said := self.router.line(line):
                raise DeviceError(said.replace("\n", " "))

    def save(self) -> None:
        self.router.saved += 1

    def close(self) -> None:
        self.closed = True


def later(router: PlayedRouter, seconds: float) -> None:
    """Let time go by on the router."""
    router.now += timedelta(seconds=seconds)
