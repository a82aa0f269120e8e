"""Which key may leave a full chain: only one that no port names, in a fresh answer of the router."""

from __future__ import annotations

from dxmacsec.model import (
    AVAILABLE,
    Key,
    Label,
    ManagedSecret,
    OldKey,
    RouterAnswer,
    Verdict,
)
from dxmacsec.policy.labels import version_of
from dxmacsec.policy.proof import in_use_on_every_port
from dxmacsec.policy.situation import Situation, version_to_use_again


def choose(situation: Situation, answer: RouterAnswer) -> OldKey | Verdict:
    """Return the one key that may leave, else the verdict that nobody can say.

    The choice is the same however often it is made on the same link, so that a repeat after a lost
    answer concerns the same key. The failed key under a newer one goes first: it comes back on top.
    """
    named = in_use_on_every_port(answer, situation.link)
    if named is None:
        return _nobody_can_say(situation, "the router does not name a key in use on every port")
    used = [key for key in situation.keys if key.ckn.lower() in named]
    if len(used) != len(named) or not all(key.associated for key in used):
        return _nobody_can_say(situation, "a port names a key that is not associated")
    free = sorted(
        (key for key in situation.keys if key.ckn.lower() not in named), key=lambda key: _rank(situation, key)
    )
    free = [key for key in free if _could_come_back(situation, key)]
    if not free:
        return _nobody_can_say(situation, "every key is in use or could not be restored")
    version = version_of(situation.versions, free[0].ckn)
    return OldKey(free[0].ckn, free[0].secret_arn, version.version_id if version else None)


def _rank(situation: Situation, key: Key) -> tuple[int, str, str]:
    again = version_to_use_again(situation)
    version = version_of(situation.versions, key.ckn)
    if version and again and version.version_id == again.version_id:
        return (0, "", "")
    known = bool(version and version.has(Label.IN_USE))
    return (2 if known else 1, key.start_on or "", key.ckn)


def _could_come_back(situation: Situation, key: Key) -> bool:
    managed = situation.managed.get(key.secret_arn, ManagedSecret.PRESENT)
    return not situation.adopted(key) or managed is ManagedSecret.PRESENT or situation.request.accept_no_way_back


def _nobody_can_say(situation: Situation, why: str) -> Verdict:
    return Verdict(
        "refused",
        "ChainNeedsOperator",
        f"Nobody can say which key of {situation.link.id} may go: {why}. Nothing was removed.",
    )


def is_made(situation: Situation, removing: OldKey) -> bool:
    """Tell whether the chosen key has left and the link is ready for the next change."""
    listed = situation.link.key_by_arn(removing.secret_arn)
    return listed is None and situation.link.state == AVAILABLE and all(port.up for port in situation.link.ports)
