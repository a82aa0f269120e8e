"""What runs on Lambda besides our own code, and why it may: its licence, and that it is pure Python."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping

ALLOWED_LICENCES: Mapping[str, str] = {
    "Apache-2.0": "permits use and change, and grants the patents it needs",
    "BSD-3-Clause": "asks for its notice, nothing else",
    "MIT": "asks for its notice, nothing else",
    "MIT-0": "asks for nothing",
    "PSF-2.0": "Python's own",
    "BSD-3-Clause-Modification": "the Zope Foundation's: asks for its notice, and that changed files say so",
}
"""Licences, by their SPDX names, that ask nothing of whoever deploys the product; each with its reason."""

LICENCES: Mapping[str, str] = {
    "aws-lambda-powertools": "MIT-0",
    "botocore": "Apache-2.0",
    "chameleon": "BSD-3-Clause-Modification",
    "cronsim": "BSD-3-Clause",
    "dacite": "MIT",
    "jmespath": "MIT",
    "python-dateutil": "Apache-2.0",
    "six": "MIT",
    "typing-extensions": "PSF-2.0",
    "tzdata": "Apache-2.0",
    "urllib3": "MIT",
}
"""The licence under which we take each of them; of those under two, the one that is named here."""

_IN_WORDS = {
    "Apache-2.0": ("Apache-2.0", "Apache Software License"),
    "BSD-3-Clause": ("BSD-3-Clause", "BSD License"),
    "MIT": ("MIT", "MIT License"),
    "MIT-0": ("MIT-0", "MIT No Attribution License (MIT-0)"),
    "PSF-2.0": ("PSF-2.0",),
    "BSD-3-Clause-Modification": ("BSD-like (http://repoze.org/license.html)",),
}


def declares(package: str, licence: str) -> bool:
    """Tell whether an installed package says of itself that it may be taken under a licence.

    Raises:
        importlib.metadata.PackageNotFoundError: it is not installed.
    """
    about = importlib.metadata.metadata(package)
    said = [*(about.get_all("License-Expression") or ()), *(about.get_all("License") or ())]
    said += [each.rpartition(" :: ")[2] for each in about.get_all("Classifier") or () if each.startswith("License ::")]
    return not set(said).isdisjoint(_IN_WORDS[licence])


def is_pure_python(package: str) -> bool:
    """Tell whether an installed package came as a wheel that is for every machine.

    Raises:
        importlib.metadata.PackageNotFoundError: it is not installed.
    """
    distribution = importlib.metadata.distribution(package)
    wheel = (distribution.read_text("WHEEL") or "").splitlines()
    native = [file for file in distribution.files or [] if file.suffix in {".so", ".pyd", ".dylib"}]
    tags = [line.removeprefix("Tag: ") for line in wheel if line.startswith("Tag: ")]
    return "Root-Is-Purelib: true" in wheel and all(tag.endswith("-none-any") for tag in tags) and not native
