"""The figures as one JSON document, and the record of those that the documents show."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, by_area

SCHEMA = 2
RECORD = Path(__file__).resolve().parent.parent / "docs/performance.json"


def document(figures: Iterable[Figure]) -> dict[str, Any]:
    """Return the document: its schema's version, what measured, and the figures."""
    by = {"python": platform.python_version(), "machine": platform.machine(), "system": platform.system()}
    return {"schema": SCHEMA, "measured_with": by, "figures": [figure.document() for figure in figures]}


def figures_of(text: str) -> list[Figure]:
    """Read the figures of a document.

    Raises:
        ValueError: it has another schema.
    """
    read: dict[str, Any] = json.loads(text)
    if read.get("schema") != SCHEMA:
        message = f"expected a document of schema {SCHEMA}, got {read.get('schema')}"
        raise ValueError(message)
    return [Figure.of(each) for each in read["figures"]]


def recorded() -> list[Figure]:
    """Return the figures that the documents show."""
    return figures_of(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else []


def joined(before: Iterable[Figure], measured: Iterable[Figure]) -> list[Figure]:
    """Return older figures with those areas replaced that were measured anew, in the order of a run that has all."""
    old, new = by_area(before), by_area(measured)
    if old.keys() <= new.keys():
        return [figure for each in new.values() for figure in each]
    return [figure for each in {**old, **new}.values() for figure in each]
