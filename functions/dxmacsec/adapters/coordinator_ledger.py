"""The coordinator's own ledger: the same table as a member's, with `MEMBERS` / `<account>/<region>` beside its runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.dynamo_values import from_item, text_of
from dxmacsec.adapters.fleet_ledger import FLEET_LOCK, RUN, DynamoFleetLedger
from dxmacsec.adapters.ledger_rows import owner_of

if TYPE_CHECKING:
    from dxmacsec.adapters.ledger_rows import Row
    from dxmacsec.interfaces import Owner

MEMBERS = "MEMBERS"


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run that ended, with its report as it travelled: of each list the first, and where the whole one lies."""

    id: str
    started_at: datetime
    report: dict[str, Any]


class DynamoCoordinatorLedger(DynamoFleetLedger):
    """The lock and records of runs, and which groups each member ever told of."""

    def holdings(self) -> dict[str, tuple[str, ...]]:
        """Read in which spanning groups each member that ever answered holds links.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        rows = (from_item(item) for item in self._reads.partition(MEMBERS))
        return {str(row["sk"]): tuple(row["groups"]) for row in rows}

    def set_holding(self, member: str, groups: tuple[str, ...]) -> None:
        """Write down in which spanning groups a member holds links; a repeat writes the same row.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        row: Row = {"pk": MEMBERS, "sk": member}
        self._writes.put(row, {"groups": groups})

    def runs(self, most: int) -> tuple[RunRow, ...]:
        """Read the runs that started last, the newest first.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        row: Row = {"pk": FLEET_LOCK["pk"], "sk": RUN}
        items = self._reads.beginning(row, "read the organisation's runs", newest_first=True, rows_a_page=most)
        return tuple(_run_row(item) for item in islice(items, most))

    def at_work(self) -> Owner | None:
        """Read which run is in order now; None where none is.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        return owner_of(next(self._reads.rows([FLEET_LOCK]), None))


def _run_row(item: dict[str, Any]) -> RunRow:
    started_at = datetime.fromisoformat(text_of(item, "started_at"))
    return RunRow(text_of(item, "id"), started_at, from_item(item["record"]["M"]))
