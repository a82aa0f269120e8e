"""Draw the board: a summary, and the links that need somebody first.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from chameleon import PageTemplateFile

from dxmacsec.board.console import Console
from dxmacsec.board.palette import PALETTES
from dxmacsec.board.rows import row_of
from dxmacsec.board.urgency import Urgency, most_urgent, urgency
from dxmacsec.interfaces import LinkView

TEMPLATE = Path(__file__).with_name("board.pt")
NARROW_PIXELS = 720
"""Below it a link is a card, from it on a line of a table."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the board shall look: the widget's theme and width in pixels, and how many links it shows."""

    theme: str = "light"
    width: int = 1024
    show: int = 40


def draw(views: tuple[LinkView, ...], now: datetime, console: Console, look: Look) -> str:
    """Return the board as HTML without a script; every value in it is escaped by the template engine."""
    ranked = [(urgency(view, now), view) for view in most_urgent(views, now)]
    counted = Counter(asks for asks, _ in ranked)
    html: str = _template().render(
        palette=PALETTES[look.theme],
        theme=look.theme,
        shape="cards" if look.width < NARROW_PIXELS else "table",
        total=len(views),
        counts=[(asks, counted[asks]) for asks in Urgency if counted[asks]],
        rows=[row_of(asks, view, now, console) for asks, view in ranked[: look.show]],
        more=max(0, len(views) - look.show),
        place=console.place,
        read_at=f"{now:%Y-%m-%d %H:%M:%S} UTC",
    )
    return html


@cache
def _template() -> PageTemplateFile:
    """Compile the template once a process; escaping is the engine's default, and a test holds it."""
    return PageTemplateFile(str(TEMPLATE), auto_reload=False)
