"""The function DrawBoard, as the dashboard calls it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dxmacsec.errors import AccessDenied, BadInput
from dxmacsec.handlers import wiring
from dxmacsec.handlers.draw_board import handler
from dxmacsec.steps.sweep_links import sweep_links
from tests.unit.board.views import FakeStories
from tests.unit.handlers.test_wiring import SETTINGS
from tests.unit.steps.test_judge_links import many, settled
from tests.worlds.scene import Scene
from tests.worlds.trouble import BEFORE, raising

CONTEXT = {"theme": "dark", "width": 588, "height": 369, "locale": "en", "params": {"show": 2}}

READS = {
    *("direct_connect.links", "direct_connect.resiliency_groups"),
    *("compliance_ledger.standings", "compliance_ledger.enforcement_pauses", "compliance_ledger.acting"),
    *("fleet_ledger.key_since", "fleet_ledger.pauses", "fleet_ledger.rotating"),
}


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    made = settled(many(3))
    made.herald.events.clear()
    monkeypatch.setattr(wiring, "world", lambda: made.world)
    monkeypatch.setattr(wiring, "stories", FakeStories)
    monkeypatch.setattr(wiring, "own_settings", lambda: replace(SETTINGS))
    return made


def test_the_dashboard_gets_html_in_its_theme_and_width_and_nothing_is_changed(scene: Scene) -> None:
    before = len(scene.trouble.seen)

    html = handler({"show": 2, "widgetContext": CONTEXT}, None)

    assert html.count("dxcon-fmany0000") >= 1
    assert "dxm-dark dxm-cards" in html
    assert "And 1 more" in html
    assert (scene.herald.events, scene.herald.alerts) == ([], [])
    assert {seen.name for seen in scene.trouble.seen[before:]} == READS
    assert "eu-west-1.console.aws.amazon.com" in html


@pytest.mark.parametrize("event", [{}, {"widgetContext": None}, {"widgetContext": {"theme": "odd", "width": "wide"}}])
@pytest.mark.usefixtures("scene")
def test_a_context_that_nobody_knows_leaves_the_defaults(event: dict[str, Any]) -> None:
    assert "dxm-light dxm-table" in handler(event, None)


def test_it_says_in_markdown_what_it_is() -> None:
    assert handler({"describe": True}, None).startswith("## dxmacsec")


@pytest.mark.parametrize(
    "event",
    [{"show": 0}, {"show": 201}, {"show": True}, {"show": "40"}, {"runbook": "javascript:alert(1)"}, {"runbook": 7}],
)
@pytest.mark.usefixtures("scene")
def test_a_parameter_that_is_wrong_is_named(event: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=next(iter(event))):
        handler(event, None)


def test_verdicts_open_the_runbook_where_the_dashboard_says_where_it_is(scene: Scene) -> None:
    scene.twin.call("UpdateConnection", {"connectionId": "dxcon-fmany0000", "encryptionMode": "should_encrypt"})
    sweep_links(scene.world)

    assert 'href="https://wiki/runbook#modenotenforced"' in handler({"runbook": "https://wiki/runbook"}, None)


def test_a_read_that_fails_fails_the_call_and_shows_no_half_board(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.trouble.at("direct_connect.links", BEFORE, raising(AccessDenied("may not")))

    with pytest.raises(AccessDenied):
        handler({}, None)

    assert [record for record in caplog.records if vars(record).get("step") == "draw_board"]
