"""The demonstration's result: the one JSON document, and the exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.demo.promises import Promise
from sandbox.demo.sights import LinkSeen, Run, Traffic


@dataclass(frozen=True)
class Report:
    """All that was seen at the end; `dx_calls` and `traffic` by link id."""

    links: Sequence[LinkSeen]
    runs: Sequence[Run]
    dx_calls: Mapping[str, int]
    traffic: Mapping[str, Traffic]
    promises: Sequence[Promise]

    @property
    def exit_code(self) -> int:
        """Return 1 when a rotation or the fleet run failed, a second was clear or dropped, or a promise was broken."""
        kept = all(promise.kept for promise in self.promises)
        unharmed = all(traffic.unharmed for traffic in self.traffic.values())
        return 0 if kept and unharmed and all(run.succeeded for run in self.runs) else 1

    def to_json(self) -> dict[str, Any]:
        """Return the document that `--json` prints."""
        return {
            "links": [_link(link) for link in self.links],
            "rotations": [_rotation(run, self.dx_calls[run.link]) for run in self.runs],
            "traffic": {link: asdict(traffic) for link, traffic in self.traffic.items()},
        }


def _link(link: LinkSeen) -> dict[str, Any]:
    return {
        "id": link.id,
        "kind": link.kind,
        "mode": link.mode,
        "encryption": link.encryption,
        "associated_keys": len(link.ckns),
    }


def _rotation(run: Run, dx_calls: int) -> dict[str, Any]:
    return {
        "link": run.link,
        "status": run.status,
        "reason": run.reason,
        "old_ckn": run.old_ckn,
        "new_ckn": run.new_ckn,
        "proven_by": run.proven_by,
        "state_transitions": run.state_transitions,
        "dx_calls": dx_calls,
        "seconds": round(run.seconds, 3),
    }
