"""Cisco IOS XR: the valid key with the newest start time is used; a commit makes a change count.

Rule and limits: Cisco 8000 Series, "Configuring MACsec", guidelines for the key chain. The new key begins before
all others, so that it is not the newest; *prefer* moves its start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.platforms import cisco
from agent.platforms.keychain_text import keys_of
from agent.platforms.platform import HeldKey, held
from agent.platforms.starts import is_last, parked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from agent.platforms.platform import Lines, Place


@dataclass(frozen=True, slots=True)
class IosXr:
    """Lines of Cisco IOS XR."""

    name: str = "ios-xr"
    netmiko_type: str = "cisco_xr"
    comment: str = "!"
    enter: str = "configure exclusive"
    leave: Lines = ("commit", "end")
    save: str | None = None
    rule: Lines = (
        "The valid key with the newest start time is used. The new one gets the oldest; to prefer it, it starts anew.",
        "Keys must be valid for at least a minute together.",
    )
    hazards: Lines = (
        "Deleting the key in use, or letting it expire, ends the MKA session.",
        "Two key ids that differ only in the case of their digits are one.",
        "Lifetimes need NTP, and are in the device's local time unless the key chain says `timezone gmt`.",
        "Links of 40 and 100 Gbit/s with XPN may flap at a rekey after a CAK change (CSCvt33018).",
    )

    def first_time(self, place: Place) -> Lines:
        """Tie the key chain to the interface."""
        return (f"interface {place.interface}", f" macsec psk-keychain {place.chain}")

    def add(self, place: Place, ckn: str, cak: str, keys: Sequence[HeldKey], now: datetime) -> Lines:
        """Add a key that starts before all others."""
        if held(keys, ckn):
            return ()
        return (
            *self._key(place, ckn),
            f"   key-string {cak} cryptographic-algorithm aes-256-cmac",
            self._lifetime(parked(keys, place.local(now))),
        )

    def prefer(
        self,
        place: Place,
        ckn: str,
        old_ckns: Sequence[str],  # noqa: ARG002 - the newest start is preferred to every other
        keys: Sequence[HeldKey],
        at: datetime,
    ) -> Lines:
        """Let the key start at the moment, which makes it the newest."""
        key = held(keys, ckn)
        if key is None or (is_last(key, keys) and not key.ends):
            return ()
        return (*self._key(place, key.ckn), self._lifetime(place.local(at)))

    def revive(self, place: Place, ckns: Sequence[str], keys: Sequence[HeldKey]) -> Lines:  # noqa: ARG002 - see below
        """Give no lines: `prefer` ends no key."""
        return ()

    def remove(self, place: Place, ckns: Sequence[str], keys: Sequence[HeldKey]) -> Lines:
        """Take keys off the chain."""
        gone = [key for ckn in ckns if (key := held(keys, ckn))]
        return (f"key chain {place.chain}", " macsec", *(f"  no key {key.ckn}" for key in gone)) if gone else ()

    def show_session(self, place: Place) -> str:
        """Show the MKA session of the interface."""
        return f"show macsec mka session interface {place.interface} detail"

    def in_use(self, shown: str) -> str | None:
        """Return the CKN of the secured session."""
        return cisco.in_use(shown)

    def show_keys(self, place: Place) -> str:
        """Show the key chain's part of the configuration."""
        return f"show running-config key chain {place.chain}"

    def read_keys(self, place: Place, shown: str) -> tuple[HeldKey, ...]:  # noqa: ARG002 - only this chain was shown
        """Read keys with their lifetimes."""
        return keys_of(shown)

    @staticmethod
    def _key(place: Place, ckn: str) -> Lines:
        return (f"key chain {place.chain}", " macsec", f"  key {ckn}")

    @staticmethod
    def _lifetime(start: datetime) -> str:
        return f"   lifetime {cisco.written(start, cisco.FULL_MONTHS)} infinite"
