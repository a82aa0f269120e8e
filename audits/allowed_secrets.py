"""What looks like a secret and is none: a reviewed list (`allowed_secrets.toml`), each with its reason."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audits.secret_scan import DIGEST_CHARACTERS, Finding

LIST = Path(__file__).with_name("allowed_secrets.toml")
DIGEST = re.compile(rf"[0-9a-f]{{{DIGEST_CHARACTERS}}}")


@dataclass(frozen=True, slots=True)
class AllowedForm:
    """Values of a kind that are none wherever they stand, such as a secret's name."""

    kind: str
    value: re.Pattern[str]
    reason: str

    def allows(self, finding: Finding) -> bool:
        """Tell whether a finding is one of these."""
        return finding.kind == self.kind and self.value.fullmatch(finding.value) is not None


@dataclass(frozen=True, slots=True)
class AllowedInFile:
    """The values of one file that are none; any other value in it is a finding."""

    path: str
    digests: frozenset[str]
    reason: str

    def allows(self, finding: Finding) -> bool:
        """Tell whether a finding is one of these."""
        return finding.path == self.path and finding.digest in self.digests


@dataclass(frozen=True, slots=True)
class Allowed:
    """The whole list."""

    forms: tuple[AllowedForm, ...]
    files: tuple[AllowedInFile, ...]

    def left(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that nothing allows."""
        entries: tuple[AllowedForm | AllowedInFile, ...] = (*self.forms, *self.files)
        return [each for each in findings if not any(entry.allows(each) for entry in entries)]

    def unneeded(self, findings: Iterable[Finding]) -> list[str]:
        """Return the entries, and the digests in them, for which there is nothing any more."""
        seen = list(findings)
        idle = [f"form {form.value.pattern}" for form in self.forms if not any(map(form.allows, seen))]
        there = {(finding.path, finding.digest) for finding in seen}
        gone = [(file.path, each) for file in self.files for each in file.digests if (file.path, each) not in there]
        return [*idle, *(f"{path}: {each}" for path, each in sorted(gone))]


def allowed(source: Path = LIST) -> Allowed:
    """Read the list.

    Raises:
        ValueError: an entry has no reason, or a digest is none: the list is no place for a secret either.
        KeyError: an entry lacks a field.
    """
    document = tomllib.loads(source.read_text(encoding="utf-8"))
    entries = [*document["form"], *document["file"]]
    if nameless := [each for each in entries if not each["reason"].strip()]:
        message = f"{source.name}: an entry without a reason: {nameless}"
        raise ValueError(message)
    return Allowed(
        tuple(AllowedForm(each["kind"], re.compile(each["value"]), each["reason"]) for each in document["form"]),
        tuple(AllowedInFile(each["path"], _digests(each), each["reason"]) for each in document["file"]),
    )


def _digests(entry: dict[str, Any]) -> frozenset[str]:
    digests = frozenset(entry["digests"])
    if not digests or not all(DIGEST.fullmatch(each) for each in digests):
        message = f"{entry['path']}: expected digests of {DIGEST_CHARACTERS} hexadecimal digits"
        raise ValueError(message)
    return digests
