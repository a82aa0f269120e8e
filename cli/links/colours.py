"""The colours of a terminal for what a link asks of a person; its word says the same without them."""

from __future__ import annotations

from dxmacsec.board.urgency import Urgency

STYLES = {
    Urgency.DOWN: "bold white on red",
    Urgency.CLEAR: "bold red",
    Urgency.FIX: "bold red",
    Urgency.ANSWER: "bold magenta",
    Urgency.PAUSED: "bold yellow",
    Urgency.WARN: "yellow",
    Urgency.DUE: "yellow",
    Urgency.BUSY: "cyan",
    Urgency.NEW: "cyan",
    Urgency.OK: "green",
    Urgency.EXEMPT: "dim",
    Urgency.NONE: "dim",
}
