"""The coordinator's own ledger: the same table as a member's, with `MEMBERS` / `<account>/<region>` beside its runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dxmacsec.adapters.dynamo_values import from_item
from dxmacsec.adapters.fleet_ledger import DynamoFleetLedger

if TYPE_CHECKING:
    from dxmacsec.adapters.ledger_rows import Row

MEMBERS = "MEMBERS"


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
