"""The server: moto in server mode with the front before it, on one port of localhost."""

from __future__ import annotations

import logging
import threading
from typing import Any

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from sandbox.cloud.vocabulary import Json
from sandbox.cloud.wire import App


def moto_app() -> App:
    """Return moto's own application, which finds the service that a request is for."""
    return DomainDispatcherApplication(create_backend_app)


class _QuietHandler(MotoRequestHandler):
    """moto's handler without a line on stderr for every request, and without waiting for small packets."""

    wbufsize = 65536
    disable_nagle_algorithm = True

    def log(self, level: str, message: str, *args: object) -> None:
        """Log what werkzeug tells: its errors as errors, its access log only for who debugs."""
        name = logging.ERROR if level == "error" else logging.DEBUG
        logging.getLogger(__name__).log(name, message, *args)


class Server:
    """A threaded HTTP server in this process.

    The endpoint says `localhost`, by which moto's CloudFormation recognises a template's URL.
    """

    def __init__(self, port: int = 0) -> None:
        """Bind the port at once (0: any free one), so that the endpoint is known before anything starts.

        Raises:
            OSError: the port is taken.
        """
        self._app: App | None = None
        self._server = make_server("127.0.0.1", port, self._dispatch, threaded=True, request_handler=_QuietHandler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.endpoint = f"http://localhost:{self._server.server_port}"

    def start(self, app: App) -> None:
        """Serve an application."""
        self._app = app
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and free the port; repeating it is safe."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def _dispatch(self, environ: dict[str, Any], start_response: Json) -> Json:
        if self._app is None:
            detail = "a request came before the start"
            raise RuntimeError(detail)
        return self._app(environ, start_response)
