"""One key on one port: a wpa_supplicant of its own, that is one MKA participant.

wpa_supplicant holds one pre-shared pair an interface. Several of them on one interface, each with its own
`macsec_port`, are as many secure channels, so that a new key comes up beside the one in use.
https://w1.fi/cgit/hostap/plain/wpa_supplicant/wpa_supplicant.conf (`mka_cak`, `mka_ckn`, `macsec_port`)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.driver import RouterDriverError

if TYPE_CHECKING:
    from agent.linux.settings import LinuxPort
    from agent.linux.shell import Shell
    from dxmacsec.model import KeyPair

PRIORITY = 255
"""As a key server we come last: AWS's end decides where it wants to."""

STOP_LOOKS = 20
STOP_LOOK_SECONDS = 0.25
"""Saying goodbye takes wpa_supplicant well under a second."""

_CONFIG = """ctrl_interface={folder}/control
eapol_version=3
ap_scan=0
network={{
    key_mgmt=NONE
    eapol_flags=0
    macsec_policy=1
    macsec_port={channel}
    mka_priority={priority}
    mka_ckn={ckn}
    mka_cak={cak}
}}
"""
_CHANNEL = re.compile(r"^\s*macsec_port=(\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class MkaStatus:
    """What MKA says of one participant.

    Attributes:
        ckn: its key, lower case.
        secured: a SAK of this key is in use.
        live_peers: how many others prove, message by message, that they hold the same CAK.
        sci: its secure channel, as the kernel writes it: 16 hexadecimal digits.
    """

    ckn: str
    secured: bool
    live_peers: int
    sci: str

    @property
    def proven(self) -> bool:
        """Tell whether somebody at the other end holds the key and encrypts under it now."""
        return self.secured and self.live_peers > 0


@dataclass(frozen=True, slots=True)
class Participant:
    """The wpa_supplicant of one key on one port; every answer is read from the system."""

    shell: Shell
    port: LinuxPort
    ports_folder: str
    ckn: str
    priority: int = PRIORITY

    @property
    def folder(self) -> str:
        """Return the folder of this key's files."""
        return f"{self.ports_folder}/{self.port.port_id}/{self.ckn}"

    @property
    def _config_path(self) -> str:
        return f"{self.folder}/wpa.conf"

    def config(self) -> str | None:
        """Return the configuration that is stored, None where there is none."""
        return self.shell.read(self._config_path)

    def channel(self) -> int | None:
        """Return the number of the secure channel that the configuration names."""
        found = _CHANNEL.search(self.config() or "")
        return int(found[1]) if found else None

    def configure(self, pair: KeyPair, channel: int) -> None:
        """Store the configuration for a pair; a repeat with the same pair changes nothing.

        A participant that runs under another CAK of this CKN is stopped first.

        Raises:
            RouterDriverError: that one does not stop.
        """
        wanted = _CONFIG.format(
            folder=self.folder, channel=channel, priority=self.priority, ckn=self.ckn, cak=pair.cak.reveal().lower()
        )
        stored = self.config()
        if stored == wanted:
            return
        if stored is not None:
            self.stop()
        self.shell.write(self._config_path, wanted)

    def status(self) -> MkaStatus | None:
        """Return what MKA says, None where no such participant runs."""
        ran = self.shell.run(self._control("status"))
        return parse_status(ran.out) if ran.code == 0 else None

    def runs(self) -> bool:
        """Tell whether a wpa_supplicant answers for this key; its MKA may not have begun."""
        ran = self.shell.run(self._control("ping"))
        return ran.code == 0 and "PONG" in ran.out

    def start(self) -> None:
        """Start MKA for this key; one that runs already is left alone.

        Raises:
            RouterDriverError: wpa_supplicant doesn't start.
        """
        if self.runs():
            return
        ran = self.shell.run(
            (
                *("wpa_supplicant", "-B", "-D", "macsec_linux", "-i", self.port.interface),
                *("-c", self._config_path, "-P", f"{self.folder}/pid", "-f", f"{self.folder}/log"),
            )
        )
        if ran.code != 0:
            # What it prints may quote a line of its configuration, and one of those holds the CAK.
            message = f"wpa_supplicant does not start for {self.ckn[:8]} on {self.port.interface}: code {ran.code}"
            raise RouterDriverError(message)

    def stop(self) -> None:
        """Stop MKA for this key, which takes its device away; the configuration stays. Repeating it is safe.

        Raises:
            RouterDriverError: it still runs after a while.
        """
        for _ in range(STOP_LOOKS):
            if not self.runs():
                return
            self.shell.run(self._control("terminate"))
            self.shell.wait(STOP_LOOK_SECONDS)
        message = f"MKA for {self.ckn[:8]} on {self.port.interface} does not stop"
        raise RouterDriverError(message)

    def forget(self) -> None:
        """Remove the files of a participant that is stopped, the configuration last. Repeating it is safe."""
        for name in ("log", "pid", f"control/{self.port.interface}", "wpa.conf"):
            self.shell.remove(f"{self.folder}/{name}")
        self.shell.run(("rmdir", f"{self.folder}/control", self.folder))

    def _control(self, command: str) -> tuple[str, ...]:
        return ("wpa_cli", "-p", f"{self.folder}/control", "-i", self.port.interface, command)


def parse_status(text: str) -> MkaStatus | None:
    """Return what `wpa_cli status` says of MKA; None while it says nothing of it yet."""
    fields = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    if "ckn" not in fields or "@" not in fields.get("actor_sci", ""):
        return None
    address, _, number = fields["actor_sci"].partition("@")
    return MkaStatus(
        ckn=fields["ckn"].lower(),
        secured=fields.get("Secured") == "Yes",
        live_peers=int(fields.get("live_peers", "0")),
        sci=f"{address.replace(':', '').lower()}{int(number):04x}",
    )
