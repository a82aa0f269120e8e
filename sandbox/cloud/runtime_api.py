"""Lambda's Runtime API on loopback, one for each process that runs a function.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import json
import logging
import queue
import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

PREFIX: Final = "/2018-06-01/runtime"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What a process answered to one request: a payload, and whether it is an error's description."""

    payload: bytes
    failed: bool = False


def failure(error_type: str, message: str) -> Outcome:
    """Return the outcome that describes an error of the environment, in Lambda's words."""
    return Outcome(json.dumps({"errorType": error_type, "errorMessage": message}).encode(), failed=True)


@dataclass
class Request:
    """One invocation on its way: the event, and where its outcome will be put."""

    request_id: str
    payload: bytes = field(repr=False)
    arn: str
    deadline_ms: int = 0
    outcome: Outcome | None = None
    done: threading.Event = field(default_factory=threading.Event)

    def finish(self, outcome: Outcome) -> None:
        """Put the outcome, the first one wins: a process that dies after its answer changes nothing."""
        if self.outcome is None:
            self.outcome = outcome
            self.done.set()


class RuntimeApi:
    """Hands requests to one process and takes its answers."""

    def __init__(self) -> None:
        """Listen on a free port of loopback."""
        self.ready = threading.Event()
        self.current: Request | None = None
        self.init_error: Outcome | None = None
        self._waiting: queue.Queue[Request | None] = queue.Queue()
        api = self

        class Handler(_Handler):
            runtime_api = api

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Return host:port for AWS_LAMBDA_RUNTIME_API."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def submit(self, request: Request) -> None:
        """Give a request to the process, which asks for it when it is ready."""
        self.current = request
        self._waiting.put(request)

    def next(self) -> Request | None:
        """Return the next request, however long it takes; None when the API closes."""
        self.ready.set()
        return self._waiting.get()

    def take_init_error(self, payload: bytes) -> None:
        """Note that the process failed before its first request."""
        self.init_error = Outcome(payload, failed=True)

    def close(self) -> None:
        """Stop listening."""
        self._waiting.put(None)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    """The four routes of the Runtime API."""

    protocol_version = "HTTP/1.1"
    wbufsize = 65536
    disable_nagle_algorithm = True
    runtime_api: RuntimeApi

    def do_GET(self) -> None:
        """Answer `invocation/next`."""
        request = self.runtime_api.next()
        if request is None:
            self.close_connection = True
            return
        headers = {
            "Lambda-Runtime-Aws-Request-Id": request.request_id,
            "Lambda-Runtime-Deadline-Ms": str(request.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": request.arn,
            "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
            "Content-Type": "application/json",
        }
        self._answer(HTTPStatus.OK, request.payload, headers)

    def do_POST(self) -> None:
        """Take a response or an error."""
        payload = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == f"{PREFIX}/init/error":
            self.runtime_api.take_init_error(payload)
        elif self.runtime_api.current and self.runtime_api.current.request_id in self.path:
            self.runtime_api.current.finish(Outcome(payload, failed=self.path.endswith("/error")))
        self._answer(HTTPStatus.ACCEPTED, b"{}", {})

    def _answer(self, status: HTTPStatus, payload: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Keep the access log out of stderr."""
        _LOG.debug(format, *args)
