"""All mutants, and the few that `make test` really runs."""

from __future__ import annotations

from tests.mutants import compliance, keys, locks, modes, organisation, recovery
from tests.mutants.mutant import Mutant, Promise

_ORDER = tuple(Promise)
MUTANTS: tuple[Mutant, ...] = tuple(
    sorted(
        (*keys.MUTANTS, *modes.MUTANTS, *locks.MUTANTS, *recovery.MUTANTS, *compliance.MUTANTS, *organisation.MUTANTS),
        key=lambda mutant: _ORDER.index(mutant.promise),
    )
)
"""Every mutant, by promise."""


QUICKEST = ("tests/unit/", "tests/walk/", "")


def _quick(promise: Promise) -> Mutant:
    """Return a promise's first mutant with a unit test, else with a walk, else its first."""
    own = [mutant for mutant in MUTANTS if mutant.promise is promise]
    return min(
        own, key=lambda mutant: next(rank for rank, start in enumerate(QUICKEST) if mutant.test.startswith(start))
    )


FEW: tuple[Mutant, ...] = tuple(_quick(promise) for promise in Promise)
"""One mutant a promise: what `make test` runs."""
