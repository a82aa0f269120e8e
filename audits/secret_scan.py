"""Looks for secrets in files: what detect-secrets takes for one, and whatever is as long as a CAK."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings, get_settings

CAK_LOOKING = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Fa-f]{64}(?![0-9A-Za-z])")
"""What has the form of a CAK; the checksum of a package has it too, which is why a lock's are named as such."""

LOCKED_HASH = re.compile(rb"--hash=sha256:[0-9a-f]{64}")
CAK_KIND = "64 hexadecimal digits"
DIGEST_CHARACTERS = 12

TURNED_OFF = (
    # Whoever writes a secret could write the remark that excuses it: what is allowed stands in one reviewed list.
    "detect_secrets.filters.allowlist.is_line_allowlisted",
    # It would pass over npm's lock; an integrity hash has a form of its own and is found by nothing here.
    "detect_secrets.filters.heuristic.is_lock_file",
)


@dataclass(frozen=True, order=True)
class Finding:
    """Something that looks like a secret: where, of which kind, and a digest that stands for the value."""

    path: str
    kind: str
    digest: str
    line: int = field(default=0, compare=False)
    value: str = field(default="", compare=False, repr=False)

    def __str__(self) -> str:
        """Say where it is, and never what."""
        return f"{self.path}:{self.line}: {self.kind} ({self.digest})"


def scan(root: Path, paths: Iterable[str]) -> list[Finding]:
    """Return everything in the files that looks like a secret, each value of a file once."""
    found: dict[Finding, Finding] = {}
    with _strict():
        for path in paths:
            for finding in (*_known_forms(root, path), *cak_looking(path, (root / path).read_bytes())):
                found.setdefault(finding, finding)
    return sorted(found)


def cak_looking(path: str, content: bytes) -> Iterator[Finding]:
    """Yield each value of a file that has the form of a CAK, but for the checksums of a hashed lock."""
    for number, line in enumerate(content.split(b"\n"), start=1):
        for match in CAK_LOOKING.finditer(LOCKED_HASH.sub(b"", line)):
            value = match[0].lower()
            yield Finding(path, CAK_KIND, digest(value), number, value.decode())


def digest(value: bytes) -> str:
    """Return what stands for a value in the list of allowed ones: it can't be turned back."""
    return hashlib.sha256(value).hexdigest()[:DIGEST_CHARACTERS]


def detectors() -> list[str]:
    """Return the kinds of secrets that are looked for by their forms."""
    with _strict():
        return sorted(get_mapping_from_secret_type_to_class())


def _known_forms(root: Path, path: str) -> Iterator[Finding]:
    for secret in scan_file(str(root / path)):
        value = secret.secret_value or ""
        yield Finding(path, secret.type, digest(value.encode()), secret.line_number, value)


@contextmanager
def _strict() -> Iterator[None]:
    """Look with every detector, and let nothing in a file excuse what is in it."""
    with default_settings():
        get_settings().disable_filters(*TURNED_OFF)
        yield
