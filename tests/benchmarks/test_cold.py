"""How cold starts are compared: the figures from the milliseconds, and an AWS that answers what was recorded."""

from __future__ import annotations

import ssl
from http import HTTPStatus
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from benchmarks.cold import AIM, ROUNDS, Taken, figures
from benchmarks.cold_aws import Aws, answering
from benchmarks.cold_wire import Answer, Heard, operation_of

QUICK = Answer(HTTPStatus.OK, (("Content-Type", "application/json"),), b'{"first": true}')
LATER = Answer(HTTPStatus.OK, (), b'{"first": false}')


def heard(target: str = "", body: bytes = b"", path: str = "/") -> Heard:
    return Heard("POST", path, {"X-Amz-Target": target} if target else {}, body)


def test_the_worst_function_is_the_one_with_the_highest_median_of_its_rounds() -> None:
    ours = [{"Steady": 90.0, "Unlucky": 80.0} for _ in range(ROUNDS)]
    ours[0] = {"Steady": 90.0, "Unlucky": 500.0}
    source = [{"Steady": 200.0, "Unlucky": 190.0}]

    worst, middle, slowest, *_ = figures(Taken(ours, source, [50.0] * ROUNDS, [100.0] * ROUNDS))

    assert worst.value == pytest.approx(0.9)
    assert (worst.at_most, worst.met) == (AIM, True)
    assert worst.note.startswith("Steady;")
    assert middle.value == pytest.approx(0.85)
    assert slowest.value == pytest.approx(2.0)
    assert slowest.note == "Steady"


def test_a_function_is_compared_with_the_peer_of_its_own_round() -> None:
    rounds = [100.0 * (1 + at) for at in range(ROUNDS)]
    peer = [each * wobble for each in rounds for wobble in (0.9, 1.0, 1.1)]

    worst, *_ = figures(Taken([{"One": each} for each in rounds], [{"One": 1.0}], [1.0], peer))

    assert [worst.low, worst.value, worst.high] == pytest.approx([1, 1, 1])


@pytest.mark.parametrize(
    ("request_", "operation"),
    [
        (heard("DynamoDB_20120810.GetItem", b"{}"), "DynamoDB_20120810.GetItem"),
        (heard(body=b"Action=Publish&TopicArn=arn"), "Publish"),
        (heard(path="/findings/import", body=b"{}"), "POST /findings/import"),
    ],
)
def test_an_operation_is_named_by_header_form_or_path(request_: Heard, operation: str) -> None:
    assert operation_of(request_) == operation


def test_answers_come_in_their_order_and_a_call_too_many_is_noted() -> None:
    aws = Aws()
    aws.play((("A.Get", QUICK), ("A.Put", LATER), ("A.Get", LATER)))

    answers = [aws.answer(heard("A.Get")) for _ in range(3)]

    assert answers[:2] == [QUICK, LATER]
    assert answers[2].status == HTTPStatus.BAD_REQUEST
    assert aws.unknown == ["A.Get"]


@pytest.mark.enable_socket
def test_a_client_that_trusts_the_lent_file_is_answered_over_tls(tmp_path: Path) -> None:
    with answering(tmp_path) as (aws, trusted):
        aws.play((("A.Get", QUICK),))
        asked = Request(aws.endpoint, data=b"{}", headers={"X-Amz-Target": "A.Get"})  # noqa: S310 - our own server
        with urlopen(asked, context=ssl.create_default_context(cafile=str(trusted))) as answer:  # noqa: S310 - our own
            said = answer.read()

    assert said == QUICK.body
    assert trusted.read_text().count("BEGIN CERTIFICATE") > 100
