"""Replacing attributes of moto, and putting them back."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from sandbox.cloud.vocabulary import Private

_ABSENT = object()


def private(module: str) -> Private:
    """Import a module of moto whose contents are private, and so untyped here."""
    return importlib.import_module(module)


class Mends:
    """The attributes replaced so far, so that stopping the sandbox leaves moto as it was."""

    def __init__(self) -> None:
        """Start with nothing replaced."""
        self._originals: list[tuple[Any, str, Any]] = []

    def replace(self, owner: Private, name: str, new: Private) -> Private:
        """Replace an attribute of a module or class and return what it was.

        Raises:
            AttributeError: the attribute is gone, which is how a new moto shows itself.
        """
        if not hasattr(owner, name):
            detail = f"moto has no {owner.__name__}.{name} any more: look at the mend that needs it"
            raise AttributeError(detail)
        original = vars(owner).get(name, _ABSENT)
        self._originals.append((owner, name, original))
        current = getattr(owner, name)
        setattr(owner, name, new)
        return current

    def replace_classmethod(self, owner: Private, name: str, new: Callable[..., Private]) -> None:
        """Replace a class method by a function that has no use for the class.

        Raises:
            AttributeError: the class method is gone.
        """
        self.replace(owner, name, classmethod(lambda _, *args, **kwargs: new(*args, **kwargs)))

    def undo(self) -> None:
        """Put everything back, the last replaced first. Safe to repeat: the list is then empty."""
        while self._originals:
            owner, name, original = self._originals.pop()
            if original is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, original)
