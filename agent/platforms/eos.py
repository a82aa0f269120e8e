"""Arista EOS: a profile holds one primary key and one fallback key; no key has a time.

One primary, one fallback: the MACsec API of the EOS SDK. Lines: the `mac-security` template of aristanetworks/avd.
The new key stands behind the old one until *prefer* swaps them, in one configuration session.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.platforms.platform import HeldKey, UnreadableError, held
from dxmacsec.model import same_ckn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from agent.platforms.platform import Lines, Place

SHOWN = "<as `show running-config section mac security` has it>"

_KEY = re.compile(r"^\s*key (?P<ckn>[0-9A-Fa-f]{2,64}) (?P<stored>\S+ \S+)(?P<fallback> fallback)?\s*$")
_PROFILE = re.compile(r"^\s+profile (\S+)\s*$")


@dataclass(frozen=True, slots=True)
class Eos:
    """Lines of Arista EOS; a key chain is a MACsec profile."""

    name: str = "eos"
    netmiko_type: str = "arista_eos"
    comment: str = "!"
    enter: str = "configure session dxmacsec"
    leave: Lines = ("commit",)
    save: str | None = "write memory"
    rule: Lines = (
        "A profile holds one primary key and one fallback key, and no key has a time.",
        "The new key is added as fallback; then the two change places, in one configuration session.",
    )
    hazards: Lines = (
        "A profile that holds two keys has no room: take the one off that isn't in use.",
        "A profile may serve several interfaces: all of them move together.",
        "Links of 100 Gbit/s need the cipher aes256-gcm-xpn.",
    )

    def first_time(self, place: Place) -> Lines:
        """Tie the profile to the interface."""
        return (f"interface {place.interface}", f"   mac security profile {place.chain}")

    def add(self, place: Place, ckn: str, cak: str, keys: Sequence[HeldKey], now: datetime) -> Lines:  # noqa: ARG002 - no key has a time
        """Add the key as fallback; the only key of a profile is primary.

        Raises:
            UnreadableError: the profile holds two keys already.
        """
        if held(keys, ckn):
            return ()
        if any(key.fallback for key in keys):
            message = f"profile {place.chain}: it holds two keys already; take the one off that isn't in use"
            raise UnreadableError(message)
        return (*self._profile(place), f"      key {ckn} 0 {cak}{' fallback' if keys else ''}")

    def prefer(
        self,
        place: Place,
        ckn: str,
        old_ckns: Sequence[str],  # noqa: ARG002 - there is one other at most
        keys: Sequence[HeldKey],
        at: datetime,  # noqa: ARG002 - no key has a time
    ) -> Lines:
        """Let the key change places with the primary one, as the device stores them."""
        key = held(keys, ckn)
        if key is None or not key.fallback:
            return ()
        others = [each for each in keys if not same_ckn(each.ckn, ckn)]
        return (
            *self._profile(place),
            *(f"      no key {each.ckn}" for each in keys),
            f"      key {key.ckn} {key.stored or SHOWN}",
            *(f"      key {each.ckn} {each.stored or SHOWN} fallback" for each in others),
        )

    def revive(self, place: Place, ckns: Sequence[str], keys: Sequence[HeldKey]) -> Lines:  # noqa: ARG002 - see below
        """Give no lines: `prefer` ends no key."""
        return ()

    def remove(self, place: Place, ckns: Sequence[str], keys: Sequence[HeldKey]) -> Lines:
        """Take keys off the profile."""
        gone = [key for ckn in ckns if (key := held(keys, ckn))]
        return (*self._profile(place), *(f"      no key {key.ckn}" for key in gone)) if gone else ()

    def show_session(self, place: Place) -> str:
        """Show the MKA participants of the interface."""
        return f"show mac security participants {place.interface} detail"

    def in_use(self, shown: str) -> str | None:
        """Return the CKN of the principal participant that succeeded."""
        # Part of the optional extra `devices`, and slow to load; neither has types.
        from ntc_templates.parse import ParsingException, parse_output  # type: ignore[import-untyped]  # noqa: PLC0415
        from textfsm import TextFSMError  # type: ignore[import-untyped]  # noqa: PLC0415

        if "CKN:" not in shown:
            return None
        try:
            rows = parse_output("arista_eos", "show mac security participants detail", shown)
        except (ParsingException, TextFSMError) as error:
            message = f"the answer to `show mac security participants … detail` has another shape: {error}"
            raise UnreadableError(message) from error
        used = (row["ckn"] for row in rows if _true(row["principal"]) and _true(row["success"]))
        return next((str(ckn).lower() for ckn in used), None)

    def show_keys(self, place: Place) -> str:  # noqa: ARG002 - the section holds all profiles
        """Show the MACsec part of the configuration."""
        return "show running-config section mac security"

    def read_keys(self, place: Place, shown: str) -> tuple[HeldKey, ...]:
        """Read the keys of one profile."""
        profile = ""
        keys = []
        for line in shown.splitlines():
            if named := _PROFILE.match(line):
                profile = named[1]
            elif profile == place.chain and (key := _KEY.match(line)):
                keys.append(HeldKey(key["ckn"], fallback=bool(key["fallback"]), stored=key["stored"]))
        return tuple(keys)

    @staticmethod
    def _profile(place: Place) -> Lines:
        return ("mac security", f"   profile {place.chain}")


def _true(value: object) -> bool:
    return str(value).strip().lower() == "true"
