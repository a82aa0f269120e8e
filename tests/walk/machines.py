"""Our state machines as they are deployed, and the function behind each of their tasks."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

INFRA = Path(__file__).parents[2] / "infra"
FUNCTION = re.compile(r"\$\{(\w+)Arn\}")


@cache
def machine(name: str) -> dict[str, Any]:
    """Return the definition of a machine, such as `rotate_key`."""
    definition: dict[str, Any] = json.loads((INFRA / f"{name}.asl.json").read_text())
    return definition


@cache
def handler(function: str) -> Callable[[dict[str, Any], object], Any]:
    """Return the handler that the function `${RetireKeyArn}` runs."""
    found = FUNCTION.fullmatch(function)
    assert found, function
    module = re.sub(r"(?<!^)(?=[A-Z])", "_", found.group(1)).lower()
    handler: Callable[[dict[str, Any], object], Any] = importlib.import_module(f"dxmacsec.handlers.{module}").handler
    return handler
