"""LowerMode: encryption dropped right after this execution raised the mode; let the line pass again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dxmacsec.interfaces import Pause, World
from dxmacsec.model import MUST_ENCRYPT, SHOULD_ENCRYPT, Enforcement, Link, Verdict, Watch
from dxmacsec.policy.mode import after_raising, modes
from dxmacsec.steps.locks import check_acting_lock


def lower_mode(enforcement: Enforcement, world: World) -> Enforcement:
    """Set `should_encrypt`, only for the execution that raised the mode, and pause enforcement first.

    It may come here because the watch itself failed: then the same rules as in the watch decide, so that
    nothing is lowered while encryption is up, when the port itself is down, or where the owner holds.
    Without the pause the sweep would raise and the watch lower for ever. Running it twice is safe:
    an earlier pause stays, and a mode that is lowered is not lowered again.

    Raises:
        LockLost: the acting lock is not ours.
    """
    check_acting_lock(enforcement, world)
    verdict = enforcement.verdict
    if not enforcement.raised:
        return enforcement.to("unsettled", verdict.reason, f"{verdict.sentence} Not lowered: another one raised it.")
    link = world.direct_connect.link(enforcement.link)
    now = world.clock.now()
    if verdict.next != "lower":
        verdict = _verdict_after_a_failed_watch(link, enforcement, now, world)
        if verdict.next != "lower":
            return enforcement.to(verdict.next, verdict.reason, verdict.sentence)
    pause = Pause("ModeLowered", verdict.sentence, enforcement.id, now)
    world.ledger.set_enforcement_pause(enforcement.link, pause)
    if MUST_ENCRYPT in modes(link):
        world.direct_connect.set_mode(link, SHOULD_ENCRYPT)
    lowered = replace(enforcement, lowered=True).noting(now, "mode", f"{link.mode} became {SHOULD_ENCRYPT}")
    sentence = f"{verdict.sentence} The mode is {SHOULD_ENCRYPT} again; enforcement is paused."
    return lowered.to("lowered", "ModeLowered", sentence)


def _verdict_after_a_failed_watch(link: Link, enforcement: Enforcement, now: datetime, world: World) -> Verdict:
    limits, watch = world.limits, enforcement.watch or Watch(now)
    verdict = after_raising(
        link,
        watch=watch,
        now=now,
        status_lag=limits.status_lag,
        deadline=limits.enforce,
        on_loss=limits.on_encryption_loss,
    )
    if verdict.next in ("lower", "dark"):
        return verdict
    return Verdict("unsettled", "WatchFailed", f"The watch of {link.id} failed; the mode stays.")
