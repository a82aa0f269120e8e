"""The picture's colours and type, in light and in dark."""

from __future__ import annotations

from typing import Final

FONT: Final = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
MONOSPACE: Final = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"

COLOURS: Final[dict[str, tuple[str, str, str]]] = {
    "page": ("fill", "#ffffff", "#0d1117"),
    "card": ("fill", "#f6f8fa", "#161b22"),
    "ink": ("fill", "#1f2328", "#e6edf3"),
    "muted": ("fill", "#59636e", "#9198a1"),
    "grid": ("stroke", "#d9dee4", "#2a313a"),
    "end": ("stroke", "#59636e", "#9198a1"),
    "phase": ("fill", "#e3e8ee", "#262d37"),
    "asked": ("stroke", "#6673e0", "#7c86ec"),
    "associated": ("fill", "#c5cdf8", "#343c84"),
    "in-use": ("fill", "#4653d6", "#8b95f7"),
    "must_encrypt": ("fill", "#a9b4c0", "#4b5866"),
    "should_encrypt": ("fill", "#d4621b", "#e8843c"),
    "no_encrypt": ("fill", "#d1242f", "#f85149"),
    "encrypted": ("fill", "#2da061", "#3fb970"),
    "clear": ("fill", "#e0a100", "#e3b341"),
    "dropped": ("fill", "#d1242f", "#f85149"),
}
"""Class, the property that it sets, the light and the dark value."""

_SHAPES: Final = f"""
text {{ font-family: {FONT}; font-size: 12px; }}
.title {{ font-size: 20px; font-weight: 650; }}
.name {{ font-size: 14px; font-weight: 650; }}
.small {{ font-size: 11px; }}
.tiny {{ font-size: 10px; }}
.ckn {{ font-family: {MONOSPACE}; font-size: 11.5px; }}
.asked {{ fill: none; stroke-width: 1.5px; stroke-dasharray: 3 2.5; }}
.grid {{ stroke-width: 1px; }}
.end {{ stroke-width: 2px; }}
"""


def stylesheet() -> str:
    """Return the style sheet: it follows the reader's preference, and is light where there is none."""
    return f"{_rules(1)}@media (prefers-color-scheme: dark) {{\n{_rules(2)}}}{_SHAPES}"


def _rules(which: int) -> str:
    return "".join(f".{name} {{ {colour[0]}: {colour[which]}; }}\n" for name, colour in COLOURS.items())
