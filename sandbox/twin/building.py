"""Building an estate: its description becomes a network in which everything already runs."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.twin.keychain import AwsKey, Keychain
from sandbox.twin.mka import next_session
from sandbox.twin.naming import spelled
from sandbox.twin.pair import Cak, Pair
from sandbox.twin.plant import Hosted, Lag, Port

if TYPE_CHECKING:
    from sandbox.twin.estate import Estate, HostedPlan, LagPlan, PortPlan
    from sandbox.twin.plant import Holder
    from sandbox.twin.stage import Stage


def build(stage: Stage, estate: Estate) -> None:
    """Put an estate on an empty stage, with its hand-made keys at both ends and encryption up."""
    stage.net.locations.update({place.code: place for place in estate.locations})
    for plan in estate.connections:
        _add_port(stage, plan, "connection")
    for plan in estate.interconnects:
        _add_port(stage, plan, "interconnect")
    for lag_plan in estate.lags:
        _add_lag(stage, lag_plan)
    for hosted_plan in estate.hosted:
        stage.net.hosted[hosted_plan.id] = _hosted(stage, hosted_plan)
    for port in stage.net.ports.values():
        _start(stage, port)
    stage.net.settle()


def hand_made_pair(link_id: str, number: int) -> Pair:
    """Return the pair that people made by hand for a link, the same one in each run."""
    ckn, cak = (hashlib.sha256(f"{link_id}/{number}/{half}".encode()).hexdigest() for half in ("ckn", "cak"))
    return Pair(ckn, Cak(cak))


def _add_port(stage: Stage, plan: PortPlan, kind: str, lag_id: str | None = None) -> None:
    port = Port(
        id=plan.id,
        name=plan.name,
        kind=kind,
        location=plan.location,
        bandwidth=plan.bandwidth,
        capable=plan.macsec,
        provider=plan.partner,
        life="available" if plan.state == "down" else plan.state,
        up=plan.state != "down",
        lag_id=lag_id,
        own=Keychain(plan.mode),
        tags=dict(plan.tags),
    )
    stage.net.ports[port.id] = port
    if port.life != "available":
        stage.provision(port)
    if lag_id is None:
        _add_keys(stage, port, plan)


def _add_lag(stage: Stage, plan: LagPlan) -> None:
    lag = Lag(
        id=plan.id,
        name=plan.name,
        location=plan.location,
        bandwidth=plan.bandwidth,
        capable=plan.macsec,
        minimum_links=plan.minimum_links,
        own=Keychain(plan.mode),
        tags=dict(plan.tags),
    )
    stage.net.lags[lag.id] = lag
    for member in plan.members:
        _add_port(stage, member, "connection", lag.id)
    _add_keys(stage, lag, plan)


def _add_keys(stage: Stage, holder: Holder, plan: PortPlan | LagPlan) -> None:
    router = stage.net.router(holder.id)
    for number in range(1, plan.keys + 1):
        pair = hand_made_pair(holder.id, number)
        ckn = spelled(stage.net.world, pair.ckn)
        key = AwsKey(pair, ckn, stage.net.keep_secret(pair, ckn), stage.net.now)
        holder.own.keys.append(key)
        stage.net.lives.asked(holder.id, key)
        stage.keying.arrive(holder, key)
        if key.start_on is not None:
            key.start_on -= timedelta(days=plan.key_age_days)
        router.hold(pair)


def _hosted(stage: Stage, plan: HostedPlan) -> Hosted:
    return Hosted(
        plan.id,
        plan.name,
        plan.on,
        plan.vlan,
        plan.bandwidth,
        stage.net.account_id,
        plan.state,
        dict(plan.tags),
    )


def _start(stage: Stage, port: Port) -> None:
    """Let a session be up since before the start, instead of coming up now."""
    session = next_session(port.session, stage.net.scene(port), stage.net.world, stage.net.now)
    port.session = replace(session, ready_at=min(session.ready_at, stage.net.now))
