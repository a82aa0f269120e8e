"""The lives of keys and modes, in the terminal and in the file."""

from __future__ import annotations

import io
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from sandbox.demo import strips
from sandbox.demo.picture import picture
from sandbox.demo.sights import short
from sandbox.demo.timeline import Timeline
from tests.sandbox.demo_builders import NEW, OLD, a_mode_call, a_timeline, an_enforcement, at, printed


def test_keys_overlap_until_the_old_one_is_removed() -> None:
    lane = a_timeline().lanes[0]

    old, new = lane.keys
    assert [(each.what, each.start, each.end) for each in old.stretches] == [
        ("associated", -1, 12),
        ("in use", -1, 6),
    ]
    assert [(each.what, each.start, each.end) for each in new.stretches] == [
        ("asked", 4, 6),
        ("associated", 6, 21),
        ("in use", 6, 21),
    ]
    assert (old.removed_at, new.removed_at) == (12, None)


def test_the_axis_ends_where_the_traffic_was_last_measured() -> None:
    assert a_timeline([(at(-60), at(20.25), "encrypted")]).end == 20.25
    assert a_timeline([(at(-60), at(99), "encrypted")]).end == 21


def test_phases_join_what_belongs_together_and_end_with_the_run() -> None:
    phases = a_timeline().lanes[0].phases

    assert [(each.what, each.start, each.end) for each in phases] == [
        ("plan", 0, 2),
        ("associate", 2, 6),
        ("bake", 6, 20),
    ]


def test_an_enforcement_after_the_rotation_is_drawn_to_its_end() -> None:
    late = replace(an_enforcement(), started_at=at(30), ended_at=at(48))

    drawing = a_timeline([(at(-60), at(99), "encrypted")], enforcements=[late])

    assert [(each.what, each.start, each.end) for each in drawing.lanes[0].phases][-1] == ("enforce", 30, 48)
    assert drawing.end == 49


def test_the_mode_is_what_was_set_last() -> None:
    calls = [a_mode_call(mode="must_encrypt", seconds=3), a_mode_call(mode="should_encrypt", seconds=12)]

    modes = a_timeline(modes=[calls[1], calls[0]]).lanes[0].modes

    assert [(each.what, each.start, each.end) for each in modes] == [
        ("should_encrypt", -1, 3),
        ("must_encrypt", 3, 12),
        ("should_encrypt", 12, 21),
    ]


@pytest.mark.parametrize(
    ("end", "at_most", "ticks"), [(21, 12, (0, 2, 4)), (21, 5, (0, 5, 10)), (300, 8, (0, 50, 100))]
)
def test_ticks_are_round_numbers(end: float, at_most: int, ticks: tuple[int, ...]) -> None:
    assert Timeline(-1, end, ()).ticks(at_most)[:3] == ticks


def test_the_numbers_of_the_axis_stay_within_the_width() -> None:
    console = Console(file=io.StringIO(), width=120)

    lines = console.render_lines(strips.drawn(a_timeline([(at(-60), at(20.25), "encrypted")]), 120), pad=False)

    assert all(sum(segment.cell_length for segment in line) <= 120 for line in lines)
    assert not any("".join(segment.text for segment in line).strip() == "s" for line in lines)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_drawing_fits_the_terminal(width: int) -> None:
    lines = printed(strips.drawn(a_timeline(), width), width).splitlines()

    assert max(map(len, lines)) <= width
    assert any(line.startswith(f"{short(OLD):>10} ▆") and line.endswith("removed") for line in lines)
    assert any(short(NEW) in line and "··" in line for line in lines)
    assert any(line.startswith("      mode ╌╌") for line in lines)


def test_a_moment_without_traffic_is_seen_however_short() -> None:
    broken = a_timeline([(at(-1), at(8), "encrypted"), (at(8), at(8.01), "dropped"), (at(8.01), at(21), "encrypted")])

    terminal, file = printed(strips.drawn(broken, 80), 80), picture(broken)

    traffic = next(line for line in terminal.splitlines() if "traffic ▆" in line)
    assert traffic.count("×") == 1  # noqa: RUF001 - the glyph
    assert "0.0 s clear or dropped" in file
    assert 'class="dropped"' in file


def test_the_picture_is_well_formed_and_escapes_what_it_is_given() -> None:
    svg = picture(a_timeline())

    root = ET.fromstring(svg)  # noqa: S314 - written by ourselves
    texts = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"<a> & b", short(OLD), short(NEW), "removed", "asked for", "dropped", "10 s"} <= set(texts)
    assert "prefers-color-scheme: dark" in svg
    assert "href" not in svg
    assert "every second encrypted" in svg


def test_no_word_of_the_picture_leaves_it() -> None:
    root = ET.fromstring(picture(a_timeline()))  # noqa: S314 - written by ourselves

    width = float(root.get("width", "0"))
    starting = [each for each in root.iter("{http://www.w3.org/2000/svg}text") if each.get("text-anchor") == "start"]
    assert max(float(each.get("x", "0")) + 6 * len(each.text or "") for each in starting) < width
