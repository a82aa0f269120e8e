"""A planted CAK, and the forms in which it would be found."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache

from dxmacsec.model import Cak, KeyPair

SEED = b"the planted CAK"


def planted() -> KeyPair:
    """Return the pair whose CAK is looked for; no variable of a test holds its digits."""
    return KeyPair("ab" * 32, Cak(hashlib.sha256(SEED).hexdigest()))


@cache
def forms_of(cak: str) -> Mapping[str, str]:
    """Return each form of a CAK by its name; those in hexadecimal are in small letters.

    Base64 depends on where in three bytes a text begins, and its last characters on what follows:
    those are left out.
    """
    octets = bytes.fromhex(cak)
    found = {
        "hexadecimal": cak.lower(),
        "hexadecimal with colons": octets.hex(":"),
        "hexadecimal with blanks": octets.hex(" "),
        "bytes": octets.decode("latin-1"),
        "bytes as Python prints them": repr(octets)[2:-1],
        "numbers": ", ".join(map(str, octets)),
        "one number": str(int(cak, 16)),
    }
    sources = {"bytes": octets, "small digits": cak.lower().encode(), "capital digits": cak.upper().encode()}
    for name, source in sources.items():
        for shift in range(3):
            for kind, encode in (("base64", base64.b64encode), ("URL base64", base64.urlsafe_b64encode)):
                form = encode(b"\0" * shift + source).decode()[4 if shift else 0 : -4]
                if form not in found.values():
                    found[f"{kind} of its {name}, moved by {shift}"] = form
    return found


def held(text: str | bytes, caks: Iterable[str]) -> list[str]:
    """Return the forms in which a text holds one of the CAKs, in whatever case its hexadecimal is."""
    read = text.decode("latin-1") if isinstance(text, bytes) else text
    lowered = read.lower()
    return [
        name
        for cak in caks
        for name, form in forms_of(cak).items()
        if form in (lowered if name.startswith("hexadecimal") else read)
    ]


def holds(text: str, caks: frozenset[str]) -> bool:
    """Tell whether a text holds any of many CAKs in any form; quick, for a great many texts."""
    in_any_case, exact = _flat(caks)
    lowered = text.lower()
    return any(form in lowered for form in in_any_case) or any(form in text for form in exact)


@cache
def _flat(caks: frozenset[str]) -> tuple[list[str], list[str]]:
    forms = [item for cak in caks for item in forms_of(cak).items()]
    in_any_case = [form for name, form in forms if name.startswith("hexadecimal")]
    return in_any_case, [form for name, form in forms if not name.startswith("hexadecimal")]


def leaks(said: Mapping[str, str | bytes]) -> dict[str, list[str]]:
    """Return where the planted CAK was said, and in which forms; empty is good."""
    cak = planted().cak.reveal()
    return {place: forms for place, text in said.items() if (forms := held(text, [cak]))}
