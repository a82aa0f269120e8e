"""What a letter says of the line; and many letters at once are one, which fits and still names the links."""

from __future__ import annotations

import pytest

from dxmacsec.model import AVAILABLE, ENCRYPTION_UP, MUST_ENCRYPT, NO_ENCRYPT, SHOULD_ENCRYPT, LinkKind, Port
from dxmacsec.policy.letters import MOST_LETTERS, MOST_NAMED, Letter, gathered
from dxmacsec.policy.lines import line_now
from tests.unit.policy.situations import DOWN, a_link

SOFT = "encrypted, but in clear as soon as MKA fails."


def letters(number: int) -> list[Letter]:
    return [(f"dxmacsec dxcon-fmany{each:04d}: NoKey", f"text {each}") for each in range(number)]


@pytest.mark.parametrize("number", [0, 1, MOST_LETTERS])
def test_few_letters_go_out_as_they_are(number: int) -> None:
    assert gathered(letters(number)) == tuple(letters(number))


@pytest.mark.parametrize("number", [MOST_LETTERS + 1, MOST_NAMED])
def test_many_letters_are_one_that_names_each_link_and_reason(number: int) -> None:
    [(subject, text)] = gathered(letters(number))

    assert subject == f"dxmacsec: {number} links need somebody"
    assert [line for line in text.splitlines() if line.startswith("- ")] == [
        f"- dxcon-fmany{each:04d}: NoKey" for each in range(number)
    ]
    assert "more." not in text
    assert "docs/runbook.md" in text


@pytest.mark.parametrize("number", [MOST_NAMED + 1, 10_000])
def test_more_than_a_person_reads_are_counted(number: int) -> None:
    [(subject, text)] = gathered(letters(number))

    assert f"{number} links" in subject
    assert text.count("\n- ") == MOST_NAMED
    assert f"… and {number - MOST_NAMED} more." in text
    assert len(text.encode()) < 256 * 1024
    assert len(subject) < 100


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (MUST_ENCRYPT, "encrypted, and nothing passes in clear."),
        (SHOULD_ENCRYPT, SOFT),
        (None, SOFT),
        (NO_ENCRYPT, "what passes on dxcon-fg5678gh is in clear."),
    ],
)
def test_a_line_in_no_encrypt_is_in_clear_whatever_its_status_still_reads(mode: str | None, words: str) -> None:
    assert line_now(a_link(mode=mode)).words == words


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (Port("dxcon-2", AVAILABLE, ENCRYPTION_UP, MUST_ENCRYPT), "encrypted, and nothing passes in clear."),
        (Port("dxcon-2", AVAILABLE, ENCRYPTION_UP, SHOULD_ENCRYPT), SOFT),
        (Port("dxcon-2", AVAILABLE, ENCRYPTION_UP, NO_ENCRYPT), "what passes on dxcon-2 is in clear."),
        (Port("dxcon-2", AVAILABLE, DOWN, SHOULD_ENCRYPT), "what passes on dxcon-2 is in clear."),
        (Port("dxcon-2", AVAILABLE, DOWN, None), "no traffic on dxcon-2."),
    ],
)
def test_a_member_is_judged_by_its_own_mode(second: Port, words: str) -> None:
    first = Port("dxcon-1", AVAILABLE, ENCRYPTION_UP, None)

    assert line_now(a_link(kind=LinkKind.LAG, ports=(first, second))).words == words


def test_members_that_carry_different_things_are_all_named() -> None:
    ports = (Port("dxcon-1", AVAILABLE, DOWN, MUST_ENCRYPT), Port("dxcon-2", AVAILABLE, DOWN, SHOULD_ENCRYPT))

    said = line_now(a_link(kind=LinkKind.LAG, ports=ports)).words

    assert said == "no traffic on dxcon-1; what passes on dxcon-2 is in clear."


def test_with_encryption_down_and_a_mode_that_cant_be_read_nothing_is_promised() -> None:
    said = line_now(a_link(mode=None, ports=(Port("dxcon-1", AVAILABLE, DOWN),))).words

    assert said.startswith("encryption is down on dxcon-1, and nobody can read the mode")
