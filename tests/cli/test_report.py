from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET  # reads only what this product wrote

import pytest

from cli.commands.report import period_of
from cli.ending import CliError, Ending
from cli.fleet.document import COLUMNS, safe_cell
from cli.fleet.report import KeyLife, Period, Span, lane, lives_of
from cli.fleet.timeline import MOST_TICKS, ticks
from dxmacsec.interfaces import LinkView, StoryRow
from tests.cli.played import CKN, OLD_CKN, PlayedAccount, a_row, a_verdict, an_enforcement, played
from tests.cli.test_evidence import check_self_contained
from tests.unit.policy.situations import a_key, a_link
from tests.worlds.estates import LINK, PARTNER, an_interconnect
from tests.worlds.scene import Scene, a_scene

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
QUARTER = Period(NOW - timedelta(days=90), NOW)
VIEW = LinkView(a_link(a_key("a")), "north", True, key_since=NOW - timedelta(days=10))  # noqa: FBT003


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def life(*rows: StoryRow) -> tuple[KeyLife, ...]:
    return lives_of(VIEW, rows)


def test_keys_live_one_after_the_other_and_of_the_first_nobody_knows_since_when() -> None:
    rows = a_row(LINK, "r1", days_ago(40)), a_row(LINK, "r2", days_ago(10), new_ckn="ef" * 32, old_ckns=[CKN])

    assert life(*rows) == (
        KeyLife(OLD_CKN, None, days_ago(40)),
        KeyLife(CKN, days_ago(40), days_ago(10)),
        KeyLife("ef" * 32, days_ago(10), None),
    )


def test_before_the_first_key_of_a_link_there_was_none() -> None:
    assert life(a_row(LINK, "r1", days_ago(10), old_ckns=[])) == (KeyLife(CKN, days_ago(10), None),)


def test_a_link_that_was_never_rotated_has_the_key_that_it_has() -> None:
    (only,) = life()

    assert (only.since, only.until) == (days_ago(10), None)


def test_a_rotation_that_failed_before_its_key_was_in_use_brought_in_none() -> None:
    failed = a_row(LINK, "r1", days_ago(5), status="FAILED", reason="RouterOnOldKey", checks=[])

    assert life(failed) == life()


def test_a_rotation_that_failed_after_its_key_came_into_use_brought_it_in() -> None:
    failed = a_row(LINK, "r1", days_ago(5), status="FAILED", reason="EnforcementFailed")

    assert life(failed)[-1] == KeyLife(CKN, days_ago(5), None)


def test_only_what_touches_the_period_is_in_it() -> None:
    rows = [
        a_row(LINK, "later", NOW + timedelta(days=1)),
        a_row(LINK, "inside", days_ago(50)),
        an_enforcement(LINK, "e1", days_ago(51)),
        a_row(LINK, "before", days_ago(200)),
        a_row(LINK, "long before", days_ago(300)),
    ]

    made = lane(VIEW, rows, QUARTER, timedelta(days=90), NOW)

    assert [line.id for line in made.rotations] == ["inside"]
    assert [key.since for key in made.lives] == [days_ago(200), days_ago(50)]


def test_a_link_was_not_compliant_until_its_next_verdict_or_until_now() -> None:
    rows = [
        a_verdict(LINK, days_ago(2), "NON_COMPLIANT"),
        a_verdict(LINK, days_ago(80)),
        a_verdict(LINK, days_ago(100), "NON_COMPLIANT"),
    ]

    made = lane(VIEW, rows, QUARTER, timedelta(days=90), NOW)

    assert made.troubles == (Span(QUARTER.start, days_ago(80)), Span(days_ago(2), NOW))


def test_a_tag_that_asks_for_a_shorter_life_holds_for_its_link() -> None:
    view = LinkView(a_link(a_key("a")), "n", True, key_since=days_ago(10), due_at=days_ago(-20))  # noqa: FBT003

    assert lane(view, [], QUARTER, timedelta(days=90), NOW).max_age == timedelta(days=30)


@pytest.mark.parametrize("days", [0.5, 1, 7, 30, 90, 365, 2000])
def test_ticks_are_midnights_inside_the_period_and_not_too_many(days: float) -> None:
    period = Period(days_ago(days), NOW)

    made = list(ticks(period))

    assert len(made) <= MOST_TICKS + 1
    assert all(period.holds(at) and (at.hour, at.minute) == (0, 0) for at in made)


