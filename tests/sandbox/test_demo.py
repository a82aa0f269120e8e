"""One real run of the demonstration."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.sandbox.demo_builders import ROOT


@pytest.mark.deployed
def test_the_demonstration_rotates_every_link_and_mends_every_drift_without_losing_a_second(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - the sandbox itself
        [sys.executable, "-m", "sandbox", "demo", "--json", "--out", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads(done.stdout)
    links = {link["id"]: link for link in document["links"]}
    rotated_links = {rotation["link"] for rotation in document["rotations"]}
    assert sorted(link["kind"] for link in links.values()) == [
        "connection", "connection", "connection", "hosted", "interconnect", "lag",
    ]  # fmt: skip
    assert set(document["traffic"]) == rotated_links
    assert len(rotated_links) == 4
    for rotation in document["rotations"]:
        link, traffic = links[rotation["link"]], document["traffic"][rotation["link"]]
        assert (rotation["status"], rotation["reason"], rotation["proven_by"]) == ("SUCCEEDED", "Rotated", "router")
        assert rotation["answered_by"] == ["agent:sandbox"], "the product's own agent drives every rotation"
        assert rotation["new_ckn"] not in (None, rotation["old_ckn"])
        assert (link["mode"], link["encryption"], link["associated_keys"]) == ("must_encrypt", "Encryption Up", 1)
        assert (traffic["clear_seconds"], traffic["dropped_seconds"]) == (0, 0)
        assert traffic["encrypted_seconds"] > rotation["seconds"]
        assert rotation["state_transitions"] > rotation["dx_calls"] / 3 > 0
    assert "FleetRotated: 3 links rotated." in done.stderr
    assert "left out, NotDue:" in done.stderr
    assert done.stderr.count("✓ every rotation ended SUCCEEDED") == 1
    assert [promise["sentence"] for promise in document["promises"] if not promise["kept"]] == []
    assert "✗" not in done.stderr
    assert ET.parse(tmp_path / "key-lives.svg").getroot().get("viewBox")  # noqa: S314 - written by the demonstration
    check_drifts(document, links)


def check_drifts(document: dict[str, Any], links: dict[str, dict[str, Any]]) -> None:
    drifts = {links[each["link"]]["kind"] + "/" + each["found_by"]: each for each in document["drifts"]}
    assert sorted(drifts) == ["connection/event", "connection/sweep", "lag/event"]
    for found, drift in drifts.items():
        assert (drift["set_to"], drift["set_by"]) == ("should_encrypt", "person")
        assert 0 < drift["mended_seconds"] < 40
        assert [each["reason"] for each in drift["enforcements"]] == ["Enforced"]
        assert (drift["traffic"]["clear_seconds"], drift["traffic"]["dropped_seconds"]) == (0, 0)
        assert drift["traffic"]["encrypted_seconds"] > drift["mended_seconds"]
        came, *_, went = drift["verdicts"]
        assert (came["before"], came["after"], came["did"]) == (["Compliant"], ["ModeNotEnforced"], "enforce")
        assert came["by"] == (None if found.endswith("sweep") else "user/person")
        assert went["after"] == ["Compliant"]
    statuses = {verdict["link"]: verdict["status"] for verdict in document["verdicts"]}
    assert set(statuses) == set(links)
    assert {links[link]["kind"] for link, status in statuses.items() if status == "COMPLIANT"} == {
        "connection", "interconnect", "lag",
    }  # fmt: skip
