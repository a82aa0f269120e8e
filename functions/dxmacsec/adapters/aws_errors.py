"""One road from the SDK's failures to ours, for every adapter."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
)
from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.parsers import ResponseParserError

from dxmacsec.errors import AccessDenied, DxMacsecError, ServiceFault, Throttled, UnknownAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dxmacsec.model import Cak

Answer = TypeVar("Answer")

SdkError = (ClientError, BotoCoreError, ResponseParserError)
"""What a call of the SDK raises: AWS answered with an error, or the SDK got no answer."""

THROTTLING = frozenset(
    {
        "KMSThrottlingException",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "ExpiredToken",
        "ExpiredTokenException",
        "KMSAccessDeniedException",
        "NotAuthorized",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
    }
)
FAULTS = frozenset(
    {
        "InternalError",
        "InternalErrorException",
        "InternalFailure",
        "InternalServerError",
        "InternalServiceError",
        "KMSInternalException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
    }
)
LOST = (BotoConnectionError, HTTPClientError, IncompleteReadError, ResponseParserError)
NO_CREDENTIALS = (CredentialRetrievalError, NoCredentialsError)

FIRST_SERVER_STATUS = 500


def error_code(error: BaseException) -> str:
    """Return the code of an answer that is an error; empty when AWS gave no answer."""
    return str(_answer(error).get("Error", {}).get("Code", ""))


def error_text(error: BaseException) -> str:
    """Return the sentence that AWS sent with an error."""
    return str(_answer(error).get("Error", {}).get("Message", ""))


def translate(error: BaseException, doing: str) -> DxMacsecError:
    """Return our error for a failure of the SDK, by its code; what we don't know is UnknownAnswer.

    `doing` says in a few words what was tried, such as "read the key secret dxmacsec/dxcon-…".
    """
    if isinstance(error, ClientError):
        code = error_code(error)
        return family(code, _status(error))(f"{doing}: {code}: {error_text(error)}")
    kind = type(error).__name__
    if isinstance(error, LOST):
        return ServiceFault(f"{doing}: no answer ({kind})")
    if isinstance(error, NO_CREDENTIALS):
        return AccessDenied(f"{doing}: no credentials ({kind})")
    return UnknownAnswer(f"{doing}: the SDK refused the call ({kind})")


def family(code: str, status: int) -> type[DxMacsecError]:
    """Return the class of our error for a code of AWS and the HTTP status that it came with."""
    if code in THROTTLING:
        return Throttled
    if code in DENIED:
        return AccessDenied
    if code in FAULTS or status >= FIRST_SERVER_STATUS:
        return ServiceFault
    return UnknownAnswer


@contextmanager
def aws_call(doing: str) -> Iterator[None]:
    """Translate the SDK's failures inside the block.

    Raises:
        Transient: AWS asks us to slow down, failed, or gave no answer.
        AccessDenied: our role may not do it.
        UnknownAnswer: any other failure.
    """
    try:
        yield
    except SdkError as error:
        raise translate(error, doing) from error


def call_with_cak(
    call: Callable[[], Answer], cak: Cak, translation: Callable[[BaseException], DxMacsecError]
) -> Answer:
    """Make a call that carries a CAK, and let nothing of the request out with a failure.

    The SDK's ParamValidationError quotes the value that it refused, AWS may quote a parameter, and any
    failure brings the frames of the SDK with it, whose variables hold the request: a debugger prints
    them. The failure is therefore raised outside the handler, where it has neither those frames nor
    cause nor context, and the digits are masked in its text.

    Raises:
        DxMacsecError: whatever `translation` returns.
    """
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - none may fly on by itself, whatever it is
        failure = _masked(translation(error), cak)
    raise failure


def apart(doing: str, work: Callable[[], Answer]) -> Answer:
    """Do some work in which a CAK is a text, and let nothing of it out with a failure but its sentence.

    The failure is raised anew, as in `call_with_cak`: the variables of the frames that it came from hold
    the text. `doing` says in a few words what was tried.

    Raises:
        DxMacsecError: what the work raises, else UnknownAnswer with the class of what it raised.
    """
    try:
        return work()
    except DxMacsecError as error:
        failure = type(error)(str(error))
    except Exception as error:  # noqa: BLE001 - none may fly on by itself, whatever it is
        failure = UnknownAnswer(f"{doing}: {type(error).__name__}")
    raise failure


def _masked(failure: DxMacsecError, cak: Cak) -> DxMacsecError:
    return type(failure)(cak.masked_in(str(failure)))


def _answer(error: BaseException) -> Mapping[str, Any]:
    return error.response if isinstance(error, ClientError) else {}


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
