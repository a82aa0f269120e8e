"""Is what the documents say to type taken by the command?"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from cli.app import app

DOCS = Path(__file__).parents[2] / "docs"
DOCUMENTS = ("runbook.md", "first-line.md", "../README.md")
TYPED = re.compile(r"^dxmacsec .*|(?<=`)dxmacsec [^`\n]*", re.MULTILINE)
KNOWN = typer.main.get_command(app)


def typed() -> list[str]:
    texts = [(DOCS / name).read_text(encoding="utf-8") for name in DOCUMENTS]
    lines = {line.split("  #")[0].strip() for text in texts for line in TYPED.findall(text)}
    # `dxmacsec pause` in a sentence names the command; only what has arguments or stands alone in a block is typed.
    return sorted(line for line in lines if len(line.split()) > 2 or line in ("dxmacsec status", "dxmacsec tasks"))


def test_the_documents_say_what_to_type() -> None:
    assert len(typed()) > 10


@pytest.mark.parametrize("line", typed())
def test_what_a_document_says_to_type_is_taken_by_the_command(line: str) -> None:
    _, name, *arguments = shlex.split(line)
    assert isinstance(KNOWN, TyperGroup)
    if name not in KNOWN.commands:
        pytest.skip(f"dxmacsec {name} is not there yet")

    KNOWN.commands[name].make_context(name, arguments)
