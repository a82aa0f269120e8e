"""PauseLink: stop and restart the automation of one link by hand, with who and why kept in the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dxmacsec.interfaces import Note, Pause, World
from dxmacsec.model import PAUSED_BY_HAND, SCHEMA


def pause_link(link: str, why: str, by: str, world: World) -> Pause | None:
    """Pause a link's automation; returns None when it is done, else the pause that was there before.

    A rotation that runs goes on: a pause is asked for where the next one is planned. Running it twice is safe:
    the second finds the pause of the first.
    """
    now = world.clock.now()
    note = _note("paused", now, {"by": by, "why": why})
    if world.ledger.pause_by_hand(link, Pause(PAUSED_BY_HAND, why, by, now), note):
        return None
    return world.ledger.pause(link) or pause_link(link, why, by, world)


def clear_link(link: str, seen: Pause, why: str, by: str, world: World) -> bool:
    """Remove the pause that was seen, by hand or the product's own; False when it is another one by now.

    Running it twice is safe: the second finds none, and clears none that came meanwhile.
    """
    what = "resumed" if seen.by_hand else "cleared"
    note = _note(what, world.clock.now(), {"by": by, "why": why, "cleared": _shown(seen)})
    return world.ledger.clear_pause(link, seen, note)


def clear_enforcement(link: str, seen: Pause, why: str, by: str, world: World) -> bool:
    """Remove the enforcement pause that was seen; False when it is another one by now."""
    note = _note("enforcement-cleared", world.clock.now(), {"by": by, "why": why, "cleared": _shown(seen)})
    return world.ledger.clear_enforcement_pause(link, seen, note)


def _note(what: str, at: datetime, told: dict[str, Any]) -> Note:
    return Note(what, at, {"schema": SCHEMA, "what": what, "at": at.isoformat(), **told})


def _shown(pause: Pause) -> dict[str, str]:
    return {"reason": pause.reason, "sentence": pause.sentence, "by": pause.by, "at": pause.at.isoformat()}
