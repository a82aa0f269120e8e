"""Cisco IOS XE: a key's id is its CKN, and each key has a lifetime.

Syntax and session output: https://developer.cisco.com/docs/genie-docs/ (show mka sessions interface … detail) and
Cisco's WAN MACsec guide. How a rollover chooses among valid keys is not said there, so the key before is ended.
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
class IosXe:
    """Lines of Cisco IOS XE."""

    name: str = "ios-xe"
    netmiko_type: str = "cisco_xe"
    comment: str = "!"
    enter: str = "configure terminal"
    leave: Lines = ("end",)
    save: str | None = "write memory"
    rule: Lines = (
        "The key id is the CKN. The session moves to the next key when the lifetime of the key before ends.",
        "Both keys must be valid for at least a minute together.",
    )
    hazards: Lines = (
        "Which of several valid keys is taken is not documented: make the first rotation in a maintenance window.",
        "Lifetimes need NTP, and are in the device's local time.",
        "Links of 40 and 100 Gbit/s with XPN may flap at a rekey after a CAK change (CSCvt33018).",
    )

    def first_time(self, place: Place) -> Lines:
        """Tie the key chain to the interface."""
        return (f"interface {place.interface}", f" mka pre-shared-key key-chain {place.chain}", " macsec")

    def add(self, place: Place, ckn: str, cak: str, keys: Sequence[HeldKey], now: datetime) -> Lines:
        """Add a key that is valid from now on: the one before is used until it ends."""
        half = held(keys, ckn)
        if half and half.whole:
            return ()
        start = cisco.written(place.local(now).replace(second=0), cisco.MONTHS)
        return (
            *(self.remove(place, [ckn], keys) if half else ()),
            *self._key(place, ckn),
            "  cryptographic-algorithm aes-256-cmac",
            f"  key-string {cak}",
            f"  lifetime local {start} infinite",
        )

    def prefer(self, place: Place, ckn: str, old_ckns: Sequence[str], keys: Sequence[HeldKey], at: datetime) -> Lines:
        """End the old keys, and let this one never end; a key that is neither is somebody else's."""
        lines: list[str] = []
        for key in keys:
            start = cisco.written(key.starts or cisco.LONG_AGO, cisco.MONTHS)
            end = cisco.written(place.local(at), cisco.MONTHS)
            if same_ckn(key.ckn, ckn) and key.ends:
                lines += [*self._key(place, key.ckn), f"  lifetime local {start} infinite"]
            elif superseded(key, old_ckns, ckn) and not (key.ends and key.ends <= place.local(at).replace(tzinfo=None)):
                lines += [*self._key(place, key.ckn), f"  lifetime local {start} {end}"]
        return tuple(lines)

    def revive(self, place: Place, ckns: Sequence[str], keys: Sequence[HeldKey]) -> Lines:
        """Let the keys that `prefer` ended be valid for ever again."""
        lines: list[str] = []
        for key in (each for ckn in ckns if (each := held(keys, ckn)) and each.ends):
            start = cisco.written(key.starts or cisco.LONG_AGO, cisco.MONTHS)
            lines += [*self._key(place, key.ckn), f"  lifetime local {start} infinite"]
        return tuple(lines)

    def remove(self, place: Place, ckns: Sequence[str], keys: Sequence[HeldKey]) -> Lines:
        """Take keys off the chain."""
        gone = [key for ckn in ckns if (key := held(keys, ckn))]
        return (f"key chain {place.chain} macsec", *(f" no key {key.ckn}" for key in gone)) if gone else ()

    def show_session(self, place: Place) -> str:
        """Show the MKA session of the interface."""
        return f"show mka sessions interface {place.interface} detail"

    def in_use(self, shown: str) -> str | None:
        """Return the CKN of the secured session."""
        return cisco.in_use(shown)

    def show_keys(self, place: Place) -> str:
        """Show the key chain's part of the configuration."""
        return f"show running-config | section ^key chain {place.chain} macsec"

    def read_keys(self, place: Place, shown: str) -> tuple[HeldKey, ...]:  # noqa: ARG002 - only this chain was shown
        """Read keys with their lifetimes."""
        return keys_of(shown)

    @staticmethod
    def _key(place: Place, ckn: str) -> Lines:
        return (f"key chain {place.chain} macsec", f" key {ckn}")
