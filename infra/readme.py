"""Writes the generated parts of the documents again, so that no table or picture drifts from the code.

`python -m infra.readme` fills what stands between `<!-- made: NAME -->` and `<!-- end: NAME -->`. A test
fails when a document and the code say different things.
"""

from __future__ import annotations

import re
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.app import build
from infra.context import COORDINATOR
from infra.coordinator_config import CoordinatorConfig
from infra.member_role import DESCRIPTION as MEMBER_ROLE_DESCRIPTION
from infra.names import COORDINATOR_STACK, MEMBER_ROLE_PREFIX, STACK
from infra.permissions.markdown import by_aws_table, excused_table, permissions_table, role_table, wide_table
from infra.picture import mermaid
from infra.settings_table import settings_table

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("README.md", "docs/design.md", "docs/organisation.md", "docs/permissions.md")


def _picture(name: str) -> str:
    return f"```mermaid\n{mermaid(name)}\n```"


def _template(stack: str, context: dict[str, Any] | None = None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        made = build({"bundling": "off", **(context or {})}, outdir=folder).synth().get_stack_by_name(stack)
        template: dict[str, Any] = made.template
    return template


# Any account: no table shows one.
_OF_AN_ORGANISATION = {
    "dxmacsec": {"coordinator_account": "123456789012"},
    COORDINATOR: {"members": ["123456789012/eu-west-1"]},
}


@cache
def _coordinator() -> str:
    return permissions_table(_template(COORDINATOR_STACK, _OF_AN_ORGANISATION))


@cache
def _member_role() -> str:
    who = f"`{MEMBER_ROLE_PREFIX}<region>`"
    return role_table(_template(STACK, _OF_AN_ORGANISATION), who, MEMBER_ROLE_DESCRIPTION)


PARTS: dict[str, Callable[[], str]] = {
    "RotateKey": lambda: _picture("rotate_key"),
    "EnforceEncryption": lambda: _picture("enforce_encryption"),
    "RotateFleet": lambda: _picture("rotate_fleet"),
    "RecoverLink": lambda: _picture("recover_link"),
    "settings": settings_table,
    "RotateOrganisation": lambda: _picture("rotate_organisation"),
    "coordinator_settings": lambda: settings_table(CoordinatorConfig),
    "permissions": lambda: permissions_table(_template(STACK)),
    "coordinator": _coordinator,
    "member_role": _member_role,
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
