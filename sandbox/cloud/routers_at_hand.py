"""The customer's routers, as somebody who is logged in to one sees and turns it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dxmacsec.model import HEX_64
from sandbox.twin.reading import Fields, FormError

if TYPE_CHECKING:
    from sandbox.twin import DirectConnectTwin, Router

Route = tuple[str, str, Callable[..., dict[str, Any]]]


class RoutersAtHand:
    """Answers what is typed at a router; every answer is what the router shows afterwards."""

    def __init__(self, twin: DirectConnectTwin) -> None:
        """Turn the routers of a twin."""
        self._twin = twin
        self.routes: tuple[Route, ...] = (
            ("GET", "routers/([^/]+)", lambda _, link: self._shown(link)),
            ("POST", "routers/([^/]+)/install", self._install),
            ("POST", "routers/([^/]+)/prefer", self._prefer),
            ("POST", "routers/([^/]+)/remove", self._remove),
        )

    def _shown(self, link: str) -> dict[str, Any]:
        """Return the keys that are configured and the CKN that the router names on each port; never a CAK."""
        router = self._twin.router(link)
        return {"link": link, "keys": list(router.keys()), "in_use": router.in_use()}

    def _install(self, document: object, link: str) -> dict[str, Any]:
        self._twin.router(link).install(*_pair(document))
        return self._shown(link)

    def _prefer(self, document: object, link: str) -> dict[str, Any]:
        router, ckn = self._held(document, link)
        router.prefer(ckn)
        return self._shown(link)

    def _remove(self, document: object, link: str) -> dict[str, Any]:
        router, ckn = self._held(document, link)
        router.remove(ckn)
        return self._shown(link)

    def _held(self, document: object, link: str) -> tuple[Router, str]:
        """Return the router and a CKN that it holds.

        Raises:
            FormError: the router holds no such key.
        """
        fields = Fields(document, "key")
        ckn = fields.text("ckn")
        fields.done()
        router = self._twin.router(link)
        if ckn.casefold() not in {each.casefold() for each in router.keys()}:  # noqa: SIM118 - a method of the router, not a mapping
            message = f"the router of {link} holds no key {ckn}"
            raise FormError(message)
        return router, ckn


def _pair(document: object) -> tuple[str, str]:
    """Return the CKN and the CAK of a pair as the key secret holds it.

    Raises:
        FormError: it is none; what was given is not repeated, since it may hold a CAK.
    """
    given = document if isinstance(document, dict) else {}
    ckn, cak = (str(given.get(name, "")) for name in ("ckn", "cak"))
    if not (HEX_64.fullmatch(ckn) and HEX_64.fullmatch(cak)):
        message = "expected a pair as the key secret holds it: ckn and cak, 64 hexadecimal digits each"
        raise FormError(message)
    return ckn, cak
