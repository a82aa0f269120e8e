from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dxmacsec.errors import BadInput
from dxmacsec.handlers.document import read, read_travelling, write
from dxmacsec.model import (
    SCHEMA,
    Cak,
    Check,
    Enforcement,
    KeyPair,
    KeyVersion,
    LinkKind,
    NewKey,
    OldKey,
    Outcome,
    Plan,
    Recovery,
    Request,
    Rotation,
    RouterMode,
    Verdict,
    Watch,
)

TIMES = some.datetimes(timezones=some.just(UTC))
TEXT = some.text(max_size=20)
MAYBE_TEXT = some.none() | TEXT
SECONDS = some.floats(min_value=0, max_value=1e6)
VERDICTS = some.builds(Verdict, TEXT, TEXT, TEXT, SECONDS)
WATCHES = some.builds(Watch, TIMES, some.none() | TIMES, some.integers(0, 1000))
CHECKS = some.lists(some.builds(Check, TIMES, TEXT, TEXT), max_size=2).map(tuple)
OLD_KEYS = some.builds(OldKey, TEXT, TEXT, MAYBE_TEXT)
OUTCOMES = some.builds(Outcome, TEXT, TEXT, TEXT, some.booleans())
TEXTS = some.lists(TEXT, max_size=2).map(tuple)
ROTATIONS = some.builds(
    Rotation,
    schema=some.just(SCHEMA),
    id=TEXT,
    execution=TEXT,
    request=some.builds(Request, TEXT, MAYBE_TEXT, some.booleans(), some.booleans(), MAYBE_TEXT, some.booleans()),
    started_at=TIMES,
    link=TEXT,
    verdict=VERDICTS,
    link_kind=some.sampled_from(LinkKind),
    router_mode=some.sampled_from(RouterMode),
    plan=some.none()
    | some.builds(
        Plan,
        MAYBE_TEXT,
        some.lists(OLD_KEYS, max_size=2).map(tuple),
        MAYBE_TEXT,
        some.booleans(),
        some.booleans(),
        TEXTS,
        TEXTS,
    ),
    new_key=some.none() | some.builds(NewKey, TEXT, TEXT, MAYBE_TEXT, some.booleans(), some.booleans()),
    retiring=some.none() | OLD_KEYS,
    retired=TEXTS,
    retire_sent_at=some.none() | TIMES,
    asks=some.integers(0, 100),
    answer=some.none() | some.dictionaries(TEXT, some.none() | TEXT, max_size=2),
    watch=some.none() | WATCHES,
    checks=CHECKS,
    outcome=some.none() | OUTCOMES,
)
ENFORCEMENTS = some.builds(
    Enforcement,
    schema=some.just(SCHEMA),
    id=TEXT,
    execution=TEXT,
    owner=TEXT,
    link=TEXT,
    started_at=TIMES,
    verdict=VERDICTS,
    raised_at=some.none() | TIMES,
    watch=some.none() | WATCHES,
    checks=CHECKS,
    outcome=some.none() | OUTCOMES,
)

MINIMAL: dict[str, Any] = {
    "schema": SCHEMA,
    "id": "rotation-1",
    "execution": "arn:x",
    "request": {"link": "dxcon-fg5678gh"},
    "started_at": "2026-01-02T03:04:05Z",
    "link": "dxcon-fg5678gh",
    "verdict": {"next": "go"},
}


@given(rotation=ROTATIONS)
def test_a_rotation_comes_back_as_it_left(rotation: Rotation) -> None:
    assert read(Rotation, json.loads(json.dumps(write(rotation)))) == rotation


@given(enforcement=ENFORCEMENTS)
def test_an_enforcement_comes_back_as_it_left(enforcement: Enforcement) -> None:
    assert read(Enforcement, json.loads(json.dumps(write(enforcement)))) == enforcement


@given(
    some.builds(
        Recovery,
        schema=some.just(SCHEMA),
        id=TEXT,
        execution=TEXT,
        started_at=TIMES,
        verdict=VERDICTS,
        owners=TEXTS,
        done=TEXTS,
        nested=MAYBE_TEXT,
        rotation=some.none() | ROTATIONS,
        checks=CHECKS,
        failure=some.none(),
        outcome=some.none() | OUTCOMES,
        report=some.none(),
        enforcement=some.none(),
    )
)
def test_a_recovery_comes_back_as_it_left_with_the_document_that_it_carries(recovery: Recovery) -> None:
    assert read_travelling("RecoverLink", json.loads(json.dumps(write(recovery)))) == recovery


def test_no_document_of_ours_travels_through_another_machine() -> None:
    with pytest.raises(BadInput, match="expected one of RotateKey, EnforceEncryption, RecoverLink, got one of Billing"):
        read_travelling("Billing", {"schema": SCHEMA})


def test_reads_a_document_of_which_only_the_needed_fields_are_there() -> None:
    rotation = read(Rotation, MINIMAL)

    assert rotation.started_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert rotation.verdict == Verdict("go")


def test_numbers_keep_their_kind_through_a_language_with_one_kind() -> None:
    data = {**MINIMAL, "asks": 2.0, "verdict": {"next": "waiting", "wait_seconds": 5}}

    rotation = read(Rotation, data)

    assert type(rotation.asks) is int
    assert type(rotation.verdict.wait_seconds) is float


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param({"schema": 2}, "schema: this version reads 1, the document has 2", id="another version's schema"),
        pytest.param({"schema": None}, "schema: this version reads 1, the document has None", id="no schema"),
        pytest.param({"surprise": 1}, r"Rotation: UnexpectedDataError: .*surprise", id="an unknown field"),
        pytest.param({"link": 7}, "Rotation: WrongTypeError: link", id="a wrong type"),
        pytest.param({"asks": 1.5}, "Rotation: WrongTypeError: asks", id="a fraction of an ask"),
        pytest.param({"verdict": {}}, r"Rotation: MissingValueError: verdict\.next", id="a missing field"),
        pytest.param({"link_kind": "tunnel"}, "'tunnel' is not a valid LinkKind", id="an unknown word"),
        pytest.param({"started_at": "soon"}, "Invalid isoformat string", id="no time"),
        pytest.param({"link_kind": "c0ffee15" * 8}, "'…' is not a valid LinkKind", id="a key for a word"),
    ],
)
def test_says_what_is_wrong_with_a_document(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read(Rotation, {**MINIMAL, **change})


def test_sets_are_written_sorted() -> None:
    assert write(KeyVersion("1", None, frozenset({"b", "a"})))["labels"] == ["a", "b"]


@dataclass(frozen=True)
class Careless:
    pair: KeyPair


@pytest.mark.parametrize("thing", [Cak("d" * 64), Careless(KeyPair("e" * 64, Cak("d" * 64)))])
def test_a_cak_has_no_place_in_a_document(thing: object) -> None:
    with pytest.raises(TypeError, match=r"^Cak has no place in a document$"):
        write(thing)
