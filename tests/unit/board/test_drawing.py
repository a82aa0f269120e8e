"""The board as HTML: what stands in it, what never does, and that it fits."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from dxmacsec.board.drawing import Look, draw
from dxmacsec.board.palette import PALETTES
from dxmacsec.compliance import Status
from dxmacsec.interfaces import LinkView
from dxmacsec.model import ASSOCIATED, Key, RouterTaskKind
from tests.unit.board.views import CONSOLE, DARK_PORT, LINK, NOW, PAUSE, ROTATING, a_task, a_view

EVIL = '<script>alert("x")</script>'
ALLOWED = {
    *("div", "style", "ul", "li", "b", "span", "p", "code", "table", "colgroup", "col"),
    *("thead", "tbody", "tr", "th", "td", "a"),
}
"""CloudWatch takes scripts, iframes and `use` out; we need none of them."""


class Page(HTMLParser):
    """What a browser would make of it: tags, addresses, and the text outside the style."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.text = ""
        self._style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._style = tag == "style"
        self.addresses += [value or "" for name, value in attrs if name == "href"]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self._style = self._style and tag != "style"

    def handle_data(self, data: str) -> None:
        self.text += "" if self._style else data


def board(*views: LinkView, look: Look | None = None) -> Page:
    return Page(draw(views, NOW, CONSOLE, look or Look()))


def test_the_board_says_whose_links_it_shows() -> None:
    assert "123456789012/us-east-1, read at " in board(a_view()).text


def test_a_link_shows_its_verdict_keys_age_and_next_due() -> None:
    text = board(a_view()).text

    for words in ("north-a", LINK, "connection, 10Gbps, EqDC2", "ok", "must_encrypt, 1 of 1 port encrypted"):
        assert words in text
    assert "f79f1947… in use for 28 days" in text
    assert "in 62 days" in text
    assert "nothing" in text


def test_a_rotation_shows_what_it_waits_for_and_until_when_and_never_its_token() -> None:
    page = board(a_view(rotating=ROTATING, acting=ROTATING, tasks=(a_task(RouterTaskKind.PROVE),)))

    assert "rotation by-hand for 40 min" in page.text
    assert "waits for the router to prove, until 2026-03-01 17:00 UTC (5 h left): by-hand.prove.0" in page.text
    assert "changes it" not in page.text
    assert [each for each in page.addresses if each.endswith(ROTATING.execution)]
    assert "THE-TOKEN" not in page.text + "".join(page.addresses)


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (a_view(due_at=NOW - timedelta(days=3)), "overdue by 3 days"),
        (a_view(due_at=NOW, key_since=None), "now: the key's age is unknown"),
        (a_view(due_at=None), "never by age"),
        (a_view(due_at=NOW, key_since=None, keys=()), "now: it holds no key"),
        (a_view(due_at=NOW + timedelta(minutes=90)), "in 90 min"),
        (a_view(due_at=NOW + timedelta(hours=20)), "in 20 h"),
        (a_view(key_since=NOW - timedelta(hours=5)), "in use for less than a day"),
        (a_view(key_since=NOW - timedelta(hours=30)), "in use for 1 day"),
        (a_view(keys=()), "no key"),
        (a_view(keys=(Key("ab" * 32, "arn", "associating"),)), "abababab… in use for 28 days (associating)"),
        (
            a_view(keys=(Key("ab" * 32, "a", ASSOCIATED, "2026-01-02T03:04:05Z"), Key("cd" * 32, "b", ASSOCIATED))),
            "on the link since 2026-01-02",
        ),
        (a_view(pause=PAUSE), "paused by by-hand: RouterOnOldKey"),
        (a_view(enforcement_pause=PAUSE), "enforcement paused: RouterOnOldKey"),
        (a_view(acting=ROTATING), "by-hand changes it for 40 min"),
        (a_view(rotating=ROTATING, tasks=(a_task(hours=-1),)), "too late"),
        (a_view(ports=(DARK_PORT,)), "0 of 1 port encrypted"),
        (a_view(reason="KeyUnknown", status=Status.NON_COMPLIANT), f"{LINK} is what it is."),
        (a_view(standing=None), "no verdict yet"),
    ],
)
def test_what_is_special_about_a_link_is_said(view: LinkView, words: str) -> None:
    assert words in board(view).text


def test_the_summary_counts_every_link_by_rank_in_words() -> None:
    text = board(a_view("dxcon-a"), a_view("dxcon-b"), a_view("dxcon-c", ports=(DARK_PORT,))).text

    assert re.search(r"3\s+links", text)
    assert re.search(r"1\s+DOWN", text)
    assert re.search(r"2\s+ok", text)


def test_no_link_at_all_is_said() -> None:
    assert "lists no link" in board().text


@pytest.mark.parametrize("where", ["name", "location", "bandwidth", "mode"])
def test_what_a_person_named_a_link_can_not_become_markup(where: str) -> None:
    named: dict[str, Any] = {where: EVIL}

    page = board(a_view(**named))

    assert EVIL in page.text
    assert set(page.tags) <= ALLOWED


def test_words_of_the_ledger_can_not_become_markup() -> None:
    evil = replace(PAUSE, reason=EVIL, by=EVIL)
    standing = replace(a_view().standing, reasons=(EVIL,), sentence=EVIL, status=Status.NON_COMPLIANT)  # type: ignore[type-var]  # a view made here has one
    rotating = replace(ROTATING, name=EVIL, execution=f'arn:"><script>{EVIL}')
    task = replace(a_task(), task_id=EVIL)

    page = board(a_view(pause=evil, enforcement_pause=evil, standing=standing, rotating=rotating, tasks=(task,)))

    assert set(page.tags) <= ALLOWED
    assert page.handlers == []
    assert all(address.startswith("https://") and "<" not in address for address in page.addresses)


def test_a_thousand_links_are_a_summary_and_the_most_urgent_in_a_small_answer() -> None:
    views = tuple(a_view(f"dxcon-f{number:07d}") for number in range(999))
    worst = a_view("dxcon-zzzzzzzz", ports=(DARK_PORT,))

    html = draw((*views, worst), NOW, CONSOLE, Look(show=40))

    page = Page(html)
    assert html.index("dxcon-zzzzzzzz") < html.index("dxcon-f0000000")
    assert re.search(r"And\s+960\s+more", page.text)
    assert page.tags.count("tr") == 1 + 40
    assert len(html.encode()) < 100_000


@pytest.mark.parametrize(
    ("width", "shape"), [(360, "dxm-cards"), (719, "dxm-cards"), (720, "dxm-table"), (1600, "dxm-table")]
)
def test_a_narrow_widget_gets_cards(width: int, shape: str) -> None:
    assert f' {shape}">' in draw((a_view(),), NOW, CONSOLE, Look(width=width))


@pytest.mark.parametrize("theme", PALETTES)
def test_the_theme_s_own_colours_are_used(theme: str) -> None:
    html = draw((a_view(),), NOW, CONSOLE, Look(theme=theme))

    assert all(colour in html for colour in PALETTES[theme].values())


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("ink", ["ink", "faint", "link", "bad", "warn", "wait", "good", "calm"])
def test_every_text_stands_out_from_its_paper(theme: str, ink: str) -> None:
    dark, bright = sorted((luminance(PALETTES[theme][ink]), luminance(PALETTES[theme]["paper"])))

    assert (bright + 0.05) / (dark + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG21/#dfn-relative-luminance"""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
