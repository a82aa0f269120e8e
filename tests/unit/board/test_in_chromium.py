"""The board in a real browser, at the widths that a widget may have, in both themes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dxmacsec.board.drawing import Look, draw
from dxmacsec.compliance import Status
from dxmacsec.model import ASSOCIATED, Key, LinkKind, RouterTaskKind
from tests.unit.board.page import CHROMIUM, measured
from tests.unit.board.views import CONSOLE, DARK_PORT, NOW, PAUSE, ROTATING, a_task, a_view

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: apt install chromium)")

VIEWS = (
    a_view(),
    a_view(
        "dxlag-fgt5r4e3", name="backbone", kind=LinkKind.LAG, rotating=ROTATING, tasks=(a_task(RouterTaskKind.PROVE),)
    ),
    a_view("dxcon-dark0001", ports=(DARK_PORT,), reason="EncryptionDown", status=Status.NON_COMPLIANT),
    a_view("dxcon-fh2j4k6m", name="<b>north-b</b>", pause=PAUSE),
    a_view("dxcon-old00001", name="a-long-name-without-any-space-" * 6, due_at=NOW - timedelta(days=12)),
    a_view("dxcon-two00001", keys=(Key("ab" * 32, "a", ASSOCIATED, "2026-01-02"), Key("cd" * 32, "b", "associating"))),
)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1600])
def test_nothing_runs_over_the_widget_s_edge(theme: str, width: int, tmp_path: Path) -> None:
    seen = measured(draw(VIEWS, NOW, CONSOLE, Look(theme, width)), width, tmp_path)

    assert (seen["width"], seen["scrolls"], seen["wide"]) == (width, width, [])
    assert seen["smallest"] >= 12
    assert seen["scripts"] == 0


def test_the_measure_finds_what_runs_over(tmp_path: Path) -> None:
    seen = measured('<div><span style="display:inline-block;width:500px">wide</span></div>', 360, tmp_path)

    assert seen["wide"]
    assert seen["scrolls"] > 360
