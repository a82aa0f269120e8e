"""What the sandbox answers when something behind the front breaks: an AWS error, never a page of HTML."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from http import HTTPStatus
from xml.sax.saxutils import escape

from sandbox.cloud.wire import Answer, App, Environ, StartResponse

_LOG = logging.getLogger(__name__)
CODE = "InternalFailure"


def guarded(app: App) -> App:
    """Wrap an application so that its bugs reach the log whole and the caller as an InternalFailure."""

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return app(environ, start_response)
        except Exception as error:  # noqa: BLE001 - whatever breaks, the caller gets an AWS error
            _LOG.exception("%s %s broke", environ["REQUEST_METHOD"], environ.get("PATH_INFO"))
            return _failure(environ, f"{type(error).__name__}: {error}", start_response)

    return answer


def _failure(environ: Environ, message: str, start_response: StartResponse) -> Iterable[bytes]:
    """Send a 500 in the caller's protocol: XML to the query protocol, JSON to the others."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if "x-www-form-urlencoded" not in environ.get("CONTENT_TYPE", ""):
        return Answer({"__type": CODE, "message": message}, status).send(start_response)
    error = f"<Error><Type>Receiver</Type><Code>{CODE}</Code><Message>{escape(message)}</Message></Error>"
    body = f"<ErrorResponse>{error}</ErrorResponse>".encode()
    headers = [("Content-Type", "text/xml"), ("Content-Length", str(len(body)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
