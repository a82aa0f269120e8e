"""The function SweepLinks, as the schedule calls it, and the metrics that it writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dxmacsec.errors import ServiceFault
from dxmacsec.handlers import sweep_links, wiring
from dxmacsec.handlers.canonical_log import LOGGER
from dxmacsec.model import SHOULD_ENCRYPT
from sandbox.twin import Estate
from sandbox.twin.estates import LOCATIONS
from tests.unit.steps.test_judge_links import FAULT, about, change_mode, hold, many, settled
from tests.worlds.scene import Scene
from tests.worlds.trouble import BEFORE

EVENT: dict[str, Any] = json.loads((Path(__file__).parents[3] / "events" / "schedule.json").read_text())
FIRST, SECOND, THIRD = (f"dxcon-fmany{number:04d}" for number in range(3))


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    made = settled(many(3))
    monkeypatch.setattr(wiring, "world", lambda: made.world)
    return made


def metrics(out: str) -> dict[tuple[str, str], float]:
    """Read the embedded metrics as CloudWatch does: by name and verdict; all else about them is checked."""
    found: dict[tuple[str, str], float] = {}
    for blob in (json.loads(line) for line in out.splitlines() if '"_aws"' in line):
        [directive] = blob["_aws"]["CloudWatchMetrics"]
        [dimensions] = directive["Dimensions"]
        [metric] = directive["Metrics"]
        assert (directive["Namespace"], metric["Unit"], blob["service"]) == ("dxmacsec", "Count", "dxmacsec")
        assert set(dimensions) <= {"service", "verdict"}
        assert set(blob) == {"_aws", metric["Name"], *dimensions}
        [value] = blob[metric["Name"]]
        found[metric["Name"], blob.get("verdict", "")] = value
    return found


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [vars(record) for record in caplog.records if record.name == LOGGER.name]


def test_the_fleet_s_figures_are_metrics_and_none_names_a_link(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    change_mode(scene, SHOULD_ENCRYPT, FIRST)
    capsys.readouterr()

    sweep_links.handler(EVENT, None)

    out = capsys.readouterr().out
    embedded = [line for line in out.splitlines() if '"_aws"' in line]
    assert metrics(out) == {
        ("SweptLinks", ""): 3,
        ("LinksInTrouble", ""): 0,
        ("NonCompliantLinks", ""): 1,
        ("Links", "ModeNotEnforced"): 1,
        ("Links", "Compliant"): 2,
    }
    assert not any(link in line for line in embedded for link in (FIRST, SECOND, THIRD, "dxcon", "dxlag"))


def test_a_fleet_that_is_well_writes_a_zero_that_ends_an_alarm(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    assert scene.compliance.rows

    sweep_links.handler(EVENT, None)

    assert metrics(capsys.readouterr().out)["NonCompliantLinks", ""] == 0


def test_a_region_without_links_is_swept_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = settled(Estate(LOCATIONS))
    monkeypatch.setattr(wiring, "world", lambda: empty.world)

    sweep_links.handler(EVENT, None)

    assert metrics(capsys.readouterr().out) == {
        ("SweptLinks", ""): 0,
        ("NonCompliantLinks", ""): 0,
        ("LinksInTrouble", ""): 0,
    }


def test_a_sweep_that_fails_writes_no_figure(
    scene: Scene, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    scene.trouble.at("direct_connect.links", BEFORE, FAULT)

    with pytest.raises(ServiceFault):
        sweep_links.handler(EVENT, None)

    assert metrics(capsys.readouterr().out) == {}
    [line] = lines(caplog)
    assert (line["levelname"], line["step"], line["error"]) == ("WARNING", "sweep_links", "ServiceFault")


def test_a_sweep_has_a_line_and_each_trouble_one_more(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    for link in (FIRST, SECOND):
        change_mode(scene, SHOULD_ENCRYPT, link)
        scene.trouble.always("compliance_ledger.note_standing", BEFORE, about(scene, link))
    hold(scene, link_id=THIRD)

    answer = sweep_links.handler(EVENT, None)

    done, *troubles = lines(caplog)
    assert (done["levelname"], done["step"], done["waiting"]) == ("INFO", "sweep_links", (THIRD,))
    assert (done["troubles"], done["counts"]) == (2, {"ModeNotEnforced": 2})
    assert [(line["levelname"], line["link"], line["error"]) for line in troubles] == [
        ("ERROR", FIRST, "ServiceFault"),
        ("ERROR", SECOND, "ServiceFault"),
    ]
    assert answer is not None
    assert [each["link"] for each in answer["troubles"]] == [FIRST, SECOND]
    json.dumps(answer)
