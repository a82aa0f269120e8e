"""The customer's end of a link: a key chain on a router, what it offers on which port, and its troubles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sandbox.twin.behaviour import RouterBehaviour
from sandbox.twin.pair import Cak, Pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

_PATIENCE_SECONDS = 15.0
"""How long a router withholds its other keys before it falls back to offering them all: more than two MKA
life times of 6 s (section 8) and the start of a session."""


class Site(Protocol):
    """What a router needs of the place where it stands."""

    def moment(self) -> AbstractContextManager[None]:
        """Bring everything to the present, and let what is changed inside take effect."""
        ...

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Run `action` in `seconds`."""
        ...

    def port_ids(self, link_id: str) -> tuple[str, ...]:
        """Return the ports of a link."""
        ...

    def carried(self, port_id: str) -> str | None:
        """Return the CKN that a port carries, as its key chain spells it, or None."""
        ...

    def targeted(self, port_id: str) -> Pair | None:
        """Return the pair of a port's session, even while it is still coming up, or None."""
        ...

    def bounce(self, port_id: str, seconds: float) -> None:
        """Take a port down for `seconds`."""
        ...


@dataclass(eq=False)
class _Held:
    pair: Pair
    ckn: str
    taken: bool = True


class Router:
    """One router end; a pair is installed, preferred, removed, and each port says what it carries."""

    def __init__(self, link_id: str, site: Site, behaviour: RouterBehaviour | None = None) -> None:
        """Stand at the customer's end of `link_id` without a key."""
        self.link_id = link_id
        self.behaviour = behaviour or RouterBehaviour()
        self._site = site
        self._held: list[_Held] = []
        self._preferred: _Held | None = None
        self._only: dict[str, frozenset[Pair]] = {}

    def install(self, ckn: str, cak: str) -> None:
        """Add a key, not preferred; another CAK for the CKN replaces it.

        Repeating it changes nothing, but on a router that has been repaired since: that takes the key now.
        """
        with self._site.moment():
            pair = Pair(ckn, Cak(cak))
            known = self._find(ckn)
            if known is not None and known.pair == pair:
                known.taken = known.taken or self._takes()
                return
            if known is not None:
                self._drop(known)
            self._held.append(held := _Held(pair, ckn, taken=self._takes()))
            lost_after = self.behaviour.loses_key_after_seconds
            if lost_after is not None:
                self._site.later(lost_after, lambda: self._lose(held))

    def hold(self, pair: Pair) -> None:
        """Hold a pair from the start, whatever the behaviour: it was made by hand long ago."""
        self._held.append(_Held(pair, pair.ckn))

    def prefer(self, ckn: str) -> None:
        """Prefer a key on every port; a port still on another key stops offering the others.

        Their configuration stays: a port on which the preferred key doesn't come up offers all again
        after 15 s. Repeating it on ports that carry the key changes nothing.

        Raises:
            KeyError: the router holds no such key.
        """
        with self._site.moment():
            held = self._find(ckn)
            if held is None:
                raise KeyError(ckn)
            self._preferred = held
            self._only.clear()
            if held.taken:
                self._withhold_others(held)
                self._plan_troubles(held)

    def remove(self, ckn: str) -> None:
        """Take a key off. Repeating it changes nothing."""
        with self._site.moment():
            held = self._find(ckn)
            if held is not None:
                self._drop(held)

    def keys(self) -> tuple[str, ...]:
        """Return the CKNs that are configured, oldest first."""
        with self._site.moment():
            return tuple(held.ckn for held in self._held)

    def in_use(self) -> dict[str, str | None]:
        """Return what the router says about the CKN in use on each port; mostly the truth."""
        with self._site.moment():
            return {port_id: self._says(port_id) for port_id in self._site.port_ids(self.link_id)}

    def offers(self, port_id: str) -> frozenset[Pair]:
        """Return the pairs for which the router runs MKA on a port."""
        taken = frozenset(held.pair for held in self._held if held.taken)
        return taken & self._only.get(port_id, taken)

    def went_dark(self, port_id: str) -> None:
        """Hear that a port has lost its session: if it stays dark, everything is offered on it again."""
        if port_id in self._only:
            self._site.later(_PATIENCE_SECONDS, lambda: self._offer_all_if_dark(port_id))

    def _offer_all_if_dark(self, port_id: str) -> None:
        if self._site.carried(port_id) is None:
            self._only.pop(port_id, None)

    def _takes(self) -> bool:
        lies = self.behaviour.loses_encryption_when_old_removed and bool(self._held)
        return self.behaviour.takes_key and not lies

    def _says(self, port_id: str) -> str | None:
        carried = self._site.carried(port_id)
        preferred = self._preferred
        if carried and preferred and self.behaviour.loses_encryption_when_old_removed:
            return preferred.ckn
        return carried

    def _find(self, ckn: str) -> _Held | None:
        name = ckn.casefold()
        return next((held for held in self._held if held.pair.name == name), None)

    def _drop(self, held: _Held) -> None:
        self._held.remove(held)
        self._lose(held)

    def _lose(self, held: _Held) -> None:
        held.taken = False
        if self._preferred is held:
            self._preferred = None
        self._only = {port: pairs for port, pairs in self._only.items() if pairs != {held.pair}}

    def _withhold_others(self, held: _Held) -> None:
        ports = self._site.port_ids(self.link_id)
        self._keep_only(
            {port for port in ports if self._site.targeted(port) not in (held.pair, None)},
            frozenset({held.pair}),
        )

    def _keep_only(self, port_ids: Iterable[str], pairs: frozenset[Pair]) -> None:
        self._only.update(dict.fromkeys(port_ids, pairs))

    def _plan_troubles(self, held: _Held) -> None:
        behaviour = self.behaviour
        if behaviour.falls_back_after_seconds is not None:
            self._site.later(behaviour.falls_back_after_seconds, lambda: self._fall_back(held))
        if behaviour.flaps_at_seconds is not None:
            self._site.later(behaviour.flaps_at_seconds, lambda: self._flap(behaviour.flap_seconds))

    def _fall_back(self, held: _Held) -> None:
        others = frozenset(other.pair for other in self._held if other.taken) - {held.pair}
        if self._preferred is held and others:
            self._preferred = None
            self._keep_only(self._site.port_ids(self.link_id), others)

    def _flap(self, seconds: float) -> None:
        for port_id in self._site.port_ids(self.link_id):
            self._site.bounce(port_id, seconds)
