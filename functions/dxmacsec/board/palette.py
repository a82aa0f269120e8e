"""The board's colours in CloudWatch's two themes; each text colour stands on its background with 4.5 to 1."""

from __future__ import annotations

PALETTES: dict[str, dict[str, str]] = {
    "light": {
        "paper": "#ffffff",
        "ink": "#16191f",
        "faint": "#545b64",
        "line": "#c6cdd4",
        "link": "#0a58a8",
        "bad": "#a4161a",
        "warn": "#7a4b00",
        "wait": "#0b4f8a",
        "good": "#1b6b2c",
        "calm": "#545b64",
    },
    "dark": {
        "paper": "#161d26",
        "ink": "#e6e9ed",
        "faint": "#a9b4c0",
        "line": "#424f5e",
        "link": "#7cc0ff",
        "bad": "#ff9c94",
        "warn": "#f5c26b",
        "wait": "#8ecbff",
        "good": "#86d993",
        "calm": "#a9b4c0",
    },
}
"""By `widgetContext.theme`."""
