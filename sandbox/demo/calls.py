"""Counting the calls of Direct Connect that a rotation costs, from the sandbox's journal."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.cloud.journal import Call
from sandbox.cloud.principals import PERSON
from sandbox.demo.sights import LinkSeen, Run


def dx_calls(calls: Iterable[Call], link: LinkSeen, run: Run) -> int:
    """Return how many Direct Connect calls our functions made for a link during a run.

    A call that names no resource (a list of everything) belongs to the link that the same function named
    last: the sandbox has one process a function, which does one thing after another and reads its own link
    first.
    """
    own = {link.id, *link.ports}
    named: dict[str, bool] = {}
    count = 0
    for call in calls:
        if call.service != "directconnect" or call.principal == PERSON:
            continue
        if call.resources:
            named[call.principal] = not own.isdisjoint(call.resources)
        count += named.get(call.principal, False) and run.started_at <= call.at <= run.ended_at
    return count
