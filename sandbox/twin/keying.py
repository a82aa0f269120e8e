"""Changes of keys and modes at the AWS end, from the call that asks to the moment of the effect."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sandbox.twin.keychain import AwsKey
from sandbox.twin.mka import held_up
from sandbox.twin.plant import LONG_AGO

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.twin.network import Network
    from sandbox.twin.pair import Pair
    from sandbox.twin.plant import Holder, Port

_KEPT_AFTER_DELETION = timedelta(days=30)


class Keying:
    """The hand that changes key chains; `on_downgrade` hears when AWS itself lowers a mode (W23)."""

    def __init__(self, network: Network, on_downgrade: Callable[[Holder], None]) -> None:
        """Work on `network`, and watch its managed secrets before each event."""
        self._net = network
        self._on_downgrade = on_downgrade
        self._watched: set[AwsKey] = set()
        network.before_events.append(self._watch_secrets)

    def ask(self, holder: Holder, pair: Pair, ckn: str, arn: str) -> AwsKey:
        """Put a key on the chain; it is `associated` after the world's time for it (W15)."""
        key = AwsKey(pair, ckn, arn, self._net.now)
        holder.own.keys.append(key)
        self._net.lives.asked(holder.id, key)
        self._net.later(self._net.world.associating_seconds, partial(self.arrive, holder, key))
        return key

    def arrive(self, holder: Holder, key: AwsKey) -> None:
        """Make a key `associated`. Repeating it changes nothing."""
        if key not in holder.own.keys or key.state != "associating":
            return
        key.state = "associated"
        key.start_on = self._net.now
        holder.own.arrived_last = key
        self._net.lives.associated(holder.id, key, self._net.now)
        for port in self._net.ports_of(holder):
            port.session = port.session.unstuck()

    def leave(self, holder: Holder, key: AwsKey) -> None:
        """Make a key `disassociating`; it is gone after the world's time for it. Safe to repeat."""
        if key.state == "disassociating":
            return
        key.state = "disassociating"
        self._net.later(self._net.world.disassociating_seconds, partial(self.remove, holder, key))

    def remove(self, holder: Holder, key: AwsKey) -> None:
        """Take a key off the chain now. Repeating it changes nothing.

        With the last key under must_encrypt goes the mode: AWS itself sets should_encrypt (1.4).
        """
        chain = holder.own
        if key not in chain.keys:
            return
        self._take_off(holder, key)
        if not chain.keys and chain.mode == "must_encrypt":
            chain.mode = "should_encrypt"
            self._on_downgrade(holder)

    def strip(self, holder: Holder) -> None:
        """Take all keys off a link that ceases to be one. Repeating it changes nothing."""
        for key in list(holder.own.keys):
            self._take_off(holder, key)

    def set_mode(self, holder: Holder, mode: str) -> None:
        """Set the mode with what the world charges for it (W3, W19, W30). Safe to repeat."""
        chain, seconds = holder.own, self._net.world.seconds
        if chain.mode == mode:
            return
        raised = mode == "must_encrypt" and chain.mode == "should_encrypt"
        chain.mode = mode
        for port in self._net.ports_of(holder):
            if raised and self._net.world.W19 == "gap":
                self._hold_up(port, seconds.mode_gap)
            self._set_grace(port, mode)
        if mode == "no_encrypt" and self._net.world.W30 == "keys-removed":
            for key in list(chain.keys):
                self.leave(holder, key)

    def _take_off(self, holder: Holder, key: AwsKey) -> None:
        chain = holder.own
        chain.keys.remove(key)
        key.state = "disassociated"
        chain.former.append(key)
        chain.arrived_last = None
        self._net.lives.removed(holder.id, key, self._net.now)
        self._let_go(key)
        self._charge_removal(holder, key)

    def _charge_removal(self, holder: Holder, key: AwsKey) -> None:
        if self._net.world.W16 == "short-gap":
            for port in self._net.ports_of(holder):
                if port.session.pair != key.pair:
                    self._hold_up(port, self._net.world.seconds.removal_gap)

    def _set_grace(self, port: Port, mode: str) -> None:
        """Let clear text pass until BGP times out where must_encrypt meets a dark port (W3)."""
        port.grace_until = LONG_AGO
        dark = not port.session.is_up(self._net.now)
        if mode == "must_encrypt" and dark and self._net.world.W3 == "drops-after-bgp":
            port.grace_until = self._net.now + timedelta(seconds=self._net.world.seconds.bgp_hold)
            self._net.look_again(port.grace_until)

    def _hold_up(self, port: Port, seconds: float) -> None:
        port.session = held_up(port.session, seconds, self._net.now)
        self._net.look_again(port.session.ready_at)

    def _let_go(self, key: AwsKey) -> None:
        if self._net.world.W7 == "scheduled":
            self._net.secrets.schedule_deletion(key.arn, self._net.now)
        elif self._net.world.W7 == "gone":
            self._net.secrets.delete(key.arn, self._net.now)

    def _watch_secrets(self) -> None:
        for holder in self._net.links():
            for key in holder.own.keys:
                self._watch_secret(holder, key)

    def _watch_secret(self, holder: Holder, key: AwsKey) -> None:
        """Follow a deletion that somebody asked Secrets Manager for (section 3)."""
        since = self._net.secrets.deletion_requested_at(key.arn)
        if since is None:
            self._watched.discard(key)
        elif key not in self._watched:
            self._watched.add(key)
            provisioning = any(port.life != "available" for port in self._net.ports_of(holder))
            due = since if provisioning else since + _KEPT_AFTER_DELETION
            self._net.at(due, partial(self._expire, holder, key))

    def _expire(self, holder: Holder, key: AwsKey) -> None:
        self._watched.discard(key)
        if self._net.secrets.deletion_requested_at(key.arn) is not None:
            self.remove(holder, key)
