from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from dxmacsec.adapters.aws_errors import aws_call, call_with_cak, translate
from dxmacsec.errors import Throttled, UnknownAnswer
from dxmacsec.model import Cak, KeyPair


def refusal(text: str) -> ClientError:
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": text}}, "PutSecretValue")


def test_a_failure_in_a_block_is_ours_and_keeps_its_cause() -> None:
    failure = refusal("slow")

    with pytest.raises(Throttled, match="read a thing: ThrottlingException: slow") as caught, aws_call("read a thing"):
        raise failure

    assert isinstance(caught.value.__cause__, ClientError)


def test_a_bug_of_ours_flies_as_it_is() -> None:
    with pytest.raises(KeyError), aws_call("read a thing"):
        raise KeyError


@pytest.mark.parametrize("written", [str.lower, str.upper, str.swapcase])
def test_masks_the_digits_of_a_cak_in_any_case(pair: KeyPair, written: object) -> None:
    assert callable(written)
    text = f"bad value {written(pair.cak.reveal())}, twice: {pair.cak.reveal()}"

    masked = pair.cak.masked_in(text)

    assert masked == "bad value Cak(…), twice: Cak(…)"


def test_a_failed_call_with_a_cak_has_neither_cause_nor_context_nor_digits(pair: KeyPair) -> None:
    failure = refusal(f"the key {pair.cak.reveal().upper()} is refused")

    def call() -> None:
        raise failure

    with pytest.raises(Throttled) as caught:
        call_with_cak(call, pair.cak, lambda error: translate(error, "store"))

    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert str(caught.value) == "store: ThrottlingException: the key Cak(…) is refused"


def test_a_value_that_the_sdk_refuses_is_not_quoted() -> None:
    def call() -> None:
        raise ParamValidationError(report=f"Invalid type, value: {'d' * 64}")

    with pytest.raises(UnknownAnswer) as caught:
        call_with_cak(call, Cak("d" * 64), lambda error: translate(error, "associate"))

    assert str(caught.value) == "associate: the SDK refused the call (ParamValidationError)"
    assert caught.value.__context__ is None
