"""Do README, design, runbook, settings and events say what the code does?"""

from __future__ import annotations

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest

from dxmacsec import errors
from dxmacsec.model import PAUSED_BY_HAND
from infra.alarms import _HEADINGS
from infra.readme import DOCUMENTS, filled
from sandbox.twin import World, estate_from_json

ROOT = Path(__file__).resolve().parents[2]
RUNBOOK = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
HEADINGS = set(re.findall(r"^#{2,3} (\w+)$", RUNBOOK, flags=re.MULTILINE))
REASON = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]+)+")

FAMILIES = {"DxMacsecError", "Transient", "Refused", "NeedsOperator"}
GOOD_ENDS = {
    "AlreadyCurrent",
    "CallRefused",
    "MovedOn",
    "NotOurs",
    "NothingToTest",
    "OwnDoing",
    "PairMade",
    "RotationDone",
    "RotationFound",
    "AlreadyEnforced",
    "AlreadyLeaving",
    "Baked",
    "ChainFull",
    "Enforced",
    "FleetRotated",
    "KeyAssociated",
    "KeyRetired",
    "ModeNotWatched",
    "NewKeyInUse",
    "NoEncrypt",
    "NotDue",
    "NothingDue",
    "OrganisationRotated",
    "OrganisationSwept",
    "TurnRuns",
    "NothingToRecover",
    "RemovalNotWatched",
    "SafeToRaise",
    "UnknownAge",
    "NoLink",
    "NotApplicable",
    "NotAvailable",
    "NotNow",
    "TellPeople",
    "TriedAlready",
    "UnderWay",
}
"""Reasons of verdicts after which the machine goes on or ends well, and of events that concern nobody."""

CAUGHT_ELSEWHERE = {"EncryptionLost"}
"""Leads to RestoreKey or LowerMode, which end with a reason of their own."""

STATES = {path.stem.replace("_", "") for path in (ROOT / "functions/dxmacsec/steps").glob("*.py")}


def reasons_in_code() -> set[str]:
    folders = (ROOT / "functions/dxmacsec/policy", ROOT / "functions/dxmacsec/steps")
    trees = (ast.parse(path.read_text(encoding="utf-8")) for folder in folders for path in folder.glob("*.py"))
    constants = (node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    words = {value for value in constants if isinstance(value, str) and REASON.fullmatch(value)}
    return {word for word in words if word.lower() not in STATES}


def error_names() -> set[str]:
    return {name for name, value in vars(errors).items() if isinstance(value, type)} - FAMILIES


NOT_REASONS = {
    "AskWhatIsInUse",
    "ConfirmOnRouter",
    "InstallOnRouter",
    "ProveOnRouter",
    "EnforceEncryption",
    "RecoverLink",
    "RemoveFromRouter",
    "RotateKey",
    "ClientRequestToken",
    "DeleteSecret",
    "RestoreSecret",
    "SecretId",
}
"""Names of states that the policy of outcomes knows, and of AWS's own fields and calls."""


@pytest.mark.parametrize("reason", sorted(reasons_in_code() - GOOD_ENDS - CAUGHT_ELSEWHERE - NOT_REASONS))
def test_every_reason_that_can_end_an_execution_has_a_heading_in_the_runbook(reason: str) -> None:
    assert reason in HEADINGS


@pytest.mark.parametrize("name", sorted(error_names()))
def test_every_error_has_a_heading_in_the_runbook(name: str) -> None:
    assert name in HEADINGS


def alarm_names() -> set[str]:
    """Return the names that alarms are made with; one that points to another's heading is none."""
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "infra").glob("*.py"))
    return set(re.findall(r"(?:_alarm|of_dead_letters)\(\s*\"(\w+)\"", code)) - _HEADINGS.keys()


@pytest.mark.parametrize("name", sorted(alarm_names()))
def test_every_alarm_has_a_heading_in_the_runbook(name: str) -> None:
    assert name in HEADINGS


def test_the_runbook_names_no_reason_that_the_code_does_not_know() -> None:
    known = (
        reasons_in_code() | error_names() | alarm_names() | {"NotClosed", "NotRecovered", "StepFailed", PAUSED_BY_HAND}
    )

    assert {heading for heading in HEADINGS if REASON.fullmatch(heading)} - known == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_generated_parts_of_a_document_are_up_to_date(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert filled(text) == text


def tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(  # noqa: S603 - our own git, a fixed pattern
        ["git", "ls-files", "--", pattern],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines()]


@pytest.mark.parametrize("document", [str(path.relative_to(ROOT)) for path in tracked("*.md")])
def test_every_link_within_the_repository_leads_somewhere(document: str) -> None:
    path = ROOT / document
    targets = re.findall(r"\]\((?!https?:)([^)#]*)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))

    assert [target for target in targets if target and not (path.parent / target).exists()] == []


@pytest.mark.parametrize("document", [str(path.relative_to(ROOT)) for path in tracked("*.md")])
def test_every_anchor_within_a_document_has_its_heading(document: str) -> None:
    path = ROOT / document
    text = path.read_text(encoding="utf-8")
    linked = re.findall(r"\]\(([^)#:]*)#([^)]*)\)", text)

    assert [(target, anchor) for target, anchor in linked if anchor not in anchors(path.parent / target, text)] == []


def anchors(target: Path, own: str) -> set[str]:
    text = target.read_text(encoding="utf-8") if target.is_file() else own
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_no_lock_file_names_an_address_to_download_from() -> None:
    locks = [*tracked("requirements/*.txt"), *tracked("*package-lock.json")]

    assert locks
    assert [path.name for path in locks if re.search(r"https?://", path.read_text(encoding="utf-8"))] == []


def test_every_event_is_json_and_named_in_the_readme_or_used_by_a_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in tracked("tests/*.py"))
    events = tracked("events/*.json")

    assert events
    for event in events:
        json.loads(event.read_text(encoding="utf-8"))
        assert event.name in tests or event.stem in tests


def test_the_examples_of_an_estate_and_a_world_can_be_read() -> None:
    estate = estate_from_json(json.loads((ROOT / "sandbox/examples/estate.json").read_text(encoding="utf-8")))
    world = World.from_json(json.loads((ROOT / "sandbox/examples/world.json").read_text(encoding="utf-8")))

    assert set(world.routers) <= {connection.id for connection in estate.connections}
