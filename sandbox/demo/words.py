"""Plain words for the states of the machines, for people who watch; a test holds them against the ASL files."""

from __future__ import annotations

from typing import Final, NamedTuple


class Words(NamedTuple):
    """The phase that a state belongs to, in one word, and what happens in it."""

    phase: str
    doing: str


STATES: Final[dict[str, Words]] = {
    "TakeLock": Words("plan", "taking the locks of link and group"),
    "PlanRotation": Words("plan", "reading link, keys, partners; deciding"),
    "WaitForLink": Words("plan", "waiting for another change to pass"),
    "MakeRoom": Words("make room", "making room in the key chain"),
    "AskWhatIsInUse": Words("make room", "asking the router which key it uses"),
    "WaitForRoom": Words("make room", "waiting until a key has left"),
    "CreateKey": Words("install", "making a new pair in the key secret"),
    "InstallOnRouter": Words("install", "the router installs the new key"),
    "AssociateKey": Words("associate", "giving the new key to Direct Connect"),
    "AwaitAssociated": Words("associate", "waiting until it is associated"),
    "WithdrawKey": Words("withdraw", "taking the new key back"),
    "ProveOnRouter": Words("prove", "the router switches and names its key"),
    "JudgeProof": Words("prove", "checking its answer on every port"),
    "Bake": Words("bake", "baking: the old key is the way back"),
    "WaitToBake": Words("bake", "baking: the old key is the way back"),
    "ConfirmOnRouter": Words("confirm", "asking again which key is in use"),
    "JudgeConfirmation": Words("confirm", "fixing the one key that may go"),
    "RetireKey": Words("retire", "removing the old key"),
    "AwaitRetired": Words("retire", "watching the line without the old key"),
    "RestoreKey": Words("restore", "asking the old key back"),
    "PromoteKey": Words("enforce", "moving the labels to the new key"),
    "EnforceEncryption": Words("enforce", "enforcing must_encrypt"),
    "RemoveFromRouter": Words("close", "the router drops the old key"),
    "CloseRotation": Words("close", "writing the record, freeing the locks"),
}
"""States of RotateKey in which time passes (the choices between them take none), in words for 80 columns."""

NESTED_STATES: Final[dict[str, str]] = {
    "BeginEnforcement": "enforce: taking the acting lock",
    "AwaitEncryption": "enforce: encryption must hold first",
    "RaiseMode": "enforce: setting must_encrypt",
    "WatchMode": "enforce: watching the line",
    "LowerMode": "enforce: lowering the mode again",
    "CloseEnforcement": "enforce: writing the record",
}
"""States of EnforceEncryption in which time passes."""

FLEET_STATES: Final[dict[str, str]] = {
    "PlanFleet": "reading every link: who is due?",
    "WaitForWindow": "waiting for a window",
    "CheckWave": "may the next wave start?",
    "WaitForPartner": "waiting for a partner",
    "RotateWave": "rotating",
    "ReportFleet": "writing the report",
}
"""States of RotateFleet in which time passes, but for those of each link."""


def doing(state: str, nested: str | None = None) -> str:
    """Return what happens in a state, from inside the nested machine where that is known."""
    inside = NESTED_STATES.get(nested or "")
    return inside or STATES[state].doing
