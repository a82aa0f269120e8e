"""What the product promises about an organisation, held against what was seen; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

from sandbox.cloud.account import REGION
from sandbox.cloud.journal import Call
from sandbox.demo.organisation.sights import OrganisationRun, Rotated
from sandbox.demo.promises import Promise, promises

MEMBER_ROLE: Final = f"dxmacsec-member-{REGION}"
MEMBER_MAY: Final[Mapping[tuple[str, str], str]] = {
    ("states", "StartExecution"): r"arn:aws:states:[^:]+:\d+:stateMachine:dxmacsec-RotateFleet",
    ("states", "DescribeExecution"): r"arn:aws:states:[^:]+:\d+:execution:dxmacsec-RotateFleet:.+",
    ("lambda", "Invoke"): r"(arn:aws:lambda:[^:]+:\d+:function:)?dxmacsec-SweepLinks",
}
"""What the coordinator may call in a member, and on what."""
OWN: Final = frozenset({"dynamodb", "events", "s3", "sns"})
"""Services of which the coordinator's own roles may call what its policies say: its ledger, its shelf, its letters."""
NO_RUN: Final = ("measured on any group",)


def organisation_promises(
    run: OrganisationRun, rotated: Sequence[Rotated], missing: Sequence[str]
) -> tuple[Promise, ...]:
    """Return the promises about every rotated link, by the names that links have in an organisation.

    `missing` names the links that were never rotated.
    """
    named = [replace(each.proof, link=replace(each.proof.link, name=each.name)) for each in rotated]
    failed = (*missing, *(() if run.succeeded else ("RotateOrganisation",)))
    return (*promises(named, failed), one_at_a_time(rotated))


def one_at_a_time(rotated: Sequence[Rotated]) -> Promise:
    """Hold the times of the calls that changed links of a group over several accounts against each other."""
    sentence = "never two links of a group over several accounts changed at a time"
    groups: dict[str, list[Rotated]] = {}
    for each in rotated:
        if each.spanning_group:
            groups.setdefault(each.spanning_group, []).append(each)
    unmeasured = {each.name for members in groups.values() for each in members if not each.changes}
    together = {
        each.name for members in groups.values() for pair in combinations(members, 2) if _meet(*pair) for each in pair
    }
    several = any(len(members) > 1 for members in groups.values())
    return Promise(sentence, tuple(sorted(unmeasured | together)) if several else NO_RUN)


def _meet(one: Rotated, other: Rotated) -> bool:
    """Return whether two links were between their first and their last change at the same time."""
    if not one.changes or not other.changes:
        return False
    return max(one.changes[0], other.changes[0]) <= min(one.changes[-1], other.changes[-1])


def apart(caks: Mapping[str, frozenset[str]]) -> Promise:
    """Hold the digests of each account's CAKs against those of the others; an account without any shows nothing."""
    shared = {account for pair in combinations(caks, 2) if caks[pair[0]] & caks[pair[1]] for account in pair}
    empty = {account for account, digests in caks.items() if not digests}
    return Promise("no account's secrets hold a CAK of another account", tuple(sorted(shared | empty)))


def only_what_it_may(calls: Iterable[Call], members: Sequence[str], own: Iterable[str]) -> Promise:
    """Hold what the coordinator called, in its own roles and in the members', against what it may.

    `own` are the names of what is in its stack, roles and functions. A member in which it called nothing shows nothing.
    """
    noted, stack = list(calls), frozenset(own)
    abroad = [call for call in noted if call.principal == MEMBER_ROLE]
    strayed = [call for call in abroad if not _may(call)]
    strayed += [call for call in noted if call.principal in stack and not _may_itself(call, stack)]
    silent = set(members) - {call.account for call in abroad}
    told = {f"{call.account}: {call.service}:{call.action} {' '.join(call.resources)}".rstrip() for call in strayed}
    return Promise("the coordinator called nothing but what it may", tuple(sorted(told | silent)))


def _may(call: Call) -> bool:
    wanted = MEMBER_MAY.get((call.service, call.action))
    return wanted is not None and any(re.fullmatch(wanted, each) for each in call.resources)


def _may_itself(call: Call, stack: frozenset[str]) -> bool:
    if call.service == "sts":
        return call.action == "AssumeRole" and all(each.endswith(f":role/{MEMBER_ROLE}") for each in call.resources)
    if call.service == "lambda":
        return call.action == "Invoke" and all(each.rsplit(":", 1)[-1] in stack for each in call.resources)
    return call.service in OWN
