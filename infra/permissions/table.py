"""The permission table: which function may do what. The roles are made from it, and from nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.permissions.grants import (
    ADD_KEY_VERSIONS,
    ADD_KEYS,
    ANSWER_ROUTER_TASKS,
    ATTACH_ROTATION,
    CALL_ROTATION,
    DECRYPT_KEYS,
    ENCRYPT_ALERTS,
    ENCRYPT_KEYS,
    ENCRYPT_ROUTER_TASKS,
    LET_KEYS_GO,
    LIST_SECRETS,
    LOOK_AGAIN,
    MAKE_RANDOM_KEYS,
    MAKE_SERVICE_ROLE,
    MOVE_KEY_LABELS,
    READ_GROUPS,
    READ_HISTORIES,
    READ_KEY_LABELS,
    READ_KEYS,
    READ_LINKS,
    READ_LOCATIONS,
    READ_MANAGED_SECRETS,
    READ_SERVICE_ROLE,
    REMOVE_KEYS,
    REPORT_FINDINGS,
    SEE_WHO_ACTS,
    SEE_WHO_ROTATES,
    SEE_WHO_ROTATES_THE_FLEET,
    SEE_WHO_WORKS,
    SEND_EVENTS,
    SEND_ROUTER_TASKS,
    SET_MODE_OF_CONNECTIONS,
    SET_MODE_OF_LAGS,
    START_RECOVERIES,
    START_REMEDIES,
    START_ROTATIONS,
    STORE_KEYS,
    TAKE_CHANGES,
    TELL_PEOPLE,
    Grant,
    ledger,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_SET_MODE = (SET_MODE_OF_CONNECTIONS, SET_MODE_OF_LAGS)
_LABELS = (READ_KEY_LABELS, MOVE_KEY_LABELS)
_READ_CAK = (READ_KEYS, DECRYPT_KEYS)
_STORE_CAK = (STORE_KEYS, ENCRYPT_KEYS)
_ROUTER = (SEND_ROUTER_TASKS, ENCRYPT_ROUTER_TASKS, ANSWER_ROUTER_TASKS)
_PEOPLE = (TELL_PEOPLE, ENCRYPT_ALERTS)
_SERVICE_ROLE = (MAKE_SERVICE_ROLE, READ_SERVICE_ROLE)
# Whoever takes a lock reads it, writes it, and may find that its holder is dead and free it first. Whoever
# frees `acting` puts an event where a change waited for it.
_TAKE_ACTING = (ledger("GetItem", "PutItem", "DeleteItem"), SEE_WHO_ACTS, SEND_EVENTS)
_TAKE_ROTATION = (ledger("GetItem", "PutItem", "DeleteItem"), SEE_WHO_ROTATES, SEND_EVENTS)
_FREE_ACTING = (ledger("DeleteItem"), SEND_EVENTS)
_READ_LEDGER = ledger("GetItem")

ROTATE_KEY: Mapping[str, tuple[Grant, ...]] = {
    "TakeLock": (READ_LINKS, READ_GROUPS, *_TAKE_ROTATION),
    "PlanRotation": (READ_LINKS, READ_GROUPS, ledger("GetItem", "Query"), READ_KEY_LABELS, READ_MANAGED_SECRETS),
    "MakeRoom": (
        *(READ_LINKS, REMOVE_KEYS, *_SET_MODE),
        *(*_TAKE_ACTING, READ_KEY_LABELS, READ_MANAGED_SECRETS),
    ),
    "CreateKey": (
        *(READ_LINKS, _READ_LEDGER, MAKE_RANDOM_KEYS, *_STORE_CAK, *_READ_CAK, *_LABELS),
        *(ATTACH_ROTATION, CALL_ROTATION),
    ),
    "AskRouter": (READ_LINKS, *_TAKE_ACTING, *_ROUTER, *_PEOPLE),
    "JudgeAnswer": (READ_LINKS, *_FREE_ACTING),
    "AssociateKey": (READ_LINKS, ADD_KEYS, *_SET_MODE, *_TAKE_ACTING, *_READ_CAK, *_SERVICE_ROLE),
    "AwaitAssociated": (READ_LINKS, *_FREE_ACTING),
    "WithdrawKey": (READ_LINKS, REMOVE_KEYS, *_TAKE_ACTING),
    "Bake": (READ_LINKS,),
    "RetireKey": (READ_LINKS, REMOVE_KEYS, *_TAKE_ACTING, READ_MANAGED_SECRETS),
    "AwaitRetired": (READ_LINKS,),
    "RestoreKey": (READ_LINKS, ADD_KEYS, _READ_LEDGER, *_READ_CAK),
    "PromoteKey": (READ_LINKS, ledger("GetItem", "DeleteItem"), *_LABELS, SEND_EVENTS),
    "CloseRotation": (
        *(READ_LINKS, ledger("GetItem", "PutItem", "DeleteItem"), *_LABELS),
        *(SEND_EVENTS, *_PEOPLE),
    ),
}
ENFORCE_ENCRYPTION: Mapping[str, tuple[Grant, ...]] = {
    "BeginEnforcement": (READ_LINKS, *_TAKE_ACTING),
    "AwaitEncryption": (READ_LINKS,),
    "RaiseMode": (READ_LINKS, *_SET_MODE, _READ_LEDGER),
    "WatchMode": (READ_LINKS,),
    "LowerMode": (READ_LINKS, *_SET_MODE, ledger("GetItem", "PutItem")),
    "CloseEnforcement": (READ_LINKS, ledger("PutItem", "DeleteItem"), SEND_EVENTS, *_PEOPLE),
}
ROTATE_FLEET: Mapping[str, tuple[Grant, ...]] = {
    "PlanFleet": (
        *(READ_LINKS, READ_GROUPS, ledger("BatchGetItem", "Query", "PutItem", "DeleteItem")),
        SEE_WHO_ROTATES_THE_FLEET,
    ),
    "CheckWave": (READ_LINKS, READ_GROUPS),
    "ReportFleet": (ledger("PutItem", "DeleteItem"), SEND_EVENTS, *_PEOPLE),
}
# It calls AwaitRetired, RestoreKey, WatchMode and LowerMode as well: the same functions, under its own locks.
RECOVER_LINK: Mapping[str, tuple[Grant, ...]] = {
    "BeginRecovery": (READ_LINKS, READ_GROUPS, _READ_LEDGER, READ_HISTORIES),
    "TakeOver": _TAKE_ACTING,
    "PlanRecovery": (READ_LINKS, *_TAKE_ACTING),
    "CloseRecovery": (
        *(READ_LINKS, ledger("GetItem", "PutItem", "DeleteItem"), *_LABELS),
        *(SEND_EVENTS, *_PEOPLE),
    ),
}
# What EventBridge calls, not a machine.
EVENTS: Mapping[str, tuple[Grant, ...]] = {"NoteHealth": (ledger("UpdateItem", "DeleteItem"),)}
# No states: Secrets Manager and its events call these.
SECRETS_MANAGER: Mapping[str, tuple[Grant, ...]] = {
    "RotateSecret": (
        *(_READ_LEDGER, SEE_WHO_ROTATES, START_ROTATIONS, MAKE_RANDOM_KEYS),
        *(ADD_KEY_VERSIONS, ENCRYPT_KEYS, *_READ_CAK, *_LABELS),
    ),
    "HearLabel": (START_ROTATIONS, READ_KEY_LABELS, *_READ_CAK, *_PEOPLE),
    "HearSecretTrouble": (_READ_LEDGER, SEE_WHO_ROTATES, READ_KEY_LABELS, *_PEOPLE),
}
_JUDGE_LINKS = (
    *(READ_LINKS, READ_LOCATIONS, LIST_SECRETS, READ_KEY_LABELS, READ_MANAGED_SECRETS, LET_KEYS_GO),
    ledger("BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
    *(SEE_WHO_WORKS, START_REMEDIES, SEND_EVENTS, *_PEOPLE, REPORT_FINDINGS),
)
# What the queue of changes and the schedule of the sweep call.
COMPLIANCE: Mapping[str, tuple[Grant, ...]] = {
    "HearChange": (*_JUDGE_LINKS, TAKE_CHANGES, LOOK_AGAIN),
    "SweepLinks": (*_JUDGE_LINKS, START_RECOVERIES),
}
# What the dashboard calls, in the name of who looks at it: it reads, and nothing else.
BOARD: Mapping[str, tuple[Grant, ...]] = {"DrawBoard": (READ_LINKS, READ_GROUPS, ledger("BatchGetItem", "Query"))}
PERMISSIONS: Mapping[str, tuple[Grant, ...]] = {
    **ROTATE_KEY,
    **ENFORCE_ENCRYPTION,
    **ROTATE_FLEET,
    **RECOVER_LINK,
    **EVENTS,
    **SECRETS_MANAGER,
    **COMPLIANCE,
    **BOARD,
}
