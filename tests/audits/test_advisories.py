from __future__ import annotations

from pathlib import Path

import pytest

from audits.advisories import Audit, audits, known, open_points, read

URGENT = {"name": "Rich_er", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}
CLEAN = {"name": "six", "version": "1", "vulns": []}
SKIPPED = {"name": "unknown", "skip_reason": "not found"}


def test_no_package_of_the_locks_has_an_open_advisory() -> None:
    done = audits()
    if silent := [each for each in done if not each.complete]:
        pytest.skip("no advisory service answers here: " + "; ".join(f"{each.lock}: {each.trouble}" for each in silent))

    assert open_points(done, known()) == []


def test_an_audit_names_what_is_known_against_a_package() -> None:
    audit = read("runtime.txt", 2, {"dependencies": [URGENT, CLEAN]})

    assert audit == Audit("runtime.txt", 2, 2, frozenset({("rich-er", "PYSEC-1")}))
    assert audit.complete
    assert open_points([audit], known()) == ["rich-er: PYSEC-1"]


def test_a_package_that_the_service_does_not_know_was_not_audited() -> None:
    audit = read("runtime.txt", 2, {"dependencies": [CLEAN, SKIPPED]})

    assert (audit.complete, audit.trouble) == (False, "not found")


def test_an_accepted_advisory_is_no_open_point_until_it_is_gone(tmp_path: Path) -> None:
    accepted = tmp_path / "known.toml"
    accepted.write_text('[[known]]\nid = "PYSEC-1"\npackage = "rich-er"\nreason = "unused"\nsince = 2026-01-31\n')
    found = read("runtime.txt", 1, {"dependencies": [URGENT]})
    mended = read("runtime.txt", 1, {"dependencies": [CLEAN]})

    assert known(accepted) == {("rich-er", "PYSEC-1"): "unused (since 2026-01-31)"}
    assert open_points([found], known(accepted)) == []
    assert open_points([mended], known(accepted)) == ["rich-er: PYSEC-1 is accepted and gone"]


@pytest.mark.parametrize("missing", ["reason", "since"])
def test_an_accepted_advisory_has_its_reason_and_its_day(missing: str, tmp_path: Path) -> None:
    fields = {"id": '"X"', "package": '"x"', "reason": '"y"', "since": "2026-01-31"}
    accepted = tmp_path / "known.toml"
    accepted.write_text("[[known]]\n" + "".join(f"{k} = {v}\n" for k, v in fields.items() if k != missing))

    with pytest.raises(KeyError, match=missing):
        known(accepted)
