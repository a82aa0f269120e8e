"""The page that lists every mutant: docs/mutants.md."""

from __future__ import annotations

from collections.abc import Sequence

from tests.mutants.mutant import ROOT, Mutant, Promise

PAGE = ROOT / "docs/mutants.md"

HEAD = """# Which test notices which break

For each promise of the product its guard is removed, one at a time, and a named test must fail. `make mutants` does it
again: each break in a copy of the functions, never in the work tree, and with the tests first run on the code as it is.
`make test` runs a few of them and holds this page to the list. The page is made by `python -m tests.mutants --page`.
"""


def page(mutants: Sequence[Mutant]) -> str:
    """Return the page: a heading a promise, a row a mutant."""
    parts = [HEAD, f"{len(mutants)} breaks of {len({each.promise for each in mutants})} promises.\n"]
    for promise in Promise:
        rows = [_row(mutant) for mutant in mutants if mutant.promise is promise]
        parts.append("\n".join((f"## {promise}\n", "| the break | in | the test |", "| --- | --- | --- |", *rows, "")))
    return "\n".join(parts)


def _row(mutant: Mutant) -> str:
    file, _, test = mutant.test.partition("::")
    path = f"../{file}"
    shown = test.replace("|", "\\|")
    return f"| {mutant.breaks} | `{mutant.file}` | [`{shown}`]({path}) |"
