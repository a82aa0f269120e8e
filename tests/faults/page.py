"""`python -m tests.faults.page` walks every case and writes docs/fault-matrix.md, and what its test compares with.

Nothing is written when a promise was broken that no known gap explains.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from rich.progress import track

from tests.faults.calls import states
from tests.faults.case import Case
from tests.faults.known_gaps import GAPS
from tests.faults.matrix import OUTCOMES, Row, all_cases, known, of_rows, part, row_of, stored
from tests.faults.roads import ROADS
from tests.faults.walking import walked

PAGE = Path(__file__).parents[2] / "docs/fault-matrix.md"
TEST = "tests/faults/test_matrix.py::test_a_trouble_ends_as_the_matrix_says"
MOST_NAMED = 12
"""Places that are named in a cell; of more their number is said."""
HEAD = """# The fault matrix

Made by `make fault-matrix`, held by `tests/faults`. {cases} cases: {faults} troubles, laid on {roads} roads
({names}), at the first and the last of each call in each state, or at the state itself.

Each case is walked to its end, on the real state machines and functions, against the Direct Connect twin, on a
virtual clock. Then what the product does by itself takes place (RecoverLink, the sweep), and then the next rotation.
What is checked each time: the promises of [design.md](design.md) hold; the status is true (SUCCEEDED only with one
key of ours, `must_encrypt`, every port up); no lock, router task or `DxNew` is left; the record says how it ended, and
its reason has a heading in the [runbook](runbook.md); the next rotation goes through, at once or after what the column
names.

The test of a row is `{test}[…]` with the name in its last column; it is part of `make test`, which walks {part} of the
cases. `make soak` walks all of them.
"""


def render() -> str:
    """Return the page, from what is known of all cases."""
    cases = all_cases()
    head = HEAD.format(
        cases=len(cases),
        faults=len({case.fault for case in cases}),
        roads=len(ROADS),
        names=", ".join(ROADS),
        test=TEST,
        part=len(part()),
    )
    return "\n".join([head, *_gaps(), *_tables()])


def _gaps() -> list[str]:
    lines = ["## Known gaps", ""]
    return [*lines, *(f"- **{gap.name}**: {gap.why}" for gap in GAPS), ""]


def _tables() -> list[str]:
    grouped, walks = of_rows(all_cases()), of_rows(part())
    lines: list[str] = []
    for fault in dict.fromkeys(row.fault for row in sorted(grouped)):
        lines += [f"## {fault[0].upper()}{fault[1:]}", "", "| where | cases | ends | the next rotation | test |"]
        lines.append("|---|---|---|---|---|")
        rows = [row for row in sorted(grouped) if row.fault == fault]
        lines += [_line(row, grouped[row], walks[row][0]) for row in rows]
        lines.append("")
    return lines


def _line(row: Row, cases: list[Case], test: Case) -> str:
    gap = f" **Known gap**: {row.gap}." if row.gap else ""
    return f"| {_places(row, cases)} | {len(cases)} | {row.ends}{gap} | {row.following} | `{test.id}` |"


def _places(row: Row, cases: list[Case]) -> str:
    """Name the states, and their calls only where the others of the state end otherwise; roads that agree as one."""
    of_road: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        whole = _ends_as_one(row, case)
        name = case.state if whole else f"{case.state} ({' '.join(part for part in (case.call, case.which) if part)})"
        if name not in of_road[case.road]:
            of_road[case.road].append(name)
    roads_of: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for road, names in of_road.items():
        roads_of[tuple(names)].append(road)
    return "; ".join(f"*{', '.join(roads)}*: {_named(roads[0], names)}" for names, roads in roads_of.items())


def _named(road: str, names: Iterable[str]) -> str:
    names = list(names)
    if len(names) > 1 and set(names) >= set(states(road)):
        return "every state"
    if len(names) <= MOST_NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"


def _ends_as_one(row: Row, case: Case) -> bool:
    return _alike().get((case.fault, case.road, case.state)) == {row}


def _alike() -> dict[tuple[str, str, str], set[Row]]:
    if not _ALIKE:
        for case in all_cases():
            _ALIKE.setdefault((case.fault, case.road, case.state), set()).add(known()[case.id])
    return _ALIKE


_ALIKE: dict[tuple[str, str, str], set[Row]] = {}


def main() -> int:
    """Walk all, write both files; return the exit status."""
    rows: dict[str, Row] = {}
    wrong: list[str] = []
    for case, result in track(walked(all_cases()), total=len(all_cases()), description="walking every case"):
        try:
            if isinstance(result, str):
                raise ValueError(result)  # noqa: TRY301, TRY004 - what a case raised is one of its failures
            rows[case.id] = row_of(case, result)
        except ValueError as error:
            wrong.append(f"{case.id}\n  {error}")
    if wrong:
        sys.stdout.write("\n".join([*wrong, f"{len(wrong)} cases broke a promise: nothing is written", ""]))
        return 1
    OUTCOMES.write_text(stored(rows), encoding="utf-8")
    known.cache_clear()
    part.cache_clear()
    PAGE.write_text(render(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name} is written: {len(rows)} cases\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
