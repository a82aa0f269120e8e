"""What a person does about an end, in a sentence or two; the runbook's heading of the reason says the rest."""

from __future__ import annotations

AGAIN = "then start again: the same pair is used."
USED = (
    "the new key was promoted, so that starting again brings another. What it superseded and the link holds no more "
    "is to be taken off the router."
)

ADVICE = {
    "LinkDark": (
        "on the router, put the superseded pair first. If AWS does not list that key any more, ask it back by its "
        "secret ARN, which is in the record. If the line must carry traffic now, lower the mode."
    ),
    "Restored": f"find the port that had not moved to the new key, although the router said so; {AGAIN}",
    "HeldDark": "repair MKA on the port, or lower the mode yourself; then clear the pause.",
    "RouterTimedOut": f"find out why nobody answered: is the agent running, did the letter reach somebody? {AGAIN}",
    "RouterFailed": f"mend what the router's side says; {AGAIN}",
    "RouterOnOldKey": (
        "on the port that is named, check that the new key has the same digits at both ends, that it is preferred, "
        f"and that MKA shows no ICV mismatch; {AGAIN}"
    ),
    "AnswerMalformed": "start again, and answer with the command of the letter.",
    "AnswerMismatch": "an older letter was answered: start again, and answer the newest.",
    "MembersChanged": f"wait until the LAG has the members that it shall have; {AGAIN}",
    "EncryptionDropped": f"both keys are in place. Look at the router's MKA log of that minute; {AGAIN}",
    "AssociationTimedOut": f"look whether AWS lists the new key, and whether the ports are up; {AGAIN}",
    "NewKeyNotAssociated": f"find out who took the new key off the link; {AGAIN}",
    "LinkNotEncrypted": f"bring every port up; {AGAIN}",
    "RetirementTimedOut": "start again: the superseded key that is still listed is taken off.",
    "RetirementUnclear": "look whether the superseded key is still listed; if it is, start again.",
    "EnforcementFailed": "the key is rotated. Mend what keeps must_encrypt away; the hourly sweep sets it then.",
    "EncryptionNotUp": "repair MKA on the port; the hourly sweep sets must_encrypt then.",
    "ModeLowered": "repair MKA on the port, then clear the pause: the next sweep sets must_encrypt again.",
    "NotFromHere": "ask AWS Support to set must_encrypt, then clear the pause.",
    "ChainNeedsOperator": (
        "see on the router which CKN each port uses, and take one off at AWS that no port uses; then start again."
    ),
    "PartnerNotEncrypted": "bring the other link of its redundancy group up first.",
    "AlreadyRotating": "wait for the rotation that is named.",
    "LinkPaused": "find out why it was paused, then clear the pause.",
    "NoWayBack": "take the deletion of the managed secret back, or accept that there is no way back.",
    "AccessDenied": "give the function's role what the message names, or lift the policy that denies it.",
    "RemoveSent": "look at the router's key chain first: it was told to take the old keys off.",
    "NotRecovered": "look at the line first; when the service that failed is back, start RecoverLink by hand.",
    "ChainEnds": "find out who stops the recoveries, and look at the line; then start a rotation.",
    "Aborted": f"know why it was stopped; {AGAIN}",
    "TimedOut": f"look where it stood still; {AGAIN}",
}
"""By the machine reason of an end."""

REFUSED = "nothing was changed. Mend what is said, then ask again."
FAILED = f"look at the link, nothing that its line needs was taken away; {AGAIN}"


def advice(reason: str, *, refused: bool = False, used: bool = False) -> str:
    """Return what to do about an end; `used` says that the new key is promoted: no pair waits to be used again."""
    told = ADVICE.get(reason, REFUSED if refused else FAILED)
    return told.replace(AGAIN, USED) if used else told
