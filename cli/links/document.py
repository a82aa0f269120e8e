"""Links as JSON: the stable shape that `status --json` prints.

Schema 1. A member is never taken away or given another meaning without a new number; new members may come.
Times are ISO 8601 in UTC. What answers a router task, its token, is in none of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cli.records.executions import InState
from cli.router_tasks import task_document
from dxmacsec.adapters.home import Home
from dxmacsec.board.urgency import most_urgent, urgency
from dxmacsec.compliance import Standing
from dxmacsec.interfaces import LinkView, Owner, Pause
from dxmacsec.model import Link

SCHEMA = 1

States = Mapping[str, InState]
"""In which state an execution is, by its ARN."""


def fleet(views: tuple[LinkView, ...], states: States, home: Home, now: datetime) -> dict[str, Any]:
    """Return all links, the most urgent first, and how many ask for what."""
    counts = Counter(urgency(view, now).name for view in views)
    return {
        "schema": SCHEMA,
        "account": home.account,
        "region": home.region,
        "at": now,
        "counts": dict(sorted(counts.items())),
        "links": [link_document(view, states, now) for view in most_urgent(views, now)],
    }


def link_document(view: LinkView, states: States, now: datetime) -> dict[str, Any]:
    """Return one link."""
    link, age = view.link, view.age_days(now)
    return {
        "id": link.id,
        "name": link.name,
        "kind": link.kind,
        "location": link.location,
        "bandwidth": link.bandwidth,
        "state": link.state,
        "macsec_capable": link.macsec_capable,
        "mode": link.mode,
        "urgency": urgency(view, now).name,
        "encryption": _encryption(link),
        "keys": [{"ckn": key.ckn, "state": key.state, "start_on": key.start_on} for key in link.keys],
        "key_since": view.key_since,
        "key_age_days": None if age is None else round(age, 2),
        "due_at": view.due_at,
        "due": view.is_due(now),
        "group": view.group if view.declared else None,
        "verdict": _verdict(view.standing),
        "paused": _pause(view.pause),
        "enforcement_paused": _pause(view.enforcement_pause),
        "rotation": _owner(view.rotating, states),
        "acting": _owner(view.acting, states),
        "router_mode": view.router_mode,
        "tasks": [task_document(task) for task in view.tasks],
        "warnings": list(view.warnings),
    }


def _encryption(link: Link) -> dict[str, Any]:
    ports = [
        {"id": port.connection_id, "state": port.state, "status": port.encryption, "encrypted": port.encrypted}
        for port in link.ports
    ]
    return {"up": sum(port.up and port.encrypted for port in link.ports), "of": len(ports), "ports": ports}


def _verdict(standing: Standing | None) -> dict[str, Any] | None:
    if standing is None:
        return None
    return {
        "status": standing.status,
        "reasons": list(standing.reasons),
        "sentence": standing.sentence,
        "since": standing.since,
    }


def _pause(pause: Pause | None) -> dict[str, Any] | None:
    if pause is None:
        return None
    return {"reason": pause.reason, "sentence": pause.sentence, "by": pause.by, "at": pause.at}


def _owner(owner: Owner | None, states: States) -> dict[str, Any] | None:
    if owner is None:
        return None
    state = states.get(owner.execution)
    return {
        "id": owner.name,
        "execution": owner.execution,
        "since": owner.since,
        "state": state.state if state else None,
        "state_since": state.since if state else None,
        "over": state.over if state else None,
    }
