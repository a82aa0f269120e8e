"""What the command reads of the deployed product: the story of a link that was rotated, and its evidence."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.deployed import Deployed, Ended
from tests.workflow.evidence import every_cak
from tests.workflow.processes import ran
from tests.workflow.stories import LINKS, Stories

pytestmark = pytest.mark.deployed

KEPT, RAISED = "connection", "no_encrypt"
"""A link whose mode stays enforced, and one whose rotation enforces it in a nested execution."""


def typed(deployed: Deployed, *words: str) -> str:
    """Type a command in a terminal of its own, and return what it printed."""
    return ran("python", "-m", "cli", *words, endpoint=deployed.sandbox.endpoint, seconds=60)


@pytest.mark.parametrize("story", [KEPT, RAISED])
def test_a_rotation_is_told_from_the_ledger_to_the_page_and_no_cak_with_it(
    deployed: Deployed, stories: Stories, story: str, tmp_path: Path
) -> None:
    ended: Ended = stories[story][-1]
    page, picture, table = (tmp_path / name for name in ("evidence.html", "report.html", "report.csv"))

    said = {
        name: typed(deployed, name, *words, "--json")
        for name, words in {
            "status": (LINKS[story],),
            "history": (LINKS[story],),
            "evidence": (ended.id, "--html", str(page)),
            "report": ("--from", "1d", "--html", str(picture), "--csv", str(table)),
        }.items()
    }

    status, history, evidence, report = (json.loads(text) for text in said.values())
    (link,) = status["links"]
    assert [(key["role"], key["ckn"]) for key in link["story"]["keys"]] == [("in use", ended.output["new_ckn"])]
    assert ended.id in [line["id"] for line in history["history"] if line["what"] == "rotation"]
    check_evidence(evidence, deployed.record(LINKS[story], ended))
    enforced_by = [each["owner"] for each in evidence["enforcements"]]
    assert enforced_by == ([evidence["record"]["execution"]] if story == RAISED else [])
    assert evidence["record"]["mode_enforced"] == "must_encrypt"
    assert evidence["sha256"] in page.read_text(encoding="utf-8")
    assert ended.id in table.read_text(encoding="utf-8")
    (reported,) = [each for each in report["links"] if each["id"] == LINKS[story]]
    assert reported["keys"][-1]["ckn"] == ended.output["new_ckn"]
    texts = [*said.values(), *(file.read_text(encoding="utf-8") for file in (page, picture, table))]
    caks = every_cak(deployed)
    assert caks
    assert not [cak for cak in caks for text in texts if cak.lower() in text.lower()]


def check_evidence(evidence: dict[str, Any], record: dict[str, Any]) -> None:
    """Assert that evidence is the ledger's record, hashed, with the execution that Step Functions keeps."""
    assert evidence["record"] == json.loads(json.dumps(record, default=int))
    text = json.dumps(evidence["record"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert evidence["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert evidence["execution"]["status"] == "SUCCEEDED"
    assert {"InstallOnRouter", "ProveOnRouter", "Bake", "RetireKey"} <= {each["state"] for each in evidence["states"]}
