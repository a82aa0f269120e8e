"""AwaitRetired: watch the line after a key was removed, for longer than its status may lag."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.interfaces import World
from dxmacsec.model import MUST_ENCRYPT, OldKey, Rotation, Verdict
from dxmacsec.policy.mode import enforced
from dxmacsec.policy.watching import retirement
from dxmacsec.steps.looking import look_until


def await_retired(rotation: Rotation, world: World) -> Rotation:
    """Return `retired`, `waiting`, `lost` (ask the old key back) or `stuck` at the deadline.

    The look that says `retired` says as well whether the mode is enforced, so that nobody needs to look for that.
    It comes here after RetireKey whatever that step said: an error there may hide a removal that
    took effect. Running it twice is safe: it only reads.
    """
    old = rotation.retiring
    if old is None:
        return rotation.to("stuck", "NothingToRetire", "The document names no key that was removed.")
    verdict, watch, link = look_until(
        rotation.link,
        rotation.watch,
        world,
        lambda link, watch, now: retirement(
            link, old, watch=watch, now=now, status_lag=world.limits.status_lag, deadline=world.limits.retire
        ),
        patience=world.limits.retire,
        # The line loses a key when it is gone, not when it was asked to go: the watch is as long as from then.
        counts=lambda link: link.encrypted and link.key_by_arn(old.secret_arn) is None,
    )
    rotation = replace(rotation, watch=watch)
    if verdict.next != "waiting":
        mode = f", {link.mode}" if link else ""
        rotation = rotation.noting(world.clock.now(), "retirement", f"{verdict.sentence} {watch.looks} looks{mode}")
    return _settled(rotation, verdict, old, kept=link is not None and enforced(link))


def _settled(rotation: Rotation, verdict: Verdict, old: OldKey, *, kept: bool) -> Rotation:
    if verdict.next == "retired":
        retired, mode = (*rotation.retired, old.ckn), MUST_ENCRYPT if kept else None
        rotation = replace(rotation, retired=retired, enforced_mode=mode, failure=None, watch=None)
    elif verdict.next in ("lost", "stuck"):
        rotation = replace(rotation, watch=None)
    return rotation.to(verdict.next, verdict.reason, verdict.sentence)
