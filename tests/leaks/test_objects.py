from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from dxmacsec.model import Cak, KeyPair
from sandbox.twin import Cak as TwinCak
from sandbox.twin import Pair as TwinPair
from tests.leaks.sayings import OBJECT, said_of_exception, said_of_object
from tests.leaks.search import forms_of, held, holds, leaks, planted
from tests.worlds.outside import SeededKeyMaker


@dataclass
class Holder:
    """Somebody's own dataclass with a pair in it."""

    pair: KeyPair
    pairs: list[KeyPair]


HOLDERS: dict[str, Callable[[], Any]] = {
    "a CAK": lambda: planted().cak,
    "a pair": planted,
    "a tuple of pairs": lambda: (planted(), planted()),
    "a dictionary": lambda: {"pair": planted(), "deep": [{"cak": planted().cak}]},
    "a set": lambda: {planted(), planted().cak},
    "a dataclass": lambda: Holder(planted(), [planted()]),
    "a key maker": lambda: SeededKeyMaker(made=[planted()]),
    "an exception": lambda: ValueError("bad pair", planted()),
}
TWINS: dict[str, Callable[[], Any]] = {
    "the twin's CAK": lambda: TwinCak(planted().cak.reveal()),
    "the twin's pair": lambda: TwinPair("ab" * 32, TwinCak(planted().cak.reveal())),
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_no_way_of_saying_an_object_says_its_cak(holder: str) -> None:
    said = said_of_object(HOLDERS[holder]())

    assert said.keys() == OBJECT.keys()
    assert leaks(said) == {}


@pytest.mark.parametrize("holder", TWINS)
def test_the_twins_objects_print_no_cak(holder: str) -> None:
    said = said_of_object(TWINS[holder]())

    assert leaks({name: text for name, text in said.items() if not name.startswith("pickle")}) == {}


@dataclass
class Careless:
    """What a CAK must not be: a dataclass with its digits in a field."""

    cak: str


def test_the_ways_of_saying_an_object_would_say_a_careless_one() -> None:
    said = said_of_object(Careless(planted().cak.reveal()))

    assert OBJECT.keys() - leaks(said).keys() == {"JSON", "reprlib"}


def careless(text: str) -> None:
    """Raise while a variable holds a text, and let nothing of it into the sentence."""
    message = f"expected {len(text) + 1} characters"
    raise ValueError(message)


def test_the_ways_of_saying_an_exception_would_say_what_its_frames_hold() -> None:
    with pytest.raises(ValueError, match="expected 65") as caught:
        careless(planted().cak.reveal())

    with_locals = {"traceback with locals", "rich with locals", "pytest with locals", "every variable"}
    assert leaks(said_of_exception(caught.value)).keys() == with_locals


def test_the_ways_of_saying_an_exception_would_say_what_it_came_from() -> None:
    def refuse() -> None:
        try:
            known: dict[str, str] = {}
            known[planted().cak.reveal()]
        except KeyError as error:
            message = "refused"
            raise ValueError(message) from error

    with pytest.raises(ValueError, match="refused") as caught:
        refuse()

    assert leaks(said_of_exception(caught.value)).keys() >= {"traceback", "the exception", "pickle", "log"}


@pytest.mark.parametrize("form", forms_of(planted().cak.reveal()))
def test_the_search_knows_a_cak_in_every_form(form: str) -> None:
    cak = planted().cak.reveal()

    assert form in held(f"before {forms_of(cak)[form]} after", [cak])
    assert holds(f"before {forms_of(cak)[form]} after", frozenset({"cd" * 32, cak}))
    assert not holds(f"before {forms_of(cak)[form]} after", frozenset({"cd" * 32}))


@pytest.mark.parametrize("around", [b"", b"x", b"xy", b'{"cak": "'])
def test_the_search_knows_a_cak_amid_what_base64_encodes(around: bytes) -> None:
    cak = planted().cak.reveal()
    inside = [bytes.fromhex(cak), cak.encode(), cak.upper().encode()]

    for each in inside:
        assert held(base64.b64encode(around + each + b'"}').decode(), [cak])
        assert held(base64.urlsafe_b64encode(around + each), [cak])
    assert not held(base64.b64encode(around + bytes.fromhex("0d" * 32)), [cak])


def test_a_cak_is_compared_by_its_digits_and_copied_as_itself() -> None:
    cak = planted().cak

    assert cak == planted().cak != Cak("cd" * 32)
    assert cak != cak.reveal()
    assert len({cak, planted().cak}) == 1
    assert cak.masked_in(f"x {cak.reveal().upper()} y") == "x Cak(…) y"
