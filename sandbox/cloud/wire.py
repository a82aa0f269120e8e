"""Requests and answers as WSGI sees them; the lowest module of the front."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from sandbox.cloud.vocabulary import Json

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]


def body_of(environ: Environ) -> bytes:
    """Return the body of a request that says how long it is, and leave it to be read again.

    A chunked upload says nothing and stays untouched.
    """
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    if length:
        environ["wsgi.input"] = io.BytesIO(body)
    return body


def access_key_of(environ: Environ) -> str | None:
    """Return the access key id of a request signed with SigV4, None of any other."""
    _, found, rest = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")
    return rest.split("/", 1)[0] if found else None


@dataclass(frozen=True)
class Answer:
    """A JSON answer."""

    document: Json
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    def send(self, start_response: StartResponse) -> Iterable[bytes]:
        """Send the answer through WSGI."""
        body = json.dumps(self.document, default=_as_epoch).encode()
        headers = {
            **self.headers,
            "Content-Type": self.content_type,
            "Content-Length": str(len(body)),
        }
        start_response(f"{self.status} {HTTPStatus(self.status).phrase}", list(headers.items()))
        return [body]


def _as_epoch(value: Json) -> float:
    """Render a moment as JSON 1.1 does: seconds since 1970.

    Raises:
        TypeError: the value is no moment, and so nothing that an answer may hold.
    """
    try:
        return float(value.timestamp())
    except AttributeError as error:
        detail = f"an answer can't hold a {type(value).__name__}"
        raise TypeError(detail) from error
