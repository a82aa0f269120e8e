from __future__ import annotations

import pytest

from dxmacsec.errors import BadInput
from dxmacsec.policy.callers import made_by_us

ACCOUNT = "123456789012"


def call_by(arn: object) -> dict[str, object]:
    return {"userIdentity": {"type": "AssumedRole", "sessionContext": {"sessionIssuer": {"arn": arn}}}}


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::123456789012:role/dxmacsec/HearChange",
        "arn:aws-us-gov:iam::123456789012:role/dxmacsec/deeper/HearChange",
    ],
)
def test_a_role_on_our_path_in_the_account_of_the_event_is_ours(arn: str) -> None:
    assert made_by_us({"account": ACCOUNT}, call_by(arn))


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::999999999999:role/dxmacsec/HearChange",
        "arn:aws:iam::123456789012:role/dxmacsec/",
        "arn:aws:iam::123456789012:role/dxmacsec-other/HearChange",
        "arn:aws:iam::123456789012:role/x/role/dxmacsec/HearChange",
        "arn:aws:iam::123456789012:user/dxmacsec/ana",
        "x arn:aws:iam::123456789012:role/dxmacsec/HearChange",
        ["arn:aws:iam::123456789012:role/dxmacsec/HearChange"],
        None,
    ],
)
def test_nobody_else_is(arn: object) -> None:
    assert not made_by_us({"account": ACCOUNT}, call_by(arn))


@pytest.mark.parametrize(
    "detail",
    [
        {},
        {"userIdentity": None},
        {"userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:role/dxmacsec/x"}},
        {"userIdentity": {"sessionContext": []}},
        {"userIdentity": {"sessionContext": {"sessionIssuer": "arn:aws:iam::123456789012:role/dxmacsec/x"}}},
    ],
)
def test_a_call_without_a_session_of_a_role_is_not_ours(detail: dict[str, object]) -> None:
    assert not made_by_us({"account": ACCOUNT}, detail)


@pytest.mark.parametrize("event", [None, {}, {"account": ""}, {"account": 123456789012}])
def test_an_account_that_is_missing_makes_nothing_ours(event: object) -> None:
    with pytest.raises(BadInput, match=r"^account: "):
        made_by_us(event, call_by("arn:aws:iam::123456789012:role/dxmacsec/HearChange"))
