"""`dxmacsec organisation`: the coordinator's runs, as its ledger holds them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli import app
from cli.commands import organisation
from cli.ending import CliError, Ending
from dxmacsec.adapters.coordinator_ledger import RunRow
from dxmacsec.interfaces import Owner
from dxmacsec.model import SCHEMA, Verdict
from dxmacsec.organisation import Organisation, OrganisationRequest, Shelved, StopOn
from dxmacsec.policy.organisation_outcome import of_organisation, organisation_report, short_report
from tests.worlds.organisation import PlayedLink, PlayedMember, PlayedOrganisation
from tests.worlds.turning_clock import START

A, B, C = (f"{digit * 12}/eu-west-1" for digit in "123")


@dataclass
class PlayedLedger:
    rows: tuple[RunRow, ...] = ()
    owner: Owner | None = None

    def runs(self, most: int) -> tuple[RunRow, ...]:
        return self.rows[:most]

    def at_work(self) -> Owner | None:
        return self.owner


def a_run(name: str, *, fails: bool = False, silent: bool = False) -> RunRow:
    """Return the record of a run over three members that the real planner led and the real report tells of."""
    played = PlayedOrganisation(
        [
            PlayedMember(A, [PlayedLink("dxcon-aaaaaaaa", "org:paris", fails=fails)]),
            PlayedMember(B, [PlayedLink("dxcon-bbbbbbbb", "org:paris", age_days=95)]),
            PlayedMember(C, [PlayedLink("dxcon-cccccccc")], silent=frozenset({0, 1}) if silent else frozenset()),
        ],
        stop_on=StopOn.GROUP,
        holdings={A: (), B: (), C: ()},
    )
    document = Organisation(SCHEMA, name, "arn:run", START, OrganisationRequest(), Verdict("done"), 100)
    course = played.run()
    whole = organisation_report(document, course, of_organisation(document, course))
    return RunRow(name, START, short_report(whole, Shelved("shelf", f"runs/{name}/report.json")))


def typed(monkeypatch: pytest.MonkeyPatch, ledger: PlayedLedger, *words: str) -> Result:
    monkeypatch.setattr(organisation, "_ledger", lambda *_: ledger)
    environment = {"COLUMNS": "120", "NO_COLOR": "1", "AWS_REGION": "eu-west-1"}
    return CliRunner().invoke(app.app, ["organisation", *words], env=environment)


def test_each_link_is_named_by_account_region_and_id_with_its_wave_and_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = typed(monkeypatch, PlayedLedger((a_run("r1"),))).stdout

    assert "SUCCEEDED OrganisationRotated  r1" in shown
    rows = {line.split()[1]: line.split() for line in shown.splitlines() if "dxcon-" in line}
    assert [rows[f"{A}/dxcon-aaaaaaaa"][0], rows[f"{B}/dxcon-bbbbbbbb"][0]] == ["1", "2"]
    assert rows[f"{C}/dxcon-cccccccc"][2] == "SUCCEEDED"
    assert "s3://shelf/runs/r1/report.json" in shown


def test_what_failed_and_what_was_not_touched_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = typed(monkeypatch, PlayedLedger((a_run("r1", fails=True),))).stdout

    assert "FAILED TurnFailed" in shown
    assert f"{A}/dxcon-aaaaaaaa" in shown
    assert f"  {B}: 1" in shown


def test_a_silent_member_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = typed(monkeypatch, PlayedLedger((a_run("r1", silent=True),))).stdout

    assert "FAILED MembersSilent" in shown
    assert f"{C}: {C} gave no answer." in shown


def test_the_run_under_way_and_earlier_ones_stand_beside_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = PlayedLedger((a_run("r3"), a_run("r2", fails=True), a_run("r1")), Owner("arn:r4", "r4", START))

    shown = typed(monkeypatch, ledger, "--limit", "1").stdout

    assert "r4 is under way since 2026-" in shown
    assert "TurnFailed" in shown.partition("Earlier")[2]
    assert "r1" not in shown.partition("Earlier")[2]


def test_a_run_is_shown_by_its_name_and_a_wrong_name_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = PlayedLedger((a_run("r2"), a_run("r1", fails=True)))

    assert "FAILED TurnFailed  r1" in typed(monkeypatch, ledger, "r1").stdout
    refused = typed(monkeypatch, ledger, "r9").exception
    assert isinstance(refused, CliError)
    assert refused.ending is Ending.NOT_FOUND


def test_a_coordinator_that_never_ran_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No run has ended yet." in typed(monkeypatch, PlayedLedger()).stdout


def test_the_document_has_a_stable_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = PlayedLedger((a_run("r2"), a_run("r1")), Owner("arn:r3", "r3", START + timedelta(hours=1)))

    document: dict[str, Any] = json.loads(typed(monkeypatch, ledger, "--json").stdout)

    assert set(document) == {"schema", "at", "under_way", "run", "earlier"}
    assert document["under_way"]["run"] == "r3"
    assert {each["link"] for each in document["run"]["results"]} == {
        *(f"{A}/dxcon-aaaaaaaa", f"{B}/dxcon-bbbbbbbb", f"{C}/dxcon-cccccccc"),
    }
    assert [each["run"] for each in document["earlier"]] == ["r1"]


def test_a_stack_that_is_no_coordinator_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(organisation, "stack_outputs", lambda *_: {"LedgerTable": "t"})

    refused = CliRunner().invoke(app.app, ["organisation"], env={"AWS_REGION": "eu-west-1"}).exception

    assert isinstance(refused, CliError)
    assert refused.ending is Ending.NOT_FOUND
