"""Joining and leaving a LAG: what happens to keys and traffic (section 2, W20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.twin.keychain import AwsKey, Keychain

if TYPE_CHECKING:
    from sandbox.twin.keying import Keying
    from sandbox.twin.network import Network
    from sandbox.twin.plant import Lag, Port


class Membership:
    """The hand that moves ports into and out of LAGs."""

    def __init__(self, network: Network, keying: Keying) -> None:
        """Work on `network`; keys are taken off through `keying`."""
        self._net = network
        self._keying = keying

    def join(self, port: Port, lag: Lag) -> None:
        """Strip the port's own keys, interrupt it, and put it under the LAG's keys and mode."""
        if port.lag_id == lag.id:
            return
        if port.lag_id is not None:
            self.leave(port)
        port.before_lag = tuple(port.own.keys)
        self._keying.strip(port)
        port.lag_id = lag.id
        port.in_bundle = False
        self._interrupt(port)

    def leave(self, port: Port) -> None:
        """Take the port out of its LAG; which keys it then holds is W20, its mode is the default."""
        if port.lag_id is None:
            return
        kept = self._kept(port, self._net.lags[port.lag_id])
        port.lag_id = None
        port.own = Keychain()
        for key in kept:
            self._adopt(port, key)
        self._interrupt(port)

    def _kept(self, port: Port, lag: Lag) -> list[AwsKey]:
        if self._net.world.W20 == "of-the-lag":
            return [key for key in lag.own.keys if key.state == "associated"]
        return list(port.before_lag) if self._net.world.W20 == "its-own" else []

    def _adopt(self, port: Port, key: AwsKey) -> None:
        arn = key.arn if self._net.secrets.read(key.arn) else self._net.keep_secret(key.pair, key.ckn)
        copy = AwsKey(key.pair, key.ckn, arn, self._net.now)
        port.own.keys.append(copy)
        self._net.lives.asked(port.id, copy)
        self._keying.arrive(port, copy)

    def _interrupt(self, port: Port) -> None:
        if port.life == "available":
            self._net.bounce(port.id, self._net.world.seconds.interruption)
