"""Junos: the key of the chain whose start time came last is used; a commit makes a change count.

Rule: https://apps.juniper.net/feature-explorer/feature/7831. Statements: authentication-key-chains (times in UTC,
unique in the chain, numbers 0 to 63) and its `key-name`, in Juniper's CLI reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from agent.platforms.platform import HeldKey, UnreadableError, held
from agent.platforms.starts import is_last, parked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.platforms.platform import Lines, Place

SLOTS = range(64)
FREE_NUMBER = "<FREE-NUMBER>"
CKN_DIGITS = 8
"""As many digits of a CKN as its placeholder has."""

_KEY = re.compile(r"key-chain \S+ key (?P<slot>\d+) (?P<field>key-name|start-time) \"?(?P<value>[^\s\"]+)")
_STATE = re.compile(r"^\s*Interface state:\s*(?P<state>.+?)\s*$", re.IGNORECASE | re.MULTILINE)
_CAK = re.compile(r"^\s*CAK name:\s*(?P<ckn>[0-9A-Fa-f]+)\s*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Junos:
    """Lines of Junos and Junos Evolved, as `set` commands.

    `sees_numbers` is False for lines that people type: nobody looked at the chain, and a number that is guessed may be
    that of the key in use, so a placeholder stands for each.
    """

    name: str = "junos"
    netmiko_type: str = "juniper_junos"
    comment: str = "#"
    enter: str = "configure exclusive"
    leave: Lines = ("commit and-quit",)
    save: str | None = None
    rule: Lines = (
        "The key whose start time came last is used. The new key gets the oldest one; to prefer it, it starts anew.",
        "No session drops at a rollover on the PTX, QFX and ACX that Juniper lists (feature 7831).",
    )
    hazards: Lines = (
        "Where the keys don't match, all packets are dropped.",
        "Start times must be unique in the chain, and are in UTC; they need NTP.",
        "The key's number is any free one from 0 to 63: look at the chain first.",
    )
    sees_numbers: bool = True

    def first_time(self, place: Place) -> Lines:
        """Tie the key chain to the interface's connectivity association."""
        association = "set security macsec connectivity-association <CA>"
        return (
            f"{association} pre-shared-key-chain {place.chain}",
            f"set security macsec interfaces {place.interface} connectivity-association <CA>",
        )

    def add(self, place: Place, ckn: str, cak: str, keys: Sequence[HeldKey], now: datetime) -> Lines:
        """Add a key that started before all others."""
        if held(keys, ckn):
            return ()
        key = self._key(place, self._free(place, ckn, keys))
        return (
            f"set {key} key-name {ckn}",
            f'set {key} secret "{cak}"',
            f"set {key} start-time {self._time(parked(keys, now))}",
        )

    def _free(self, place: Place, ckn: str, keys: Sequence[HeldKey]) -> str:
        """Return a number that no key has.

        Raises:
            UnreadableError: all are taken.
        """
        if not self.sees_numbers:
            return FREE_NUMBER
        taken = {key.slot for key in keys}
        first = int(ckn[:2], 16) % len(SLOTS)
        slot = next((each for each in (*SLOTS[first:], *SLOTS[:first]) if each not in taken), None)
        if slot is None:
            message = f"key chain {place.chain}: no number from 0 to 63 is free"
            raise UnreadableError(message)
        return str(slot)

    def _number(self, key: HeldKey) -> str:
        unknown = not self.sees_numbers or key.slot is None
        return f"<NUMBER-OF-{key.ckn[:CKN_DIGITS].lower()}>" if unknown else str(key.slot)

    def prefer(
        self,
        place: Place,
        ckn: str,
        old_ckns: Sequence[str],  # noqa: ARG002 - the newest start is preferred to every other
        keys: Sequence[HeldKey],
        at: datetime,
    ) -> Lines:
        """Let the key start at the moment, which makes it the last to have started."""
        key = held(keys, ckn)
        if key is None or is_last(key, keys):
            return ()
        return (f"set {self._key(place, self._number(key))} start-time {self._time(at)}",)

    def revive(self, place: Place, ckns: Sequence[str], keys: Sequence[HeldKey]) -> Lines:  # noqa: ARG002 - see below
        """Give no lines: `prefer` ends no key."""
        return ()

    def remove(self, place: Place, ckns: Sequence[str], keys: Sequence[HeldKey]) -> Lines:
        """Take keys off the chain."""
        return tuple(f"delete {self._key(place, self._number(key))}" for ckn in ckns if (key := held(keys, ckn)))

    def show_session(self, place: Place) -> str:
        """Show the MKA session of the interface."""
        return f"show security mka sessions interface {place.interface}"

    def in_use(self, shown: str) -> str | None:
        """Return the first CAK name after a secured interface state: those of the CAK list come later."""
        state = _STATE.search(shown)
        if state is None or not state["state"].lower().startswith("secured"):
            return None
        ckn = _CAK.search(shown, state.end())
        return ckn["ckn"].lower() if ckn else None

    def show_keys(self, place: Place) -> str:
        """Show the key chain's part of the configuration, a line a statement."""
        chain = f"security authentication-key-chains key-chain {place.chain}"
        return f"show configuration {chain} | display set | no-more"

    def show_numbers(self, place: Place) -> str:
        """Show which key has which number, without their secrets."""
        chain = f"security authentication-key-chains key-chain {place.chain}"
        return f"show configuration {chain} | display set | except secret | no-more"

    def read_keys(self, place: Place, shown: str) -> tuple[HeldKey, ...]:  # noqa: ARG002 - only this chain was shown
        """Read keys with their numbers and start times; a number without a name is no key of MACsec."""
        fields: dict[int, dict[str, str]] = {}
        for found in _KEY.finditer(shown):
            fields.setdefault(int(found["slot"]), {})[found["field"]] = found["value"]
        return tuple(
            HeldKey(each["key-name"], starts=_moment(each.get("start-time")), slot=slot)
            for slot, each in fields.items()
            if "key-name" in each
        )

    @staticmethod
    def _key(place: Place, number: str) -> str:
        return f"security authentication-key-chains key-chain {place.chain} key {number}"

    @staticmethod
    def _time(moment: datetime) -> str:
        return f"{moment:%Y-%m-%d.%H:%M:%S}"


def _moment(text: str | None) -> datetime | None:
    """Read `2026-01-02.15:04[:05 …]`; Junos prints a zone behind it, which is always UTC."""
    found = re.match(r"(\d{4})-(\d+)-(\d+)\.(\d\d):(\d\d)(?::(\d\d))?", text or "")
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - Junos has its times in UTC, without a zone
