"""The hash of a record is what anybody computes from the same JSON."""

from __future__ import annotations

import hashlib
import json
import math
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cli.records.digest import EXACTLY, canonical, sha256
from tests.cli.played import a_row
from tests.walk.walker import Walker
from tests.worlds.estates import LINK
from tests.worlds.scene import a_scene
from tests.worlds.turning_clock import START

RECORD = a_row(LINK, "r1", START, sentence='A "quote", an Ω, a tab\t, a line\nbreak, a \\ and a €').record
TREES = some.recursive(
    some.none() | some.booleans() | some.text() | some.integers(-(2**53), 2**53),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
)


def recomputed(record: object) -> str:
    """Compute it as the documentation says: names sorted, no spaces, UTF-8."""
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def test_anybody_computes_the_same_from_the_printed_json() -> None:
    assert sha256(RECORD) == recomputed(json.loads(json.dumps(RECORD, indent=2)))


def test_the_documented_line_of_shell_computes_the_same() -> None:
    jq = shutil.which("jq")
    if jq is None:
        pytest.skip("there is no jq on this machine")

    text = subprocess.run(  # noqa: S603 - the tool that the documentation names
        [jq, "-cSj", ".record"], input=json.dumps({"record": RECORD}).encode(), capture_output=True, check=True
    ).stdout

    assert hashlib.sha256(text).hexdigest() == sha256(RECORD)


def exactly(record: object) -> subprocess.CompletedProcess[bytes]:
    """Type the exact command, on a document that holds fractions beside the record, as ours does."""
    _, *words = shlex.split(EXACTLY)
    document = json.dumps({"record": record, "states": [{"seconds": 0.5}]}).encode()
    return subprocess.run([sys.executable, *words], input=document, capture_output=True, check=False)  # noqa: S603 - our own line


@pytest.mark.parametrize(
    "record",
    [
        RECORD,
        {"sentence": "a\x7fb \x1b \u2028 </script> \u00e9 \U0001f511"},
        {"\ue000": 1, "\U0001f511": 2, "a": {"\ue000": 1, "\U0001f511": 2}},
        {"a": [12345678901234567890, -1, 0, True, None, [], {}]},
    ],
    ids=["as a rotation writes it", "control characters", "names beyond 16 bits", "large numbers"],
)
def test_the_exact_command_computes_the_same_of_what_jq_prints_in_another_way(record: object) -> None:
    ran = exactly(record)

    assert ran.stdout.decode().strip() == sha256(record), ran.stderr.decode()


def test_the_documentation_has_the_exact_command() -> None:
    document = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")

    assert f"dxmacsec evidence ROTATION --json | {EXACTLY}\n" in document


@pytest.mark.parametrize("number", [1e-7, 0.5, 1e21])
def test_the_exact_command_stops_at_a_number_that_it_would_write_in_another_way(number: float) -> None:
    ran = exactly({"a": number})

    assert ran.returncode != 0
    assert ran.stdout == b""


def test_no_rotation_writes_a_number_with_a_fraction_into_its_record() -> None:
    scene = a_scene()

    Walker(scene).rotate(LINK)

    records = list(scene.ledger.records.values())
    assert records
    assert [exactly(record).stdout.decode().strip() for record in records] == [sha256(record) for record in records]


def test_one_changed_letter_is_another_hash() -> None:
    assert sha256({**RECORD, "proven_by": "Router"}) != sha256(RECORD)


@given(value=TREES)
def test_the_canonical_form_is_json_of_the_same_value(value: Any) -> None:  # noqa: ANN401 - any JSON value
    assert json.dumps(json.loads(canonical(value)), sort_keys=True) == json.dumps(value, sort_keys=True)


@given(value=some.dictionaries(some.text(), some.integers()), order=some.randoms())
def test_the_order_of_members_means_nothing(value: dict[str, int], order: Any) -> None:  # noqa: ANN401 - a Random
    names = list(value)
    order.shuffle(names)

    assert canonical({name: value[name] for name in names}) == canonical(value)


def test_names_are_sorted_by_utf_16_as_the_rfc_shows() -> None:
    names = ("\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6")

    expected = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(dict.fromkeys(names, 0)))) == expected


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-1.5, "-1.5"),
        (0.5, "0.5"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (999999999999999900000.0, "999999999999999900000"),
        (1e21, "1e+21"),
        (0.000001, "0.000001"),
        (0.000001234, "0.000001234"),
        (1e-7, "1e-7"),
        (333333333.3333332, "333333333.3333332"),
    ],
)
def test_numbers_are_written_as_the_rfc_shows(number: float, written: str) -> None:
    assert canonical(number) == written


@given(number=some.floats(allow_nan=False, allow_infinity=False))
def test_a_written_number_is_the_number(number: float) -> None:
    assert float(canonical(number)) == number


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_is_no_number_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="no JSON number"):
        canonical(number)


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError, match="no JSON value: bytes"):
        canonical({"a": b""})
