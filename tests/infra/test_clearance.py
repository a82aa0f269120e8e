"""A dead execution's lock outlives every call that one of its functions may still be making."""

from __future__ import annotations

from dxmacsec.steps.locks import DEAD_LOCK_CLEARANCE
from infra.config import Config
from infra.permissions.grants import ADD_KEYS, REMOVE_KEYS, SET_MODE_OF_CONNECTIONS, SET_MODE_OF_LAGS
from infra.permissions.table import PERMISSIONS
from infra.sizes import size_of

CHANGES = (ADD_KEYS, REMOVE_KEYS, SET_MODE_OF_CONNECTIONS, SET_MODE_OF_LAGS)
LOOKS_LONGEST = Config(look_seconds=60)


def test_a_dead_lock_outlives_every_call_of_every_function() -> None:
    changing = [name for name, grants in PERMISSIONS.items() if any(grant in CHANGES for grant in grants)]

    longest = max(size_of(name, LOOKS_LONGEST).seconds for name in changing)

    assert {"AssociateKey", "RetireKey", "RestoreKey", "RaiseMode"} <= set(changing)
    assert DEAD_LOCK_CLEARANCE.total_seconds() > longest
