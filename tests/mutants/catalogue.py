"""All mutants, and the few that `make test` really runs."""

from __future__ import annotations

from tests.mutants import compliance, keys, locks, modes, recovery
from tests.mutants.mutant import Mutant, Promise

_ORDER = tuple(Promise)
MUTANTS: tuple[Mutant, ...] = tuple(
    sorted(
        (*keys.MUTANTS, *modes.MUTANTS, *locks.MUTANTS, *recovery.MUTANTS, *compliance.MUTANTS),
        key=lambda mutant: _ORDER.index(mutant.promise),
    )
)
"""Every mutant, by promise."""


def _quick(promise: Promise) -> Mutant:
    """Return a promise's first mutant with a unit test, else its first."""
    own = [mutant for mutant in MUTANTS if mutant.promise is promise]
    return next((mutant for mutant in own if mutant.test.startswith("tests/unit/")), own[0])


FEW: tuple[Mutant, ...] = tuple(_quick(promise) for promise in Promise)
"""One mutant a promise: what `make test` runs."""
