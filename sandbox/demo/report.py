"""The demonstration's result: the one JSON document, and the exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.demo.drift import Drift, Told
from sandbox.demo.moments import moments
from sandbox.demo.promises import Promise
from sandbox.demo.sights import LinkSeen, Run, Traffic
from sandbox.demo.verdicts import Verdict


@dataclass(frozen=True)
class Report:
    """All that was seen at the end; calls and seconds by link id. `drift_traffic` is of the time of a drift only."""

    links: Sequence[LinkSeen]
    runs: Sequence[Run]
    dx_calls: Mapping[str, int]
    traffic: Mapping[str, Traffic]
    promises: Sequence[Promise]
    drifts: Sequence[Drift] = ()
    drift_traffic: Mapping[str, Traffic] = field(default_factory=dict)
    verdicts: Sequence[Verdict] = ()

    @property
    def exit_code(self) -> int:
        """Return 1 when a rotation or the fleet run failed, a second was clear or dropped, or a promise was broken."""
        kept = all(promise.kept for promise in self.promises)
        unharmed = all(traffic.unharmed for traffic in self.traffic.values())
        return 0 if kept and unharmed and all(run.succeeded for run in self.runs) else 1

    def to_json(self) -> dict[str, Any]:
        """Return the document that `--json` prints."""
        return {
            "links": [link_document(link) for link in self.links],
            "rotations": [rotation_document(run, self.dx_calls[run.link]) for run in self.runs],
            "traffic": {link: asdict(traffic) for link, traffic in self.traffic.items()},
            "drifts": [_drift(drift, self.drift_traffic[drift.link.id]) for drift in self.drifts],
            "verdicts": [asdict(verdict) for verdict in self.verdicts],
            "promises": [{**asdict(promise), "kept": promise.kept} for promise in self.promises],
        }


def link_document(link: LinkSeen) -> dict[str, Any]:
    """Return a link as programs read it."""
    return {
        "id": link.id,
        "kind": link.kind,
        "mode": link.mode,
        "encryption": link.encryption,
        "associated_keys": len(link.ckns),
    }


def rotation_document(run: Run, dx_calls: int) -> dict[str, Any]:
    """Return a rotation as programs read it."""
    return {
        "link": run.link,
        "status": run.status,
        "reason": run.reason,
        "old_ckn": run.old_ckn,
        "new_ckn": run.new_ckn,
        "proven_by": run.proven_by,
        "answered_by": list(run.answered_by),
        "state_transitions": run.state_transitions,
        "dx_calls": dx_calls,
        "seconds": round(run.seconds, 3),
    }


def _drift(drift: Drift, traffic: Traffic) -> dict[str, Any]:
    return {
        "link": drift.link.id,
        "set_to": drift.set.mode,
        "set_by": drift.set.by,
        "found_by": drift.found_by,
        "mended_seconds": _rounded(drift.mended_seconds),
        "verdicts": [_told(drift, each) for each in drift.told],
        "enforcements": [
            {"execution": each.execution, "status": each.status, "reason": each.reason} for each in drift.enforcements
        ],
        "seconds": {each.what: _rounded(drift.after(each.at)) for each in moments(drift)},
        "traffic": asdict(traffic),
    }


def _told(drift: Drift, told: Told) -> dict[str, Any]:
    return {
        "before": list(told.before),
        "after": list(told.after),
        "sentence": told.sentence,
        "call": told.call or None,
        "by": told.by or None,
        "did": told.remedy or None,
        "seconds": _rounded(drift.after(told.at)),
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
