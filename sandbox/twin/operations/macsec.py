"""AssociateMacSecKey and DisassociateMacSecKey, and the rules about who may hold which key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.twin import shapes
from sandbox.twin.estate import KEYS_A_CHAIN
from sandbox.twin.faults import client_error, key_error, not_available
from sandbox.twin.naming import PREFIX, spelled
from sandbox.twin.pair import Cak, Pair
from sandbox.twin.plant import Port
from sandbox.twin.stage import Stage, required
from sandbox.twin.status import takes_key_changes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.twin.keychain import AwsKey
    from sandbox.twin.plant import Holder

_HEX = re.compile(r"[0-9a-fA-F]{64}")


def associate_mac_sec_key(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Put a pair, or one seen before by its secretARN, on a link's key chain.

    Repeating it is not safe, as at AWS: there is no client token, and a second call meets W6.

    Raises:
        TwinError: the link or the pair can't be taken; nothing has changed then.
    """
    holder = key_holder(stage, required(parameters, "connectionId"))
    if holder is None:
        return {"connectionId": parameters["connectionId"], "macSecKeys": []}
    pair, arn = _named_pair(stage, parameters)
    if not takes_key_changes(stage.net, holder):
        raise not_available(stage.net.account_id)
    double = holder.own.by_name(pair.name)
    if double is not None and stage.net.world.W6 == "error":
        message = f"The CKN is already associated with {holder.id}"
        raise client_error(message)
    if double is not None and stage.net.world.W6 == "no-op":
        return _answer(stage, holder, parameters, double)
    _check_room(stage, holder)
    ckn = spelled(stage.net.world, pair.ckn)
    if double is not None or not arn:
        arn = stage.net.keep_secret(pair, ckn, "-2" if double is not None else "")
    return _answer(stage, holder, parameters, stage.keying.ask(holder, pair, ckn, arn))


def disassociate_mac_sec_key(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Take the key of a secretARN off a link's key chain.

    Repeating it is refused: the key is then no longer there, or the port is `pending`.

    Raises:
        TwinError: there is no such key, it may not go now, or it is the last under must_encrypt where W2
            refuses; nothing has changed then.
    """
    holder = key_holder(stage, required(parameters, "connectionId"))
    arn = required(parameters, "secretARN")
    if holder is None:
        return {"connectionId": parameters["connectionId"], "macSecKeys": []}
    key = holder.own.by_arn(arn)
    if key is None:
        message = f"The MACsec secret key {arn} is not associated with {holder.id}"
        raise client_error(message)
    if not takes_key_changes(stage.net, holder):
        raise not_available(stage.net.account_id)
    if key.state != "associated":
        raise key_error(stage.net.world, f"The MACsec secret key is {key.state}")
    _check_last(stage, holder, key)
    stage.keying.leave(holder, key)
    return _answer(stage, holder, parameters, key)


def key_holder(stage: Stage, resource_id: str) -> Holder | None:
    """Return who holds the keys for an id; None where the call is to be ignored (W4).

    Raises:
        TwinError: nobody has the id, it is hosted, not MACsec capable, or a member of a LAG (W4).
    """
    if resource_id in stage.net.hosted:
        message = f"MACsec is not supported on the hosted connection {resource_id}"
        raise client_error(message)
    holder = stage.holder(resource_id)
    if not holder.capable:
        raise key_error(stage.net.world, f"{resource_id} is not MACsec capable")
    if isinstance(holder, Port) and holder.lag_id is not None:
        return member_holder(stage, holder)
    return holder


def member_holder(stage: Stage, port: Port) -> Holder | None:
    """Return the LAG for its member, None where the call is ignored, as W4 has it.

    Raises:
        TwinError: changes on a member are refused.
    """
    if stage.net.world.W4 == "refused":
        message = f"Connection {port.id} is a member of LAG {port.lag_id}: change the LAG instead"
        raise client_error(message)
    return None if stage.net.world.W4 == "ignored" else stage.lag(port.lag_id or "")


def _named_pair(stage: Stage, parameters: Mapping[str, Any]) -> tuple[Pair, str]:
    arn, ckn, cak = (parameters.get(name) for name in ("secretARN", "ckn", "cak"))
    if arn and not ckn and not cak:
        return _stored_pair(stage, arn)
    if arn or not ckn or not cak:
        message = "Either secretARN, or ckn and cak, must be given"
        raise client_error(message)
    for name, digits in (("ckn", ckn), ("cak", cak)):
        if not _HEX.fullmatch(digits) or (stage.net.world.W25 == "f-refused" and "f" in digits.lower()):
            message = f"{name} must be 64 hexadecimal characters (0-9, A-E)"
            raise client_error(message)
    return Pair(ckn, Cak(cak)), ""


def _stored_pair(stage: Stage, arn: str) -> tuple[Pair, str]:
    managed = f":secret:{PREFIX}" in arn
    pair = stage.net.secrets.read(arn) if managed == (stage.net.world.W22 == "managed") else None
    if pair is None:
        message = f"The secret {arn} can not be used as a MACsec secret key"
        raise client_error(message)
    return pair, arn


def _check_room(stage: Stage, holder: Holder) -> None:
    if len(holder.own.keys) >= KEYS_A_CHAIN:
        message = f"The maximum number of MACsec secret keys ({KEYS_A_CHAIN}) is associated with {holder.id}"
        raise key_error(stage.net.world, message)


def _check_last(stage: Stage, holder: Holder, key: AwsKey) -> None:
    last = not any(other for other in holder.own.keys if other is not key and other.state != "disassociating")
    if last and holder.own.mode == "must_encrypt" and stage.net.world.W2 == "refused":
        message = f"The last MACsec secret key of {holder.id} can not be removed in must_encrypt"
        raise client_error(message)


def _answer(stage: Stage, holder: Holder, parameters: Mapping[str, Any], key: AwsKey) -> dict[str, Any]:
    """Return the key concerned, or with W8 "all" the whole chain in an order of its own."""
    world = stage.net.world
    keys = sorted(holder.own.keys, key=lambda each: each.pair.name) if world.W8 == "all" else [key]
    return {
        "connectionId": parameters["connectionId"],
        "macSecKeys": [shapes.mac_sec_key(world, each) for each in keys],
    }
