"""The function DrawBoard, which the dashboard's custom widget calls in the name of who looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dxmacsec.adapters.home import Home
from dxmacsec.board.console import Console
from dxmacsec.board.drawing import draw
from dxmacsec.board.request import DESCRIPTION, look_of, runbook_of
from dxmacsec.handlers import wiring
from dxmacsec.handlers.canonical_log import Call
from dxmacsec.steps.view_links import view_links

if TYPE_CHECKING:
    from dxmacsec.handlers.run import Event


def handler(event: Event, _context: object) -> str:
    """Return the board as HTML, or in Markdown what it is where CloudWatch asks for that; it only reads.

    A failed read fails the call: CloudWatch shows the error in the board's place, rather than an old board.
    """
    if event.get("describe"):
        return DESCRIPTION
    call = Call({"step": "draw_board"})
    try:
        html = _drawn(event)
    except Exception as error:
        call.failed(error)
        raise
    call.done(None)
    return html


def _drawn(event: Event) -> str:
    world, settings = wiring.world(), wiring.own_settings()
    home = Home.of(settings.alerts_topic_arn)
    console = Console(home.partition, home.region, home.account, settings.key_secret_prefix, runbook_of(event))
    return draw(view_links(world, wiring.stories()), world.clock.now(), console, look_of(event))
