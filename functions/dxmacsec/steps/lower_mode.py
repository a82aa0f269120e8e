"""LowerMode: encryption dropped right after this execution raised the mode; let the line pass again."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.interfaces import Pause, World
from dxmacsec.model import MUST_ENCRYPT, SHOULD_ENCRYPT, Enforcement
from dxmacsec.policy.mode import modes
from dxmacsec.steps.locks import check_acting_lock


def lower_mode(enforcement: Enforcement, world: World) -> Enforcement:
    """Set `should_encrypt`, only for the execution that raised the mode, and pause enforcement first.

    It may come here because the watch itself failed: while encryption is up nothing is lowered.
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
    if verdict.next != "lower" and link.encrypted:
        return enforcement.to(
            "unsettled", "WatchFailed", f"The watch of {link.id} failed; encryption is up, the mode stays."
        )
    now = world.clock.now()
    pause = Pause("ModeLowered", verdict.sentence, enforcement.id, now)
    world.ledger.set_enforcement_pause(enforcement.link, pause)
    if MUST_ENCRYPT in modes(link):
        world.direct_connect.set_mode(link, SHOULD_ENCRYPT)
    lowered = replace(enforcement, lowered=True).noting(now, "mode", f"{link.mode} became {SHOULD_ENCRYPT}")
    sentence = f"{verdict.sentence} The mode is {SHOULD_ENCRYPT} again; enforcement is paused."
    return lowered.to("lowered", "ModeLowered", sentence)
