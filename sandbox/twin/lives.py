"""The lives of keys: asked for, associated, in use, removed; what the timeline picture is drawn from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.twin.keychain import AwsKey


@dataclass
class KeyLife:
    """One key of one link. `in_use` lists (start, end) during which at least one port carried it."""

    ckn: str
    asked_at: datetime
    associated_at: datetime | None = None
    removed_at: datetime | None = None
    in_use: list[tuple[datetime, datetime]] = field(default_factory=list)


class KeyLives:
    """Notes of the lives of all keys of all links."""

    def __init__(self) -> None:
        """Start with an empty book."""
        self._lives: dict[str, dict[AwsKey, KeyLife]] = {}
        self._since: dict[tuple[str, AwsKey], datetime] = {}

    def asked(self, link_id: str, key: AwsKey) -> None:
        """Note that `key` was asked for."""
        self._lives.setdefault(link_id, {})[key] = KeyLife(key.ckn, key.asked_at)

    def associated(self, link_id: str, key: AwsKey, now: datetime) -> None:
        """Note that `key` became `associated`."""
        self._lives[link_id][key].associated_at = now

    def removed(self, link_id: str, key: AwsKey, now: datetime) -> None:
        """Note that `key` is off the link, and in use no more."""
        self._close(link_id, key, now)
        self._lives[link_id][key].removed_at = now

    def carries(self, link_id: str, used: set[str], now: datetime) -> None:
        """Note which CKNs (case-folded) the ports of a link carry from `now` on."""
        for key, life in self._lives.get(link_id, {}).items():
            carried = life.removed_at is None and key.state != "associating" and key.pair.name in used
            if carried:
                self._since.setdefault((link_id, key), now)
            else:
                self._close(link_id, key, now)

    def of(self, link_id: str, now: datetime) -> list[KeyLife]:
        """Return the lives of a link's keys in the order in which they were asked for, up to `now`."""
        return [self._so_far(link_id, key, life, now) for key, life in self._lives.get(link_id, {}).items()]

    def _so_far(self, link_id: str, key: AwsKey, life: KeyLife, now: datetime) -> KeyLife:
        spans = list(life.in_use)
        since = self._since.get((link_id, key))
        if since is not None and now > since:
            spans.append((since, now))
        return replace(life, in_use=spans)

    def _close(self, link_id: str, key: AwsKey, now: datetime) -> None:
        since = self._since.pop((link_id, key), None)
        if since is not None and now > since:
            self._lives[link_id][key].in_use.append((since, now))
