"""The front: which request goes to the twin, which to the control routes, and which to moto."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from sandbox.cloud import direct_connect
from sandbox.cloud.caller import Caller, answering
from sandbox.cloud.control import PREFIX
from sandbox.cloud.observation import observed
from sandbox.cloud.wire import Answer, App, Environ, StartResponse, access_key_of, body_of

if TYPE_CHECKING:
    from sandbox.cloud.accounts import Account
    from sandbox.cloud.control import Control
    from sandbox.cloud.journal import Journal
    from sandbox.cloud.principals import Principals
_LOG = logging.getLogger(__name__)
MOTO_ACCOUNT: Final = "HTTP_X_MOTO_ACCOUNT_ID"
"""The header by which moto knows whose request it is."""


class Front:
    """The WSGI application that everything talks to."""

    def __init__(
        self,
        moto: App,
        accounts: Mapping[str, Account],
        control: Control,
        journal: Journal,
        principals: Principals,
    ) -> None:
        """Join what is behind the one URL."""
        self._moto, self._accounts, self._control = moto, accounts, control
        self._journal, self._principals = journal, principals

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Route one request."""
        body = body_of(environ)
        path, target = environ.get("PATH_INFO", "/"), environ.get("HTTP_X_AMZ_TARGET", "")
        if path.startswith(PREFIX):
            return self._control.answer(environ["REQUEST_METHOD"], path, body).send(start_response)
        caller = self._principals.caller_of(access_key_of(environ), environ.get("HTTP_USER_AGENT", ""))
        if call := observed(environ, body):
            self._journal.record(caller, *call)
        if target.startswith(direct_connect.TARGET_PREFIX):
            return self._direct_connect(target, body, caller).send(start_response)
        environ[MOTO_ACCOUNT] = caller.account
        with answering(caller):
            return self._moto(environ, start_response)

    def _direct_connect(self, target: str, body: bytes, caller: Caller) -> Answer:
        answer = direct_connect.answer(self._accounts[caller.account].twin, target, body, caller)
        _LOG.debug("%s by %s: %s", target, caller, answer.status)
        return answer
