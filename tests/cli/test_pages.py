"""The pages in a real browser: they fit a telephone and a desk, and follow light and dark."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import timedelta
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest

from tests.cli.played import PlayedAccount, a_row, a_verdict
from tests.worlds.estates import LINK, PARTNER
from tests.worlds.scene import Scene

CHROMIUM = shutil.which("chromium")
LIGHT, DARK = 1, 0

FRAME = """<!DOCTYPE html><html><head><meta name="color-scheme" content="light dark"><title></title></head><body>
<iframe style="width: WIDTHpx; height: 900px; border: 0" srcdoc="PAGE"></iframe>
<script>
onload = () => {
  const inside = document.querySelector("iframe").contentDocument, root = inside.documentElement;
  const shown = inside.defaultView.getComputedStyle(inside.body);
  document.title = JSON.stringify({
    width: root.clientWidth, over: root.scrollWidth - root.clientWidth, page: shown.backgroundColor, ink: shown.color,
  });
};
</script></body></html>"""
"""Shows a page in a frame as wide as a telephone: a window of the browser itself is no narrower than 500 pixels."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


def measured(file: Path, width: int, scheme: int) -> dict[str, Any]:
    """Open a page at a width, in light or dark, and return what the browser says of it."""
    page = escape(file.read_text(encoding="utf-8"))
    probe = file.with_suffix(".probe.html")
    probe.write_text(FRAME.replace("WIDTH", str(width)).replace("PAGE", page), encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - the browser
        [
            *(
                str(CHROMIUM),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--window-size=1400,900",
            ),
            *(f"--user-data-dir={file.parent / 'profile'}", f"--blink-settings=preferredColorScheme={scheme}"),
            *("--dump-dom", f"file://{probe}"),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    title = re.search(r"<title>(\{.*?\})</title>", done.stdout)
    assert title, done.stdout[:500]
    found: dict[str, Any] = json.loads(unescape(title[1]))
    return found


@pytest.fixture
def pages(scene: Scene, account: PlayedAccount, tmp_path: Path) -> dict[str, Path]:
    """Return the evidence of a rotation and the report, with long words in them."""
    now = scene.clock.now()
    long = "asked-by-" + "x" * 200
    account.stories.rows += [
        a_row(LINK, "f" * 80, now - timedelta(days=20), asked={"link": LINK, "reason": long}),
        a_row(PARTNER, "r2", now - timedelta(days=9), status="FAILED", reason="RouterTimedOut", sentence=long),
        a_verdict(PARTNER, now - timedelta(days=9), "NON_COMPLIANT", "KeyTooOld"),
    ]
    files = {"evidence": tmp_path / "evidence.html", "report": tmp_path / "report.html"}
    account.type("evidence", "f" * 80, "--html", str(files["evidence"]))
    account.type("report", "--html", str(files["report"]))
    return files


@pytest.mark.parametrize("name", ["evidence", "report"])
def test_a_page_fits_its_window_and_follows_light_and_dark(pages: dict[str, Path], name: str) -> None:
    telephone, desk = measured(pages[name], 360, DARK), measured(pages[name], 1280, LIGHT)

    assert (telephone["width"], desk["width"]) == (360, 1280)
    assert (telephone["over"], desk["over"]) == (0, 0)
    assert (telephone["page"], desk["page"]) == ("rgb(13, 17, 23)", "rgb(255, 255, 255)")
    assert telephone["ink"] != desk["ink"]
