"""Writes the generated parts of the documents again, so that no table or picture drifts from the code.

`python -m infra.readme` fills what stands between `<!-- made: NAME -->` and `<!-- end: NAME -->`. A test
fails when a document and the code say different things.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from infra.app import build
from infra.names import STACK
from infra.permissions.markdown import by_aws_table, excused_table, permissions_table, wide_table
from infra.picture import mermaid
from infra.settings_table import settings_table

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("README.md", "docs/design.md", "docs/permissions.md")


def _picture(name: str) -> str:
    return f"```mermaid\n{mermaid(name)}\n```"


def _permissions() -> str:
    with tempfile.TemporaryDirectory() as folder:
        template = build({"bundling": "off"}, outdir=folder).synth().get_stack_by_name(STACK).template
    return permissions_table(template)


PARTS: dict[str, Callable[[], str]] = {
    "RotateKey": lambda: _picture("rotate_key"),
    "EnforceEncryption": lambda: _picture("enforce_encryption"),
    "RotateFleet": lambda: _picture("rotate_fleet"),
    "RecoverLink": lambda: _picture("recover_link"),
    "settings": settings_table,
    "permissions": _permissions,
    "excused": excused_table,
    "by_aws": by_aws_table,
    "wide": wide_table,
}


def filled(text: str) -> str:
    """Return a document with each of its generated parts made anew.

    Raises:
        KeyError: a mark names a part that nobody makes.
    """

    def fresh(mark: re.Match[str]) -> str:
        name = mark["name"]
        return f"<!-- made: {name} -->\n\n{PARTS[name]().strip()}\n\n<!-- end: {name} -->"

    return re.sub(r"<!-- made: (?P<name>\w+) -->.*?<!-- end: (?P=name) -->", fresh, text, flags=re.DOTALL)


if __name__ == "__main__":
    for name in DOCUMENTS:
        document = ROOT / name
        before = document.read_text(encoding="utf-8")
        after = filled(before)
        if after != before:
            document.write_text(after, encoding="utf-8")
            sys.stdout.write(f"{name} is written again\n")
