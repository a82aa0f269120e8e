"""HTTP on loopback: what a function asks AWS, and what answers it."""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Heard:
    """A request to AWS."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What AWS answers to one request."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def operation_of(heard: Heard) -> str:
    """Name what a request asks for, by the header, the form or the path that says it."""
    if target := heard.headers.get("X-Amz-Target"):
        return target
    action = parse_qs(heard.body.decode(errors="replace")).get("Action")
    return action[0] if action else f"{heard.method} {heard.path}"


@contextmanager
def serving(respond: Callable[[Heard], Answer], context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Answer as `respond` does on a free port of loopback, over TLS where there is a context; lend the port."""

    class Handler(_Handler):
        def answer(self, heard: Heard) -> Answer:
            return respond(heard)

    server = _Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    """A server whose clients may be ended while they are connected."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Log what broke a connection: a process that was ended when it had answered."""
        _LOG.debug("%s: the connection of %s ended", request, client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    """Reads a request and writes its answer; what the functions call is all POST."""

    protocol_version = "HTTP/1.1"
    wbufsize = 65536
    disable_nagle_algorithm = True

    def answer(self, heard: Heard) -> Answer:
        """Return the answer to a request."""
        raise NotImplementedError

    def do_POST(self) -> None:
        """Answer a request."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self.answer(Heard(self.command, self.path, dict(self.headers), body))
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Keep the access log out of stderr."""
