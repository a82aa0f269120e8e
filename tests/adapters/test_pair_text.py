from __future__ import annotations

import json

import pytest

from dxmacsec.adapters.pair_text import pair_from_text, pair_to_text
from dxmacsec.errors import BadKeyPair
from dxmacsec.model import KeyPair

CKN, CAK = "ab" * 32, "c0ffee15" * 8


def test_a_pair_reads_as_it_was_written(pair: KeyPair) -> None:
    assert pair_from_text(pair_to_text(pair), "here") == pair


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param(None, "expected a JSON object", id="no text"),
        pytest.param(CAK, "expected a JSON object", id="a bare CAK"),
        pytest.param(json.dumps([CKN, CAK]), "expected a JSON object", id="a list"),
        pytest.param(json.dumps({"ckn": CKN}), "cak: missing", id="no CAK"),
        pytest.param(json.dumps({"cak": CAK}), "ckn: missing", id="no CKN"),
        pytest.param(json.dumps({"ckn": CKN, "cak": CAK[:-1]}), "cak: expected 64 hex", id="a short CAK"),
        pytest.param(json.dumps({"ckn": CKN, "cak": CAK + "\n"}), "cak: expected 64 hex", id="a line end"),
        pytest.param(json.dumps({"ckn": 7, "cak": CAK}), "ckn: expected 64 hex", id="a number as CKN"),
        pytest.param(
            json.dumps({"ckn": CKN, "cak": CAK, CAK: 1}), "expected no fields but ckn and cak", id="one field more"
        ),
    ],
)
def test_names_the_wrong_field_and_shows_no_value(text: str | None, sentence: str) -> None:
    with pytest.raises(BadKeyPair, match=sentence) as caught:
        pair_from_text(text, "dxmacsec/dxcon-fg5678gh, version 1")

    assert str(caught.value).startswith("dxmacsec/dxcon-fg5678gh, version 1: ")
    assert CAK[:-1] not in str(caught.value)
    assert caught.value.__context__ is None
