"""The hash of a record: SHA-256 of its canonical JSON, which anybody can compute again.

The canonical form is that of RFC 8785: members sorted by name, no spaces, UTF-8, numbers as ECMAScript writes them.
From what `dxmacsec evidence ROTATION --json` prints, without this product:

    dxmacsec evidence ROTATION --json | jq -cSj .record | sha256sum

jq 1.6 escapes U+007F, prints 1e-7 as `1e-07` and integers beyond 2^53 rounded, and sorts names beyond 16 bits by
another order: there its hash is another one. `EXACTLY` is a line of Python that computes the same of every record
without fractions, which is every one that a rotation writes; at a fraction it stops.

It shows that two copies of a record are one. It is no signature: who may write the ledger may write another record.
The event `MACsec Rotation Ended` carries the same record, so an archive of the bus is a copy that nobody can change
from here.
https://www.rfc-editor.org/rfc/rfc8785
"""

from __future__ import annotations

import hashlib
import json
import math

HOW = "jq -cSj .record | sha256sum"
"""What computes the hash again from the JSON document, but for what jq prints in another way."""

EXACTLY = (
    "python3 -c 'import hashlib as h,json as j,sys;"
    'names=lambda p:dict(sorted(p,key=lambda m:m[0].encode("utf-16-be")));'
    'r=j.load(sys.stdin.buffer,parse_float=complex,object_pairs_hook=names)["record"];'
    'print(h.sha256(j.dumps(r,separators=(",",":"),ensure_ascii=False).encode()).hexdigest())\''
)
"""What computes it exactly. No JSON is made of a complex number: a fraction in the record ends it, elsewhere not."""

_FIRST_EXPONENT, _LAST_ZEROES = 21, -6
"""From 1e21 on, and below 1e-6, ECMAScript writes an exponent.

https://tc39.es/ecma262/#sec-numeric-types-number-tostring
"""


def sha256(record: object) -> str:
    """Return the SHA-256 of a record's canonical JSON, in hexadecimal.

    Raises:
        TypeError, ValueError: it is no JSON.
    """
    return hashlib.sha256(canonical(record).encode()).hexdigest()


def canonical(value: object) -> str:
    """Return a JSON value in its canonical form.

    Raises:
        TypeError: it is no JSON value.
        ValueError: a number is not finite.
    """
    match value:
        case None | bool() | str():
            return json.dumps(value, ensure_ascii=False)
        case int():
            return repr(value)
        case float():
            return _number(value)
        case dict():
            names = sorted(value, key=lambda name: str(name).encode("utf-16-be"))
            return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
        case list() | tuple():
            return "[" + ",".join(canonical(each) for each in value) + "]"
    message = f"no JSON value: {type(value).__name__}"
    raise TypeError(message)


def _number(value: float) -> str:
    """Return a number as ECMAScript does: the same shortest digits as Python's, another place for the point."""
    if not math.isfinite(value):
        message = f"no JSON number: {value}"
        raise ValueError(message)
    if value == 0:
        return "0"
    sign, (digits, point) = "-" if value < 0 else "", _digits(abs(value))
    count = len(digits)
    if count <= point <= _FIRST_EXPONENT:
        return sign + digits + "0" * (point - count)
    if 0 < point <= _FIRST_EXPONENT:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if _LAST_ZEROES < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if count > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{point - 1:+d}"


def _digits(value: float) -> tuple[str, int]:
    """Return the significant digits, and before which of them the point stands."""
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    leading = len(whole + fraction) - len(digits)
    return digits.rstrip("0"), len(whole) - leading + int(exponent or 0)
