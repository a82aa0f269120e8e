"""From the CDK context to the settings: `cdk.json` first, what the command line says laid over it."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from infra.config import Config, ConfigError, wrong_values
from infra.coordinator_config import CoordinatorConfig
from infra.setting_rules import shown

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

COORDINATOR = "dxmacsec-coordinator"
"""The context key of a coordinator's settings; without it there is none."""


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
    return dataclasses.replace(Config(), **_chosen(base, override, of=Config, under="dxmacsec"))


def load_coordinator(base: object, override: object = None) -> CoordinatorConfig | None:
    """Return the coordinator's settings as `load` does, or None where both are nothing.

    Raises:
        ConfigError: if either is no object, or settings in them are unknown, wrong or missing.
    """
    if base is None and override is None:
        return None
    return CoordinatorConfig(**_chosen(base, override, of=CoordinatorConfig, under=COORDINATOR))


def load_asset_bucket(value: object) -> str | None:
    """Return the bucket that holds the asset, or None for that of each account's own bootstrap.

    Raises:
        ConfigError: if it can't be a bucket's name.
    """
    form = r"(?=.{3,63}$)[a-z0-9](?:[a-z0-9.-]|\$\{AWS::Region\})*"
    if value is None or (isinstance(value, str) and re.fullmatch(form, value)):
        return value
    expected = "the name of a bucket, in which ${AWS::Region} stands for the Region"
    raise ConfigError([f"asset_bucket: expected {expected}, got {shown(value)}"], of="asset")


def _chosen(base: object, override: object, *, of: type[DataclassInstance], under: str) -> Mapping[str, Any]:
    chosen = {**_object(base, under), **_object(override, under)}
    errors = wrong_values(chosen, of)
    if errors:
        raise ConfigError(errors, of=under)
    return chosen


def _object(value: object, under: str) -> Mapping[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise ConfigError(
                [f"{under}: expected an object of settings, got text that is no JSON ({error})"], of=under
            ) from error
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ConfigError([f"{under}: expected an object of settings, got {shown(value)}"], of=under)
    return value
