"""AskRouter: put a question or an order to the customer's end, answered by its task token."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from dxmacsec.interfaces import TaskRow, World
from dxmacsec.model import SCHEMA, Link, LinkKind, Rotation, RouterMode, RouterTaskKind, same_ckn
from dxmacsec.policy.lines import line_now
from dxmacsec.steps.locks import check_rotation_lock, free_acting, take_acting

WHAT = {
    RouterTaskKind.INSTALL: "Add this key to the key chain of every port, not preferred. Remove nothing.",
    RouterTaskKind.PROVE: (
        "Prefer this key on every port. A port that is still on another key stops offering that one but keeps its "
        "configuration. Then name the CKN in use on every port."
    ),
    RouterTaskKind.CONFIRM: "Change nothing. Name the CKN in use on every port now.",
    RouterTaskKind.REMOVE: "Take the old keys off every port: Direct Connect holds them no more.",
}


def ask_router(rotation: Rotation, kind: RouterTaskKind, token: str, world: World) -> None:
    """Send a router task and write it into the ledger; its answer comes back by the token.

    *prove* holds the `acting` lock until its answer is judged: the router is switching. *remove* frees it, for
    nothing of the link is changed after it, and a drift must not wait for the router; it
    names only keys that Direct Connect doesn't list at this moment. Running it twice sends the same
    task with the newer token; routers treat a task that they have done as done.

    Raises:
        LockLost, ActingLockHeld: the link is not ours, or somebody is changing it.
    """
    check_rotation_lock(rotation, world)
    if kind is RouterTaskKind.PROVE:
        take_acting(rotation, world)
    elif kind is RouterTaskKind.REMOVE:
        free_acting(rotation.link, rotation.execution, world)
    link = world.direct_connect.link(rotation.link) if _must_look(rotation, kind) else None
    ports = link.port_ids if link else (rotation.link,)
    if rotation.router_mode is RouterMode.NONE:
        world.router_desk.declare(token, _declaration(rotation, kind, ports))
        return
    message = _message(rotation, kind, ports, link, world)
    world.ledger.put_task(_row(rotation, kind, token, message, world))
    sent = {**message, "task_token": token}
    if rotation.router_mode is RouterMode.MANUAL and link is not None:
        # People only: an agent refuses a task with a field that it doesn't know.
        sent["line"] = line_now(link).words
    world.router_desk.send(rotation.router_mode, sent)


def _must_look(rotation: Rotation, kind: RouterTaskKind) -> bool:
    """Tell whether the task says anything of the link that may have changed since the rotation began.

    Members of a LAG come and go, *remove* names only what Direct Connect lists no more, and people read what the line
    carries. A connection's only port is itself.
    """
    may_change = rotation.link_kind is LinkKind.LAG or kind is RouterTaskKind.REMOVE
    return may_change or rotation.router_mode is RouterMode.MANUAL


def _message(
    rotation: Rotation, kind: RouterTaskKind, ports: tuple[str, ...], link: Link | None, world: World
) -> dict[str, Any]:
    new, plan = rotation.new_key, rotation.plan
    superseded = [old.ckn for old in plan.supersedes] if plan else []
    if rotation.removing is not None:
        superseded.append(rotation.removing.ckn)
    # A failed pair that is used again is on the link already: it is the new key, and no old one.
    superseded = [ckn for ckn in superseded if new is None or not same_ckn(ckn, new.ckn)]
    if kind is RouterTaskKind.REMOVE and link is not None:
        superseded = [ckn for ckn in superseded if link.key(ckn) is None]
    deadline = world.clock.now() + timedelta(seconds=rotation.router_deadline_seconds)
    return {
        "schema": SCHEMA,
        "task": str(kind),
        "task_id": rotation.task_id(kind),
        "rotation": rotation.id,
        "link": rotation.link,
        "link_kind": str(link.kind if link else rotation.link_kind),
        "ports": list(ports),
        "version_id": new.version_id if new else None,
        "ckn": new.ckn if new else None,
        "old_ckns": superseded,
        "deadline": deadline.isoformat(),
        "what": WHAT[kind],
    }


def _declaration(rotation: Rotation, kind: RouterTaskKind, ports: tuple[str, ...]) -> dict[str, Any]:
    ckn = rotation.new_key.ckn if rotation.new_key else None
    return {"task_id": rotation.task_id(kind), "ports": dict.fromkeys(ports, ckn), "by": "owner-declared"}


def _row(rotation: Rotation, kind: RouterTaskKind, token: str, message: dict[str, Any], world: World) -> TaskRow:
    now = world.clock.now()
    deadline = now + timedelta(seconds=rotation.router_deadline_seconds)
    return TaskRow(message["task_id"], rotation.link, kind, rotation.id, token, now, deadline, message)


def forget_task(rotation: Rotation, kind: RouterTaskKind, world: World) -> Rotation:
    """Drop the task from the ledger and count its answer, so that the next question has its own id."""
    world.ledger.drop_task(rotation.link, rotation.task_id(kind))
    return replace(rotation, asks=rotation.asks + 1, answer=None)
