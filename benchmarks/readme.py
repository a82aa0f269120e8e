"""Fills the documents with what was measured, so that no table or picture says what nobody saw.

What stands between `<!-- measured: NAME -->` and `<!-- end: NAME -->` is made from the record in
docs/performance.json. `make bench README=1` measures, writes the record, and fills the documents;
`python -m benchmarks.readme` only fills them again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable

from benchmarks.document import RECORD, document, joined, recorded
from benchmarks.figures import Figure, by_area
from benchmarks.plot import picture
from benchmarks.words import aims_table, whole_table

ROOT = RECORD.parent.parent
DOCUMENTS = ("README.md", "docs/performance.md")
PICTURE = ROOT / "docs/performance.svg"


def _areas(figures: list[Figure]) -> str:
    return "\n\n".join(f"### {name.capitalize()}\n\n{whole_table(of)}" for name, of in by_area(figures).items())


PARTS: dict[str, Callable[[list[Figure]], str]] = {"aims": aims_table, "areas": _areas}


def filled(text: str, figures: list[Figure]) -> str:
    """Return a document with each of its measured parts made anew.

    Raises:
        KeyError: a mark names a part that nobody makes.
    """

    def fresh(mark: re.Match[str]) -> str:
        name = mark["name"]
        return f"<!-- measured: {name} -->\n\n{PARTS[name](figures)}\n\n<!-- end: {name} -->"

    return re.sub(r"<!-- measured: (?P<name>\w+) -->.*?<!-- end: (?P=name) -->", fresh, text, flags=re.DOTALL)


def keep(measured: Iterable[Figure]) -> list[Figure]:
    """Put what was measured into the record, and return all of it."""
    figures = joined(recorded(), measured)
    RECORD.write_text(json.dumps(document(figures), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return figures


def write(figures: list[Figure]) -> None:
    """Fill the documents and draw the picture."""
    for name in DOCUMENTS:
        path = ROOT / name
        path.write_text(filled(path.read_text(encoding="utf-8"), figures), encoding="utf-8")
    PICTURE.write_text(picture(figures), encoding="utf-8")


if __name__ == "__main__":
    write(recorded())