@pytest.fixture
def rotated(scene: Scene, account: PlayedAccount) -> PlayedAccount:
    """Return an account with a good, a failed and a refused rotation in the last quarter."""
    now = scene.clock.now()
    account.stories.rows += [
        a_row(LINK, "good", now - timedelta(days=20)),
        a_row(LINK, "bad", now - timedelta(days=30), status="FAILED", reason="RouterTimedOut", checks=[]),
        a_row(PARTNER, "no", now - timedelta(days=3), status="REFUSED", reason="LinkPaused", checks=[], new_ckn=None),
        a_row(PARTNER, "earlier", now - timedelta(days=120)),
        a_verdict(PARTNER, now - timedelta(days=9), "NON_COMPLIANT", "KeyTooOld"),
    ]
    return account


def test_the_table_counts_rotations_of_the_period(rotated: PlayedAccount) -> None:
    lines = rotated.type("report").stdout.splitlines()

    rows = {line.split()[0]: line.split() for line in lines if line.startswith("dxcon")}
    assert rows[LINK][-5:-2] == ["1", "1", "0"]
    assert rows[PARTNER][-5:-2] == ["0", "0", "1"]
    assert max(map(len, lines)) <= 80
    assert "1 succeeded" in " ".join(" ".join(lines).split())


def test_from_and_to_choose_the_period(scene: Scene, rotated: PlayedAccount) -> None:
    until = f"{scene.clock.now() - timedelta(days=25):%Y-%m-%d}"

    made = json.loads(rotated.type("report", "--from", "150d", "--to", until, "--json").stdout)

    assert {line["id"] for link in made["links"] for line in link["rotations"]} == {"bad", "earlier"}


def test_a_day_as_the_end_is_in_the_period_through_its_last_moment_and_the_heading_says_no_more(
    account: PlayedAccount, tmp_path: Path
) -> None:
    late = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)
    account.stories.rows += [a_row(LINK, "late", late), a_row(LINK, "next", late + timedelta(seconds=1))]
    file, words = tmp_path / "report.html", ("report", "--from", "2026-01-31", "--to", "2026-01-31")

    made = json.loads(account.type(*words, "--json").stdout)
    shown = account.type(*words, "--html", str(file)).stdout

    assert [line["id"] for link in made["links"] for line in link["rotations"]] == ["late"]
    assert (made["from"], made["to"]) == ("2026-01-31T00:00:00+00:00", "2026-02-01T00:00:00+00:00")
    assert "From 2026-01-31 to 2026-01-31 (UTC)" in shown
    page = file.read_text(encoding="utf-8")
    assert "2026-01-31 to 2026-01-31" in page
    assert "2026-02-01" not in page.split("<svg")[0]
    assert "to 2026-01-31" in the_picture(page)[0].text  # type: ignore[operator]  # it has text


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ("2026-01-31", datetime(2026, 2, 1, tzinfo=UTC)),
        ("20260131", datetime(2026, 2, 1, tzinfo=UTC)),
        ("2026-01-31T00:00", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T08:00+02:00", datetime(2026, 1, 31, 6, tzinfo=UTC)),
        ("2d", days_ago(2)),
    ],
)
def test_only_a_day_means_its_end(typed: str, end: datetime) -> None:
    assert period_of("400d", typed, NOW).end == end


@pytest.mark.parametrize(
    "words", [("--from", "1d", "--to", "2d"), ("--from", "soon"), ("--to", "soon"), ("--to", "9999-12-31")]
)
def test_a_period_that_is_none_is_wrong_usage(account: PlayedAccount, words: tuple[str, ...]) -> None:
    error = account.type("report", *words).exception

    assert isinstance(error, CliError)
    assert error.ending is Ending.USAGE


def test_json_has_a_stable_shape(rotated: PlayedAccount) -> None:
    made = json.loads(rotated.type("report", "--json").stdout)

    assert set(made) == {"schema", "account", "region", "at", "from", "to", "figures", "links"}
    assert made["schema"] == 1
    assert made["figures"]["rotations"] == {"FAILED": 1, "REFUSED": 1, "SUCCEEDED": 1}
    assert set(made["links"][0]) == {
        *("id", "name", "kind", "location", "mode", "key_since", "key_age_days", "max_age_days", "due_at", "keys"),
        *("not_compliant", "rotations"),
    }


