"""A dashboard in miniature: the board in a frame of one width, and what a real browser says of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium")
HARNESS = """<!doctype html><html><head><meta charset="utf-8"></head>
<body style="margin:0;background:{background}"><div id="widget" style="width:{width}px">{html}</div>
<pre id="measured"></pre>
<script>
const widget = document.getElementById("widget");
const right = widget.getBoundingClientRect().right;
const wide = [...widget.querySelectorAll("*")].filter(each => each.getBoundingClientRect().right > right + 0.5
  || each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline");
document.getElementById("measured").textContent = JSON.stringify({{
  width: widget.clientWidth, scrolls: widget.scrollWidth, height: widget.scrollHeight,
  wide: wide.map(each => each.tagName + " " + each.textContent.slice(0, 60)),
  smallest: Math.min(...[...widget.querySelectorAll("td, p, li")].map(
    each => parseFloat(getComputedStyle(each).fontSize))),
  scripts: widget.querySelectorAll("script").length,
}});
</script></body></html>"""


def page_of(html: str, width: int, background: str) -> str:
    """Return a page that holds the board as wide as a widget is."""
    return HARNESS.format(html=html, width=width, background=background)


def measured(html: str, width: int, folder: Path) -> dict[str, Any]:
    """Return what Chromium measures of the board at a width."""
    page = folder / f"board-{width}.html"
    page.write_text(page_of(html, width, "#fff"), encoding="utf-8")
    dom = _chromium(folder, width, 900, "--dump-dom", page.as_uri())
    found = re.search(r'<pre id="measured">(.*?)</pre>', dom, re.DOTALL)
    assert found, dom[-2000:]
    read: dict[str, Any] = json.loads(found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    return read


def _chromium(folder: Path, width: int, height: int, *arguments: str) -> str:
    assert CHROMIUM
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    command += [f"--window-size={max(width, 500)},{height}", "--hide-scrollbars", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=90).stdout  # noqa: S603 - our own page
