"""Bad input for tests: real events and inputs, spoilt in one to three places, with a CAK planted among them."""

from __future__ import annotations

import copy
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from dxmacsec.handlers.canonical_log import LOGGER

EVENTS = Path(__file__).parents[2] / "events"
CAK = "c0ffee15dead10cc0ffee15bad5eed0badcafe0f00d1deadbea7face0ff1ce42"
WINDOW = 12
"""So many digits of a CAK in a row are too many."""

DEEP: Any = "bottom"
for _ in range(60):
    DEEP = [DEEP]

LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(
        [
            *(CAK, CAK.upper(), f"key {CAK}", {"cak": CAK}, [CAK], {CAK: 1}),
            *("", " ", "x" * 3000, "\x00", "line\nline", "\ud800", "\u202e", "null", "0", "{}"),
            *(
                "dxcon-fg5678gh",
                "dxcon-fg5678gh\n",
                "dxcon-\uff26\uff275678gh",
                "DXCON-FG5678GH",
                "dxlag-fgt5r4e3",
                "dxlag-",
            ),
            *("\u0661" * 64, "ab" * 32, "ab" * 31 + "\u0430b"),
            *("2026-13-45", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "Fri, 20 Nov 0001 02:00:00 GMT"),
            *(10**40, -1, 2**63, 1e308, DEEP, [], {}, [None], [[]], [{}]),
            "arn:aws:states:us-east-1:123456789012:execution:RotateKey:" + CAK,
        ]
    ),
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=20),
)
ANY: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.one_of(st.text(max_size=12), st.sampled_from([CAK, "x" * 3000, "links", "all", "urgent", "cak", "\n"]))


def sample(name: str) -> Any:  # noqa: ANN401 - any JSON
    """Return a real-shaped input of the folder events/."""
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def _spots(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - any JSON
    yield path
    if isinstance(value, dict | list):
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _spots(each, (*path, name))


@st.composite
def spoilt(draw: st.DrawFn, samples: list[Any], *, times: int = 3) -> Any:  # noqa: ANN401 - any JSON
    """Return one of the samples with something replaced, taken away or added."""
    value = copy.deepcopy(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(1, times))):
        value = _spoil(draw, value)
    return value


def _spoil(draw: st.DrawFn, value: Any) -> Any:  # noqa: ANN401 - any JSON
    path = draw(st.sampled_from(list(_spots(value))))
    if not path:
        if isinstance(value, dict) and draw(st.booleans()):
            return {**value, draw(NAMES): _fresh(draw)}
        return _fresh(draw)
    *way, last = path
    place = value
    for name in way:
        place = place[name]
    if draw(st.integers(0, 3)) == 0:
        del place[last]
    else:
        place[last] = _fresh(draw)
    return value


def _fresh(draw: st.DrawFn) -> Any:  # noqa: ANN401 - any JSON
    """Return a value of its own: what Hypothesis keeps must not be spoilt."""
    return copy.deepcopy(draw(ANY))


def leaks(text: str) -> list[str]:
    """Return the pieces of the planted CAK that a text shows."""
    low = text.lower()
    return [CAK[at : at + WINDOW] for at in range(len(CAK) - WINDOW + 1) if CAK[at : at + WINDOW] in low]


NAME = r"[\w.\[\]-]+"
FIELD = re.compile(rf"(?:{NAME}(?:(?:, | or ){NAME})*|a field whose name is not shown): \S")


def names_a_field(text: str) -> bool:
    """Tell whether an error's text begins with the field that is wrong."""
    return FIELD.match(text) is not None


class Lines(logging.Handler):
    """Keeps what the product writes to its log, fields and all."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(logging.DEBUG)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.text += json.dumps(vars(record), default=str)


@contextmanager
def logged() -> Iterator[Lines]:
    """Keep the product's log while a block runs."""
    lines, logger = Lines(), logging.getLogger(LOGGER.name)
    logger.addHandler(lines)
    try:
        yield lines
    finally:
        logger.removeHandler(lines)