def test_csv_has_a_row_a_rotation_and_one_for_a_link_without_any(
    scene: Scene, account: PlayedAccount, tmp_path: Path
) -> None:
    account.stories.rows += [a_row(LINK, f"r{day}", scene.clock.now() - timedelta(days=day)) for day in (1, 2)]
    file = tmp_path / "report.csv"

    account.type("report", "--csv", str(file))

    head, *rows = csv.reader(io.StringIO(file.read_text(encoding="utf-8")))
    assert tuple(head) == COLUMNS
    assert [(row[0], row[head.index("rotation")]) for row in rows] == [(LINK, "r2"), (LINK, "r1"), (PARTNER, "")]
    assert {len(row) for row in rows} == {len(COLUMNS)}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(text: str, scene: Scene, account: PlayedAccount, tmp_path: Path) -> None:
    account.stories.rows.append(a_row(LINK, "r1", scene.clock.now() - timedelta(days=1), asked={"reason": text}))
    file = tmp_path / "report.csv"

    account.type("report", "--csv", str(file))

    with file.open(encoding="utf-8", newline="") as opened:
        cells = [cell for row in csv.reader(opened) for cell in row]
    assert f"'{text}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


@pytest.mark.parametrize(("value", "cell"), [(None, ""), (12.5, "12.5"), ("dxcon-a=b", "dxcon-a=b")])
def test_an_ordinary_cell_stays_as_it_is(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


def the_picture(text: str) -> ET.Element:
    start, end = text.index("<svg"), text.index("</svg>") + len("</svg>")
    return ET.fromstring(text[start:end])  # noqa: S314 - see the import


def test_the_page_is_one_file_with_the_timeline_in_it(rotated: PlayedAccount, tmp_path: Path) -> None:
    file = tmp_path / "report.html"

    rotated.type("report", "--html", str(file))

    text = file.read_text(encoding="utf-8")
    check_self_contained(text)
    picture = the_picture(text)
    marks = [element.get("class") for element in picture.iter() if element.tag in ("circle", "polygon")]
    assert sorted(mark or "" for mark in marks) == ["mark good", "mark odd"]
    assert len([line for line in picture.iter("line") if line.get("class") == "cross"]) == 2
    assert [box.get("class") for box in picture.iter("rect") if box.get("class") == "trouble"] == ["trouble"]
    tips = " ".join(title.text or "" for title in picture.iter("title"))
    assert "FAILED, RouterTimedOut (bad)" in tips
    assert "not compliant from" in tips


def test_every_shape_of_the_picture_stays_inside_it(rotated: PlayedAccount, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    rotated.type("report", "--html", str(file), "--from", "400d")

    picture = the_picture(file.read_text(encoding="utf-8"))

    _, _, width, height = map(float, (picture.get("viewBox") or "").split())
    for box in picture.iter("rect"):
        left, top, wide, high = (float(box.get(name) or 0) for name in ("x", "y", "width", "height"))
        assert (left >= 0, top >= 0, left + wide <= width, top + high <= height) == (True, True, True, True)


def test_a_name_that_is_markup_stays_a_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    estate = an_interconnect()
    (port,) = estate.interconnects
    evil = type(port)(**{name: getattr(port, name) for name in port.__dataclass_fields__} | {"name": "<b>&'\""})
    scene = a_scene(type(estate)(estate.locations, interconnects=(evil,)))
    file = tmp_path / "report.html"

    played(scene, monkeypatch).type("report", "--html", str(file))

    text = file.read_text(encoding="utf-8")
    check_self_contained(text)
    assert "<b>&" not in text
    assert "&lt;b&gt;&amp;" in text


def test_a_fleet_without_links_has_a_report(
    account: PlayedAccount, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("cli.commands.report.view_links", lambda *_: ())
    file = tmp_path / "report.html"

    result = account.type("report", "--html", str(file))

    assert result.exit_code == Ending.DONE
    assert "0 links" in result.stdout
    check_self_contained(file.read_text(encoding="utf-8"))
