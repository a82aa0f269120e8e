from __future__ import annotations

import base64
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.driver import RouterDriverError
from dxmacsec.adapters.aws_errors import translate
from dxmacsec.errors import DxMacsecError
from tests.leaks.conftest import Written
from tests.leaks.sayings import said_of_exception
from tests.leaks.search import leaks, planted
from tests.leaks.wires import (
    READERS,
    TROUBLES,
    WRITERS,
    Wire,
    answering,
    associate,
    client,
    make,
    raising,
    read,
    store,
    stored,
    texts,
)

PLACES = {"stdout", "stderr", "log", "records", "environment"}


def raised(call: Callable[[Wire], object], wire: Wire) -> BaseException:
    """Return what a call raises; no variable of the test's own frames holds a CAK."""
    with pytest.raises((DxMacsecError, RouterDriverError)) as caught:
        call(wire)
    return caught.value


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("call", WRITERS)
def test_no_failure_of_a_call_that_carries_a_cak_says_it(call: str, trouble: str, written: Written) -> None:
    error = raised(WRITERS[call], TROUBLES[trouble])

    said, around = said_of_exception(error), written()

    assert (leaks(said), leaks(around)) == ({}, {})
    assert around.keys() >= PLACES
    assert (error.__cause__, error.__context__) == (None, None)


@pytest.mark.parametrize(
    ("call", "text"),
    # The agent needs the pair and lets be what else is there; the functions refuse it.
    [(call, text) for call in READERS for text in texts() if (call, text) != ("read by the agent", "another field")],
)
def test_no_failure_to_read_a_pair_says_what_was_read(call: str, text: str, written: Written) -> None:
    error = raised(READERS[call], answering(stored(texts()[text])))

    said = said_of_exception(error)

    assert (leaks(said), leaks(written())) == ({}, {})


def test_no_failure_of_the_sdk_says_an_answer_that_it_could_not_read(written: Written) -> None:
    for body in texts().values():
        error = raised(read, answering(body))

        assert leaks(said_of_exception(error)) == {}
    assert leaks(written()) == {}


def kms_answer(before: int, after: int) -> Wire:
    """Answer with the planted CAK as random bytes, after and before some others."""
    octets = b"\1" * before + bytes.fromhex(planted().cak.reveal()) + b"\1" * after
    return answering(json.dumps({"Plaintext": base64.b64encode(octets).decode()}))


@pytest.mark.parametrize(("before", "after"), [(0, 0), (0, 31), (31, 0), (32, 1), (64, 64)])
def test_no_failure_to_make_a_pair_says_what_kms_sent(before: int, after: int, written: Written) -> None:
    error = raised(make, kms_answer(before, after))

    assert leaks(said_of_exception(error)) == {}
    assert leaks(written()) == {}


def test_calls_that_go_through_write_nothing_of_it(written: Written) -> None:
    pair = planted()
    body = stored(json.dumps({"ckn": pair.ckn, "cak": pair.cak.reveal()}))

    associate(answering("{}"))
    store(answering("{}"))
    for call in READERS.values():
        assert call(answering(body)) == pair

    assert leaks(written()) == {}


def test_what_the_sdk_logs_at_debug_would_be_found(written: Written) -> None:
    logging.getLogger("botocore").setLevel(logging.DEBUG)

    associate(answering("{}"))

    assert leaks(written()).keys() >= {"log", "records"}


def test_what_goes_to_a_stream_a_file_or_the_environment_would_be_found(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = planted().cak.reveal()
    monkeypatch.setenv("LEFT", digits)
    Path("left.txt").write_text(base64.b64encode(digits.encode()).decode())
    print(digits)  # noqa: T201 - the leak that shall be found
    sys.stderr.write(digits.upper())

    assert leaks(written()).keys() == {"stdout", "stderr", "environment", "file left.txt"}


def test_a_call_that_lets_the_sdks_failure_out_would_be_found() -> None:
    def careless() -> None:
        try:
            client("directconnect", raising(RuntimeError)).associate_mac_sec_key(
                connectionId="dxcon-fg5678gh", ckn="ab" * 32, cak=planted().cak.reveal()
            )
        except RuntimeError as error:
            raise translate(error, "associate") from error

    with pytest.raises(DxMacsecError) as caught:
        careless()

    assert leaks(said_of_exception(caught.value)).keys() >= {"traceback with locals", "rich with locals"}
