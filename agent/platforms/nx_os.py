"""Cisco NX-OS: the session moves to the next key of the chain when the lifetime of the one before ends.

Rule and limits: Nexus 9000 NX-OS Security Configuration Guide, Release 10.4, "Configuring MACsec".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.platforms import cisco
from agent.platforms.keychain_text import keys_of
from agent.platforms.platform import HeldKey, held, superseded
from dxmacsec.model import same_ckn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from agent.platforms.platform import Lines, Place


@dataclass(frozen=True, slots=True)
class NxOs:
    """Lines of Cisco NX-OS."""

    name: str = "nx-os"
    netmiko_type: str = "cisco_nxos"
    comment: str = "!"
    enter: str = "configure terminal"
    leave: Lines = ("end",)
    save: str | None = "copy running-config startup-config"
    rule: Lines = (
        "The session moves to the next key of the chain when the lifetime of the key before ends.",
        "That loses no frame if both sides hold the same next key then, and the activation times overlap.",
    )
    hazards: Lines = (
        "A key's string can't be overwritten: enter id, string and lifetime in one go.",
        "Give all 64 digits of the CKN and of the CAK (CSCvm93602).",
        "At most one key of a chain may have no lifetime.",
        "With `sak-expiry-time 60`: take the timer off, wait two minutes, add the key; when it is secured drop the",
        "old one, wait two minutes, put the timer back.",
        "Lifetimes need NTP, and are in UTC.",
        "Links of 40 and 100 Gbit/s with XPN may flap at a rekey after a CAK change (CSCvt33018).",
    )

    def first_time(self, place: Place) -> Lines:
        """Tie the key chain to the interface."""
        return (f"interface {place.interface}", f"  macsec keychain {place.chain} policy <MACsec policy>")

    def add(self, place: Place, ckn: str, cak: str, keys: Sequence[HeldKey], now: datetime) -> Lines:
        """Add a key that is valid from now on: the one before is used until it ends."""
        half = held(keys, ckn)
        if half and half.whole:
            return ()
        start = cisco.written(now.replace(second=0), cisco.MONTHS)
        return (
            *(self.remove(place, [ckn], keys) if half else ()),
            *self._key(place, ckn),
            f"    key-octet-string {cak} cryptographic-algorithm AES_256_CMAC",
            f"    send-lifetime {start} infinite",
        )

    def prefer(self, place: Place, ckn: str, old_ckns: Sequence[str], keys: Sequence[HeldKey], at: datetime) -> Lines:
        """End the old keys, and let this one never end; a key that is neither is somebody else's."""
        lines: list[str] = []
        for key in keys:
            start = cisco.written(key.starts or cisco.LONG_AGO, cisco.MONTHS)
            if same_ckn(key.ckn, ckn) and key.ends:
                lines += [*self._key(place, key.ckn), f"    send-lifetime {start} infinite"]
            elif superseded(key, old_ckns, ckn) and not (key.ends and key.ends <= at.replace(tzinfo=None)):
                end = cisco.written(at, cisco.MONTHS)
                lines += [*self._key(place, key.ckn), f"    send-lifetime {start} {end}"]
        return tuple(lines)

    def revive(self, place: Place, ckns: Sequence[str], keys: Sequence[HeldKey]) -> Lines:
        """Let the keys that `prefer` ended be valid for ever again."""
        lines: list[str] = []
        for key in (each for ckn in ckns if (each := held(keys, ckn)) and each.ends):
            start = cisco.written(key.starts or cisco.LONG_AGO, cisco.MONTHS)
            lines += [*self._key(place, key.ckn), f"    send-lifetime {start} infinite"]
        return tuple(lines)

    def remove(self, place: Place, ckns: Sequence[str], keys: Sequence[HeldKey]) -> Lines:
        """Take keys off the chain."""
        gone = [key for ckn in ckns if (key := held(keys, ckn))]
        return (f"key chain {place.chain} macsec", *(f"  no key {key.ckn}" for key in gone)) if gone else ()

    def show_session(self, place: Place) -> str:
        """Show the MKA session of the interface."""
        return f"show macsec mka session interface {place.interface} details"

    def in_use(self, shown: str) -> str | None:
        """Return the CKN of the secured session."""
        return cisco.in_use(shown)

    def show_keys(self, place: Place) -> str:
        """Show the key chain's part of the configuration."""
        return f'show running-config | section "key chain {place.chain} macsec"'

    def read_keys(self, place: Place, shown: str) -> tuple[HeldKey, ...]:  # noqa: ARG002 - only this chain was shown
        """Read keys with their lifetimes."""
        return keys_of(shown)

    @staticmethod
    def _key(place: Place, ckn: str) -> Lines:
        return (f"key chain {place.chain} macsec", f"  key {ckn}")
