"""The worlds: each unknown of the domain reference is a switch, its first alternative the default."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, get_args, get_type_hints

from sandbox.twin.behaviour import RouterBehaviour
from sandbox.twin.reading import Fields

if TYPE_CHECKING:
    from collections.abc import Mapping

_LAG_SECONDS = {"0s": 0.0, "30s": 30.0, "5min": 300.0}
_KEY_SECONDS = {"seconds": (2.0, 1.0), "minutes": (120.0, 60.0), "forever": (math.inf, math.inf)}
_CHANGEOVER_SECONDS = {"hitless": 0.0, "gap": 6.0}


@dataclass(frozen=True)
class Seconds:
    """How long things take, in seconds of the twin's clock.

    Attributes:
        associating: a key's way to `associated`; None leaves it to W15.
        disassociating: a key's way off the link; None leaves it to W15.
        status_lag: by how much portEncryptionStatus is behind the truth; None leaves it to W13.
        changeover_gap: what a change of the key in use costs; None leaves it to W18.
        removal_gap: the short gap of W16.
        removal_in_use_gap: the gap of W17.
        mode_gap: the gap of W19.
        life_time: until MKA notices that its peer is gone (section 8: 6 s).
        session_start: from two ends that agree to the first encrypted frame.
        bgp_hold: until BGP notices, for W3 (limits.md: 90 s).
        requested: how long a new port stays `requested`.
        pending: how long it then stays `pending`.
        deleting: how long a port stays `deleting`.
        interruption: how long a port is down when it joins or leaves a LAG.
    """

    associating: float | None = None
    disassociating: float | None = None
    status_lag: float | None = None
    changeover_gap: float | None = None
    removal_gap: float = 1.0
    removal_in_use_gap: float = 6.0
    mode_gap: float = 1.0
    life_time: float = 6.0
    session_start: float = 3.0
    bgp_hold: float = 90.0
    requested: float = 2.0
    pending: float = 2.0
    deleting: float = 1.0
    interruption: float = 5.0

    @classmethod
    def from_json(cls, data: object) -> Seconds:
        """Read the numbers from a JSON object; what isn't named keeps its default.

        Raises:
            FormError: a name is unknown or a value is no number of 0 or more.
        """
        reader = Fields(data, "world.seconds")
        given = {each.name: reader.number(each.name) for each in fields(cls)}
        reader.done()
        return cls(**{name: value for name, value in given.items() if value is not None})


@dataclass(frozen=True)
class World:
    """One answer to each unknown W1..W31 of the domain reference, section 12.

    W13, W15 and W18 are presets of numbers that `seconds` may override. W15 starts with "seconds", not
    minutes, so that a demonstration is short.

    Rendered elsewhere: W23's masking of the CAK in CloudTrail (whoever turns calls into events; the twin
    itself reports the downgrade), W27 (metrics), W28 (the caller's rights). W10 and W24 are carried in
    the TwinError.

    Raises:
        ValueError: a switch has a value that isn't one of its alternatives.
    """

    W1: Literal["pending", "available", "pending-cut"] = "pending"
    W2: Literal["becomes-should-encrypt", "refused"] = "becomes-should-encrypt"
    W3: Literal["drops-at-once", "drops-after-bgp", "refused"] = "drops-at-once"
    W4: Literal["refused", "ignored", "passed-to-lag"] = "refused"
    W5: Literal["client-exception", "server-exception"] = "client-exception"
    W6: Literal["error", "no-op", "second-entry"] = "error"
    W7: Literal["kept", "scheduled", "gone"] = "kept"
    W8: Literal["new-only", "all"] = "new-only"
    W9: Literal["vanish", "listed"] = "vanish"
    W10: Literal["ThrottlingException", "Throttling", "client-exception"] = "ThrottlingException"
    W11: Literal["never", "on-non-macsec-ports", "at-times"] = "never"
    W12: Literal["at-once", "session-lost", "next-key-change"] = "at-once"
    W13: Literal["0s", "30s", "5min"] = "0s"
    W14: Literal["set", "empty"] = "set"
    W15: Literal["seconds", "minutes", "forever"] = "seconds"
    W16: Literal["no-effect", "short-gap"] = "no-effect"
    W17: Literal["falls-to-another", "gap", "down"] = "falls-to-another"
    W18: Literal["hitless", "gap"] = "hitless"
    W19: Literal["no-loss", "gap"] = "no-loss"
    W20: Literal["none", "of-the-lag", "its-own"] = "none"
    W21: Literal["mirror", "empty"] = "mirror"
    W22: Literal["managed", "customer-made"] = "managed"
    W23: Literal["masked-no-event", "in-clear-event"] = "masked-no-event"
    W24: Literal["500", "400"] = "500"
    W25: Literal["as-sent", "lower", "upper", "f-refused"] = "as-sent"
    W26: Literal["one-key", "all-keys"] = "one-key"
    W27: Literal["none-dxlag", "zero-members"] = "none-dxlag"
    W28: Literal["none", "create-rights"] = "none"
    W29: Literal["as-documented", "other"] = "as-documented"
    W30: Literal["keys-stay", "keys-removed"] = "keys-stay"
    W31: Literal["accepted", "refused"] = "accepted"
    seconds: Seconds = field(default_factory=Seconds)
    routers: Mapping[str, RouterBehaviour] = field(default_factory=dict)
    clock_scale: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a switch that stands on no alternative."""
        for name, allowed in ALTERNATIVES.items():
            value = getattr(self, name)
            if value not in allowed:
                message = f"world.{name}: expected one of {', '.join(allowed)}, got {value!r}"
                raise ValueError(message)

    @classmethod
    def from_json(cls, data: object) -> World:
        """Read a world from a JSON object such as `{"W1": "available", "seconds": {"status_lag": 30}}`.

        Raises:
            FormError: a name or a value is unknown; the message lists the allowed ones.
        """
        reader = Fields(data, "world")
        switches: dict[str, Any] = {
            name: reader.choice(name, allowed, allowed[0]) for name, allowed in ALTERNATIVES.items()
        }
        seconds = Seconds.from_json(reader.mapping("seconds"))
        routers = {
            link_id: RouterBehaviour.from_json(each, f"world.routers.{link_id}")
            for link_id, each in reader.mapping("routers").items()
        }
        clock = Fields(reader.mapping("clock"), "world.clock")
        scale = clock.number("scale", 1.0) or 1.0
        clock.done()
        reader.done()
        return cls(**switches, seconds=seconds, routers=routers, clock_scale=scale)

    @property
    def associating_seconds(self) -> float:
        """How long a key is `associating`; infinite where it never ends (W15)."""
        given = self.seconds.associating
        return _KEY_SECONDS[self.W15][0] if given is None else given

    @property
    def disassociating_seconds(self) -> float:
        """How long a key is `disassociating`; infinite where it never ends (W15)."""
        given = self.seconds.disassociating
        return _KEY_SECONDS[self.W15][1] if given is None else given

    @property
    def status_lag_seconds(self) -> float:
        """By how much portEncryptionStatus is behind the truth (W13)."""
        given = self.seconds.status_lag
        return _LAG_SECONDS[self.W13] if given is None else given

    @property
    def changeover_gap_seconds(self) -> float:
        """What it costs that AWS changes the key in use (W18)."""
        given = self.seconds.changeover_gap
        return _CHANGEOVER_SECONDS[self.W18] if given is None else given


def _alternatives() -> dict[str, tuple[str, ...]]:
    hints = get_type_hints(World, localns={"Mapping": dict})
    return {name: get_args(hint) for name, hint in hints.items() if name.startswith("W")}


ALTERNATIVES: dict[str, tuple[str, ...]] = _alternatives()
