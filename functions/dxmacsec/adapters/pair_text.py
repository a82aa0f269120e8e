"""A pair as the text of a key secret's version: JSON with exactly `ckn` and `cak`."""

from __future__ import annotations

import json
from typing import Any

from dxmacsec.errors import BadKeyPair
from dxmacsec.model import HEX_64, Cak, KeyPair

FIELDS = ("ckn", "cak")
PLACEHOLDER = "{}"
"""The first version of a key secret: Secrets Manager puts AWSCURRENT on whatever comes first."""


def pair_to_text(pair: KeyPair) -> str:
    """Return the JSON of a pair; its digits are a secret from here on."""
    return json.dumps({"ckn": pair.ckn, "cak": pair.cak.reveal()})


def pair_from_text(text: str | None, where: str) -> KeyPair:
    """Return the pair that a version's text holds; `where` names the version in the error.

    Raises:
        BadKeyPair: the text is not a pair. The message names the field and never shows a value, nor the
            name of a field that should not be there: somebody may have typed the CAK anywhere.
    """
    document = _json(text)
    if not isinstance(document, dict):
        message = f'{where}: expected a JSON object {{"ckn": …, "cak": …}}'
        raise BadKeyPair(message)
    if wrong := _wrong_fields(document):
        message = f"{where}: " + "; ".join(wrong)
        raise BadKeyPair(message)
    return KeyPair(document["ckn"], Cak(document["cak"]))


def _wrong_fields(document: dict[str, Any]) -> list[str]:
    wrong = []
    for field in FIELDS:
        if field not in document:
            wrong.append(f"{field}: missing")
        elif not (isinstance(document[field], str) and HEX_64.fullmatch(document[field])):
            wrong.append(f"{field}: expected 64 hexadecimal digits")
    if document.keys() - set(FIELDS):
        wrong.append("expected no fields but ckn and cak")
    return wrong


def _json(text: str | None) -> Any:  # noqa: ANN401 - whatever somebody stored
    """Return the parsed text, or None; the parser's own error holds the whole text."""
    try:
        return json.loads(text or "")
    except ValueError:
        return None
