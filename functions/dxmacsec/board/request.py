"""What the dashboard asks the board for: its own parameters, and CloudWatch's word of the widget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dxmacsec.board.drawing import Look
from dxmacsec.board.palette import PALETTES
from dxmacsec.errors import BadInput

DEFAULT = Look()
MOST_LINKS = 200
"""A link takes 2 kB or so, and a synchronous answer of Lambda ends at 6 MB."""

DESCRIPTION = f"""\
## dxmacsec: the links

Every link of this account and Region: how it stands, how old its keys are, what is in flight and what that waits
for, and when it is next due. Those that need somebody come first.

It reads Direct Connect and the ledger, and changes nothing.

| parameter | meaning |
| --- | --- |
| `show` | how many links are shown, 1 to {MOST_LINKS}; {DEFAULT.show} by default |
| `runbook` | an https address of docs/runbook.md; verdicts then open their headings |
"""


def look_of(event: Mapping[str, Any]) -> Look:
    """Return how the board shall look; CloudWatch's word is taken as far as it is known, else the defaults hold.

    Raises:
        BadInput: `show` is no number that is allowed.
    """
    context = event.get("widgetContext")
    context = context if isinstance(context, Mapping) else {}
    theme, width, show = context.get("theme"), context.get("width"), event.get("show", DEFAULT.show)
    if not isinstance(show, int) or isinstance(show, bool) or not 1 <= show <= MOST_LINKS:
        message = f"show: expected a whole number from 1 to {MOST_LINKS}"
        raise BadInput(message)
    return Look(
        theme if theme in PALETTES else DEFAULT.theme,
        int(width) if isinstance(width, int | float) and not isinstance(width, bool) else DEFAULT.width,
        show,
    )


def runbook_of(event: Mapping[str, Any]) -> str | None:
    """Return where the runbook is read, if the dashboard says so.

    Raises:
        BadInput: it is no https address: a link must never run a script.
    """
    address = event.get("runbook")
    if address is None:
        return None
    if not isinstance(address, str) or not address.startswith("https://"):
        message = "runbook: expected an address that begins with https://"
        raise BadInput(message)
    return address
