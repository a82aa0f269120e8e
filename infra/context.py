"""From the CDK context to the settings: `cdk.json` first, what the command line says laid over it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from infra.config import Config, ConfigError, wrong_values
from infra.setting_rules import shown


def load(base: object, override: object = None) -> Config:
    """Return the settings of `base` with those of `override` in place of them.

    The CDK CLI hands over `-c dxmacsec='{"bake_minutes": 1}'` as text and drops the object in `cdk.json`:
    that is why both are read, and merged here.

    Args:
        base: The object under `context.dxmacsec` in `cdk.json`, or nothing.
        override: The context value in force: an object, the JSON text of one, or nothing.

    Raises:
        ConfigError: if either is no object, or settings in them are unknown or wrong.
    """
    chosen = {**_object(base), **_object(override)}
    errors = wrong_values(chosen)
    if errors:
        raise ConfigError(errors)
    return dataclasses.replace(Config(), **chosen)


def _object(value: object) -> Mapping[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise ConfigError(
                [f"dxmacsec: expected an object of settings, got text that is no JSON ({error})"]
            ) from error
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ConfigError([f"dxmacsec: expected an object of settings, got {shown(value)}"])
    return value
