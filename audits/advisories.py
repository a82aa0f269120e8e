"""What is publicly known against the packages of our locks, asked of an advisory service by pip-audit.

No service, no audit: a package that the service does not know was not audited either, and pip-audit
itself ends well then. So each pinned line must have its own answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audits.locks import DEVELOPMENT, RUNTIME, locked, normal

KNOWN = Path(__file__).with_name("known_vulnerabilities.toml")
ASK_SECONDS = 240
QUIET = ("--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json")


@dataclass(frozen=True, slots=True)
class Audit:
    """What an advisory service said of one lock."""

    lock: str
    asked: int
    answered: int
    vulnerabilities: frozenset[tuple[str, str]] = frozenset()
    trouble: str = field(default="", compare=False)

    @property
    def complete(self) -> bool:
        """Tell whether every package of the lock had its answer."""
        return self.answered == self.asked


def audit(lock: Path) -> Audit:
    """Ask the advisory service about every package of a lock; without an answer the audit is incomplete."""
    asked = len(locked(lock.read_text(encoding="utf-8")))
    command = [sys.executable, "-m", "pip_audit", *QUIET, "--requirement", str(lock)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=ASK_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return Audit(lock.name, asked, 0, trouble=f"no answer within {ASK_SECONDS} s")
    if not done.stdout.strip():
        return Audit(lock.name, asked, 0, trouble=(done.stderr.strip().splitlines() or ["no output"])[-1])
    return read(lock.name, asked, json.loads(done.stdout))


def read(lock: str, asked: int, document: dict[str, Any]) -> Audit:
    """Return what pip-audit's JSON says of a lock."""
    answered = [package for package in document["dependencies"] if "vulns" in package]
    found = {(normal(package["name"]), found["id"]) for package in answered for found in package["vulns"]}
    reasons = [package["skip_reason"] for package in document["dependencies"] if "skip_reason" in package]
    return Audit(lock, asked, len(answered), frozenset(found), reasons[0] if reasons else "")


def audits() -> list[Audit]:
    """Audit what runs on Lambda, then what builds and tests it."""
    return [audit(lock) for lock in (RUNTIME, DEVELOPMENT)]


def known(source: Path = KNOWN) -> dict[tuple[str, str], str]:
    """Return what is accepted for now, with the reason and the day.

    Raises:
        KeyError: an entry lacks one of its fields.
    """
    entries = tomllib.loads(source.read_text(encoding="utf-8")).get("known", [])
    return {(each["package"], each["id"]): f"{each['reason']} (since {each['since']})" for each in entries}


def open_points(done: Iterable[Audit], accepted: Iterable[tuple[str, str]]) -> list[str]:
    """Return what must be mended: vulnerabilities that nobody accepted, and acceptances of nothing."""
    found = {each for audit in done for each in audit.vulnerabilities}
    accepted = set(accepted)
    return [
        *(f"{package}: {vulnerability}" for package, vulnerability in sorted(found - accepted)),
        *(f"{package}: {vulnerability} is accepted and gone" for package, vulnerability in sorted(accepted - found)),
    ]
