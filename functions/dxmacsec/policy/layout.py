"""What a rotation will do, laid out before anything changes."""

from __future__ import annotations

from dxmacsec.model import NO_ENCRYPT, Key, KeyVersion, Label, OldKey, Plan, same_ckn
from dxmacsec.policy.labels import holder, version_of
from dxmacsec.policy.situation import Situation, needs_room, version_to_use_again


def make(situation: Situation) -> Plan:
    """Lay out what the rotation will do; the order of what is superseded keeps the best for last."""
    again = version_to_use_again(situation)
    new_ckn = again.ckn if again else None
    old = [key for key in situation.keys if new_ckn is None or not same_ckn(key.ckn, new_ckn)]
    in_use = holder(situation.versions, Label.IN_USE)
    old.sort(
        key=lambda key: (bool(in_use and in_use.ckn and same_ckn(in_use.ckn, key.ckn)), key.start_on or "", key.ckn)
    )
    supersedes = tuple(_old_key(situation, key) for key in old)
    return Plan(
        mode=situation.link.mode,
        supersedes=supersedes,
        reuse_version_id=again.version_id if again else None,
        make_room=needs_room(situation),
        onboarding=not situation.keys,
        dark_ports=tuple(port.connection_id for port in situation.link.ports if not port.encrypted),
        steps=tuple(_steps(situation, again, supersedes)),
    )


def _old_key(situation: Situation, key: Key) -> OldKey:
    version = version_of(situation.versions, key.ckn)
    return OldKey(key.ckn, key.secret_arn, version.version_id if version else None)


def _steps(s: Situation, again: KeyVersion | None, supersedes: tuple[OldKey, ...]) -> list[str]:
    ckn = f"{again.ckn[:8]}…" if again and again.ckn else None
    steps = []
    if needs_room(s):
        steps.append("Ask the router which keys it uses, then make room in the key chain")
    steps.append(f"Use pair {ckn} again" if ckn else "Make a new pair and store it in the key secret")
    steps.append(f"Have the pair installed on the router ({s.router_mode})")
    if s.link.mode == NO_ENCRYPT:
        steps.append("Set should_encrypt, so that encryption can come up")
    steps.append(f"Associate the key with {s.link.id} and wait until it is associated")
    steps.append("Have the router prefer it and prove it on every port")
    steps.append("Skip the bake (urgent)" if s.request.urgent else "Bake")
    steps += [
        f"Have the router confirm, then remove key {key.ckn[:8]}…{' (adopted)' if key.adopted else ''}"
        for key in supersedes
    ]
    steps.append("Make it the key in use, then enforce must_encrypt")
    if supersedes:
        steps.append("Have the superseded keys removed from the router")
    return steps
