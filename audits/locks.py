"""The locks of what is installed: every line pinned and hashed, none with an address of its own."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from audits.tracked import ROOT

RUNTIME = ROOT / "requirements" / "runtime.txt"
DEVELOPMENT = ROOT / "requirements" / "dev.txt"
NPM = ROOT / "infra" / "cdk_cli" / "package-lock.json"

PINNED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9.!+_-]+)(?: ; [^#]+)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
ADDRESS = re.compile(
    r"[a-z][a-z+.-]*://|\bgit\+|\bfile:|^\s*(?:-i|-f|--(?:extra-)?index-url|--find-links)\b", re.MULTILINE
)
INTEGRITY = re.compile(r"sha512-[A-Za-z0-9+/]{86}==")


@dataclass(frozen=True, slots=True)
class Locked:
    """One package of a lock."""

    name: str
    version: str
    hashes: int


class LockError(ValueError):
    """A lock holds a line that pins nothing, or installs from somewhere by itself."""


def locked(text: str) -> list[Locked]:
    """Return the packages of a lock as pip-compile writes it.

    Raises:
        LockError: a line is no pinned and hashed package.
    """
    found, wrong = [], []
    for line in _lines(text):
        requirement, *options = (part.strip() for part in re.split(r"\s(?=--)", line))
        pinned = PINNED.fullmatch(requirement)
        if pinned is None or not options or not all(HASH.fullmatch(option) for option in options):
            wrong.append(line[:60])
        else:
            found.append(Locked(normal(pinned["name"]), pinned["version"], len(options)))
    if wrong:
        message = f"neither pinned nor hashed: {wrong}"
        raise LockError(message)
    return found


def addresses(text: str) -> list[str]:
    """Return the places of a lock that name an address, by their lines."""
    return [line.strip() for line in text.splitlines() if not line.lstrip().startswith("#") and ADDRESS.search(line)]


def loose_in_npm(text: str) -> list[str]:
    """Return the packages of npm's lock without a hash that holds, or with an address."""
    packages = json.loads(text)["packages"]
    return [
        name
        for name, package in packages.items()
        if name and (not INTEGRITY.fullmatch(package.get("integrity", "")) or "resolved" in package)
    ]


def normal(name: str) -> str:
    """Return a package's name as all tools spell it.

    https://packaging.python.org/en/latest/specifications/name-normalization/
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def _lines(text: str) -> list[str]:
    joined = re.sub(r"\\\n", " ", text)
    bare = (re.sub(r"(^|\s)#.*", "", line).strip() for line in joined.splitlines())
    return [line for line in bare if line]


def runtime_packages(lock: Path = RUNTIME) -> dict[str, Locked]:
    """Return what runs on Lambda besides our own code, by its name."""
    return {each.name: each for each in locked(lock.read_text(encoding="utf-8"))}
