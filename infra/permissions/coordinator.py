"""The coordinator's permission table: which of its functions may do what.

Its roles are made from it, and from nothing else. Only TurnMember gets into a member,
and none gets to a key: neither Direct Connect nor Secrets Manager is in here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.permissions.grants import (
    BECOME_MEMBERS,
    ENCRYPT_ALERTS,
    PUT_ON_SHELF,
    SEE_WHO_RUNS_THE_ORGANISATION,
    SEND_EVENTS,
    TAKE_FROM_SHELF,
    TELL_PEOPLE,
    Grant,
    ledger,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

ROTATE_ORGANISATION: Mapping[str, tuple[Grant, ...]] = {
    # It takes the lock, and frees one whose run is dead.
    "GatherMembers": (ledger("PutItem", "DeleteItem"), SEE_WHO_RUNS_THE_ORGANISATION, PUT_ON_SHELF),
    "TurnMember": (BECOME_MEMBERS,),
    # It remembers which members ever held links of a group.
    "OrderMembers": (ledger("Query", "PutItem"), PUT_ON_SHELF, TAKE_FROM_SHELF),
    "ReportOrganisation": (
        *(ledger("PutItem", "DeleteItem"), PUT_ON_SHELF, TAKE_FROM_SHELF),
        *(SEND_EVENTS, TELL_PEOPLE, ENCRYPT_ALERTS),
    ),
}
