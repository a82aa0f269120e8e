from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from dxmacsec import errors
from dxmacsec.adapters.direct_connect_errors import direct_connect_error

CLIENT = "DirectConnectClientException"
SERVER = "DirectConnectServerException"


def answer(code: str, text: str, status: int = 400) -> ClientError:
    response = {"Error": {"Code": code, "Message": text}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "AssociateMacSecKey")  # type: ignore[arg-type]  # the SDK's own has more fields


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        pytest.param(
            answer(CLIENT, "Could not find Connection with ID dxcon-fg5678gh"),
            errors.LinkNotFound,
            id="an unknown connection is LinkNotFound",
        ),
        pytest.param(
            answer(CLIENT, "Could not find Lag with ID dxlag-fg5678gh"),
            errors.LinkNotFound,
            id="an unknown LAG is LinkNotFound",
        ),
        pytest.param(
            answer(CLIENT, "The port is not in available state to associate the key for account 123456789012"),
            errors.PortChanging,
            id="a port that changes keys is PortChanging",
        ),
        pytest.param(answer(CLIENT, "Rate exceeded"), errors.Throttled, id="throttling in words is Throttled"),
        pytest.param(answer(CLIENT, "Too many requests."), errors.Throttled, id="too many requests is Throttled"),
        pytest.param(
            answer(CLIENT, "Connection dxcon-fg5678gh and lag should be requested MacSec at the same time"),
            errors.UnknownAnswer,
            id="a known text about something that we never do is UnknownAnswer",
        ),
        pytest.param(answer(CLIENT, "No."), errors.UnknownAnswer, id="any other refusal is UnknownAnswer"),
        pytest.param(
            answer(SERVER, "not in available state", 400),
            errors.ServiceFault,
            id="a server exception is AWS's fault, with status 400 and whatever its text",
        ),
        pytest.param(answer(SERVER, "Sorry", 500), errors.ServiceFault, id="a server exception with status 500 too"),
        pytest.param(answer("ThrottlingException", "slow"), errors.Throttled, id="ThrottlingException is Throttled"),
        pytest.param(answer("Throttling", "slow"), errors.Throttled, id="Throttling is Throttled"),
        pytest.param(answer("AccessDeniedException", "no"), errors.AccessDenied, id="a denied call is AccessDenied"),
        pytest.param(answer("Strange", "no", 503), errors.ServiceFault, id="an unknown code with 503 is AWS's fault"),
        pytest.param(answer("Strange", "no"), errors.UnknownAnswer, id="an unknown code is UnknownAnswer"),
        pytest.param(
            ReadTimeoutError(endpoint_url="https://example.invalid"),
            errors.ServiceFault,
            id="a lost answer is ServiceFault",
        ),
        pytest.param(
            EndpointConnectionError(endpoint_url="https://example.invalid"),
            errors.ServiceFault,
            id="no connection is ServiceFault",
        ),
        pytest.param(ResponseParserError("<html>"), errors.ServiceFault, id="a garbled answer is ServiceFault"),
        pytest.param(NoCredentialsError(), errors.AccessDenied, id="no credentials is AccessDenied"),
    ],
)
def test_maps_each_failure_to_the_error_that_steers_the_machine(
    failure: Exception, expected: type[errors.DxMacsecError]
) -> None:
    ours = direct_connect_error(failure, "associate a key with dxcon-fg5678gh")

    assert type(ours) is expected
    assert str(ours).startswith("associate a key with dxcon-fg5678gh: ")
