from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.direct_connect import AwsDirectConnect
from dxmacsec.adapters.key_secrets import AwsKeySecrets
from dxmacsec.errors import DxMacsecError
from dxmacsec.handlers.sdk_log import silence_sdk_debug
from dxmacsec.model import Cak, KeyPair
from sandbox.twin import DEFAULT_ESTATE, DirectConnectTwin, VirtualClock
from sandbox.twin.client import TwinClient

if TYPE_CHECKING:
    from boto3 import Session
    from mypy_boto3_directconnect.client import DirectConnectClient

LINK = "dxcon-fg5678gh"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:dxmacsec-RotateSecret"
VERSION = "11111111-1111-4111-8111-111111111111"


def everything_said(caught: BaseException) -> str:
    """Return whatever a log, a trace or a debugger's summary could print of an exception."""
    said = [*traceback.format_exception(caught), repr(caught), str(vars(caught))]
    linked: BaseException | None = caught
    while linked:
        said += [repr(linked), str(linked)]
        linked = linked.__cause__ or linked.__context__
    return "\n".join(said).lower()


def test_the_logs_at_debug_never_hold_a_cak(aws: Session, pair: KeyPair, caplog: pytest.LogCaptureFixture) -> None:
    silence_sdk_debug()
    caplog.set_level(logging.DEBUG)
    key_secrets = AwsKeySecrets(aws.client("secretsmanager"), "dxmacsec/", "arn:aws:kms:us-east-1:1:key/1", FUNCTION)
    logging.getLogger("test").debug("the log is on")

    key_secrets.create(LINK)
    key_secrets.put(LINK, VERSION, pair, frozenset({"DxNew"}))
    read = key_secrets.pair(LINK, VERSION)
    logging.getLogger("test").debug("read %s %r", read, read.cak)

    assert "the log is on" in caplog.text
    assert "Cak(…)" in caplog.text
    assert pair.cak.reveal() not in caplog.text.lower()


def test_the_sdks_debug_log_would_hold_it_which_is_why_it_is_off(
    aws: Session, pair: KeyPair, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="botocore")
    key_secrets = AwsKeySecrets(aws.client("secretsmanager"), "dxmacsec/", "arn:aws:kms:us-east-1:1:key/1", FUNCTION)
    key_secrets.create(LINK)

    key_secrets.put(LINK, VERSION, pair, frozenset({"DxNew"}))

    assert pair.cak.reveal() in caplog.text


@pytest.mark.parametrize("code", ["DirectConnectClientException", "DirectConnectServerException", "Strange"])
def test_no_exception_of_an_association_holds_a_cak(code: str, aws: Session, pair: KeyPair) -> None:
    client = aws.client("directconnect")
    with Stubber(client) as wire:
        wire.add_client_error("associate_mac_sec_key", code, f"refused: {pair.cak.reveal().upper()}")

        with pytest.raises(DxMacsecError) as caught:
            AwsDirectConnect(client, client).associate(LINK, pair)

    assert "refused: cak(…)" in everything_said(caught.value)
    assert pair.cak.reveal() not in everything_said(caught.value)


def test_no_exception_of_a_refused_parameter_holds_a_cak() -> None:
    twin = DirectConnectTwin(DEFAULT_ESTATE, clock=VirtualClock(datetime(2026, 1, 1, tzinfo=UTC)))
    client = cast("DirectConnectClient", TwinClient(twin))
    bad = KeyPair("ab" * 32, Cak("c0ffee15" * 8))
    object.__setattr__(bad, "ckn", {"not": "text", "cak": "c0ffee15" * 8})

    with pytest.raises(DxMacsecError) as caught:
        AwsDirectConnect(client, client).associate(LINK, bad)

    assert "paramvalidationerror" in everything_said(caught.value)
    assert "c0ffee15" * 8 not in everything_said(caught.value)


def test_no_exception_of_a_stored_text_holds_a_cak(aws: Session, pair: KeyPair) -> None:
    client: Any = aws.client("secretsmanager")
    key_secrets = AwsKeySecrets(client, "dxmacsec/", "arn:aws:kms:us-east-1:1:key/1", FUNCTION)
    key_secrets.create(LINK)
    client.put_secret_value(
        SecretId=f"dxmacsec/{LINK}", ClientRequestToken=VERSION, SecretString=f"{{cak: {pair.cak.reveal()}"
    )

    with pytest.raises(DxMacsecError) as caught:
        key_secrets.pair(LINK, VERSION)

    assert pair.cak.reveal() not in everything_said(caught.value)
