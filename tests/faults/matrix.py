"""The whole matrix: every case, how each is known to end, and the part of them that `make test` walks."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from tests.faults.calls import call_cases
from tests.faults.case import Case, Result
from tests.faults.edits import edit_cases
from tests.faults.known_gaps import gap_of
from tests.faults.people import people_cases
from tests.faults.routers import router_cases

OUTCOMES = Path(__file__).with_name("outcomes.json")


@dataclass(frozen=True, order=True)
class Row:
    """How cases of one fault end: the same words, the same clearing, the same gap."""

    fault: str
    ends: str
    following: str
    gap: str = ""


@cache
def all_cases() -> tuple[Case, ...]:
    """Return every case, in an order that is the same in every process."""
    cases = (*call_cases(), *router_cases(), *people_cases(), *edit_cases())
    assert len({case.id for case in cases}) == len(cases), "two cases of one name"
    return cases


def row_of(case: Case, result: Result) -> Row:
    """Return the row to which a case belongs by its result.

    Raises:
        ValueError: a promise was broken that no known gap explains.
    """
    gap = gap_of(case.fault, result.broken)
    if result.broken and gap is None:
        raise ValueError("; ".join(result.broken))
    return Row(case.fault, result.ended.words, result.ended.next_words, gap.name if gap else "")


def stored(rows: Mapping[str, Row]) -> str:
    """Write the rows of all cases by their ids: a state at which all cases of a fault end alike stands for them."""
    alike: dict[tuple[str, str, str], set[Row]] = defaultdict(set)
    for case in all_cases():
        alike[case.fault, case.road, case.state].add(rows[case.id])
    where: dict[Row, set[str]] = defaultdict(set)
    for case in all_cases():
        one = len(alike[case.fault, case.road, case.state]) == 1
        where[rows[case.id]].add(f"{case.road}: {case.state if one else case.place}")
    entries = [{**asdict(row), "where": sorted(where[row])} for row in sorted(where)]
    return json.dumps(entries, indent=1, ensure_ascii=False) + "\n"


@cache
def known() -> dict[str, Row]:
    """Return how each case is known to end, by its id; a case that nobody walked yet is missing."""
    by_place: dict[tuple[str, str], Row] = {}
    for entry in json.loads(OUTCOMES.read_text(encoding="utf-8")):
        row = Row(entry["fault"], entry["ends"], entry["following"], entry["gap"])
        by_place |= {(row.fault, place): row for place in entry["where"]}
    found = {}
    for case in all_cases():
        exact, whole = (case.fault, f"{case.road}: {case.place}"), (case.fault, f"{case.road}: {case.state}")
        if exact in by_place or whole in by_place:
            found[case.id] = by_place.get(exact) or by_place[whole]
    return found


@cache
def part() -> tuple[Case, ...]:
    """Choose the cases of `make test`: every row of the page, every fault of a road, every state, every call.

    The choice depends on the cases' names only.
    """
    left = sorted(all_cases(), key=lambda case: hashlib.sha256(case.id.encode()).digest())
    chosen: list[Case] = []
    covered: set[tuple[object, ...]] = set()
    for case in left:
        if fresh := _covers(case) - covered:
            covered |= fresh
            chosen.append(case)
    return tuple(chosen)


def _covers(case: Case) -> set[tuple[object, ...]]:
    row = known().get(case.id)
    return {(row,), (case.fault,), (case.road, case.state), (case.state, case.call)}


def of_rows(cases: Iterable[Case]) -> dict[Row, list[Case]]:
    """Return the cases of each row."""
    grouped: dict[Row, list[Case]] = defaultdict(list)
    for case in cases:
        grouped[known()[case.id]].append(case)
    return grouped
