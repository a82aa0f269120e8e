"""What SNS takes as a subject and as a message.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from __future__ import annotations

SUBJECT_CHARACTERS = 99
"""SNS wants fewer than 100."""

MESSAGE_BYTES = 262_144
CUT = "\n[cut: the whole text is in the ledger]"


def sns_subject(text: str) -> str:
    """Return a text as a subject: printable ASCII, one line, cut to length."""
    ascii_text = text.replace("…", "...").encode("ascii", "replace").decode("ascii")
    line = " ".join(ascii_text.split())
    return "".join(character for character in line if character.isprintable())[:SUBJECT_CHARACTERS]


def sns_text(text: str) -> str:
    """Return a text cut to the bytes that a message may have, never within a character."""
    encoded = text.encode()
    if len(encoded) <= MESSAGE_BYTES:
        return text
    return encoded[: MESSAGE_BYTES - len(CUT.encode())].decode(errors="ignore") + CUT
