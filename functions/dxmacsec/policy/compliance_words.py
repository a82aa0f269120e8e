"""What people, the ledger and the bus read of a verdict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dxmacsec.compliance import Change, Judgement, Standing, Status
from dxmacsec.model import MUST_ENCRYPT, PAUSED_BY_HAND, SCHEMA, Link, LinkKind
from dxmacsec.policy import commands
from dxmacsec.policy.letters import Letter, Words, framed
from dxmacsec.policy.lines import line_now
from dxmacsec.policy.remedy import AT_WORK, Decision

Typed = tuple[tuple[str, ...], tuple[str, ...]]
"""The product's own commands, and the same with `aws` alone."""

WHY = {
    "Compliant": "Nothing had to be done.",
    "NotApplicable": "Nothing was done: it is not ours to encrypt.",
    "Exempt": "Nothing was done: the link is exempt.",
    "NotNow": "Nothing was done: this look followed the end of our own doing, which tells for itself.",
    "AuditOnly": "Nothing was done: enforcement is audit, by the configuration or the link's tag.",
    "EncryptionDown": "The mode was not raised: must_encrypt with encryption down would drop every frame.",
    "EnforcementPaused": "The mode was not raised: enforcement of this link is paused.",
    "ModeCantBeSet": "The mode was not raised: Direct Connect does not let us.",
    "LinkPaused": "No rotation was started: the automation of this link is paused.",
    "PausedByHand": "No rotation was started: a person paused the automation of this link.",
    "UnderWay": "Nothing was started: what brings it back is under way already.",
    "Coordinated": "No rotation was started: the organisation's coordinator says when it is this link's turn.",
    "GroupSpansAccounts": (
        "No rotation was started: its redundancy group may have links in other accounts or Regions, and the "
        "organisation's coordinator is silent."
    ),
    "TriedAlready": "Nothing was started: the same was tried for the same reason within a day.",
    "OnboardOff": "No rotation was started: the configuration says onboard: off.",
    "RotateOff": "No rotation was started: the link has the tag dxmacsec:rotate=off.",
    "OutsideWindow": "No rotation was started: no rotation window opens within a day.",
    "NotAvailable": "Nothing was started: the link, a port or its key is not ready.",
    "TellPeople": "Nothing was started: this needs a person.",
    "Enforce": "EnforceEncryption was started; it sets must_encrypt when that is safe, and watches it.",
    "Rotate": "The link was handed to RotateFleet, which rotates it in the next window.",
}
"""What we did or why not, by a decision's reason."""

TODO = {
    "NotMacSecCapable": "order a new port with MACsec where the line must be encrypted, and move the traffic.",
    "NeverKeyed": "give it its first key.",
    "NoKey": "find out who took the key, and give the link a new one.",
    "EncryptionDown": (
        "look at light and cabling where the port itself is down; else compare the CKN that the router uses with "
        "the link's keys, and look for an ICV mismatch in its MKA log."
    ),
    "ModeCantBeSet": "ask AWS Support to set must_encrypt, then clear the pause of enforcement.",
    "ModeUnknown": "wait an hour; if the mode still can't be read, ask AWS Support.",
    "ModeNotEnforced": "bring the mode back to must_encrypt, when every port is encrypted.",
    "MemberDiffers": "see which member has another mode or other keys, and make it like its LAG.",
    "ManagedSecretDeleted": "take the deletion back, and find out who asked for it.",
    "KeyUnknown": "if you don't know the key, treat it as an intruder's. Rotate the link: the key goes with that.",
    "KeyTooOld": "rotate it, or find out what keeps the schedule from doing so.",
    "KeyChainFull": "take off the keys that no port of the router uses.",
}
"""What a person does about a verdict."""

UNTIL = {
    "ManagedSecretDeleted": "30 days after the deletion was asked for; of a link that is pending, at once.",
    "KeyTooOld": "it is overdue already.",
}
"""Until when, where the line itself is encrypted."""


def letter(judgement: Judgement, decision: Decision, link: Link, change: Change | None) -> Letter:
    """Return subject and text of what people get: what happened, what it means now, what we did, what to type."""
    own, by_aws = COMMANDS.get(judgement.reason, _look)(link, judgement, decision)
    words = Words(
        happened=f"{judgement.sentence}\n\n{_who(change)}",
        line=line_now(link).words,
        did=WHY.get(decision.why, f"Nothing was done: {decision.why}."),
        todo=TODO.get(judgement.reason, ""),
        until=_until(link, judgement, decision),
        commands=own,
        by_aws=by_aws,
        heading=judgement.reason,
    )
    return f"dxmacsec {link.id}: {judgement.reason}", framed(words)


def _until(link: Link, judgement: Judgement, decision: Decision) -> str:
    """Say how long it may stay so; what is under way, or is only a warning, has no date."""
    if decision.remedy or decision.why in AT_WORK or judgement.status is not Status.NON_COMPLIANT:
        return ""
    if not link.encrypted:
        return "at once: the line is not as it shall be."
    return UNTIL.get(judgement.reason, "the next sweep looks again; people are told again only of what is new.")


def record(before: Standing | None, standing: Standing, link: Link, decision: Decision) -> dict[str, Any]:
    """Return what the ledger and the bus get of a standing, ready for JSON.

    `did` is what was started for this standing. One that is told again, `before` being itself, says what
    was started last, and when.
    """
    action, earlier = standing.action, before.action if before else None
    new = action is not None and (before is standing or action != earlier)
    change = standing.change
    return {
        "schema": SCHEMA,
        "link": link.id,
        "kind": str(link.kind),
        "before": _shown(before) if before else None,
        "after": _shown(standing),
        "sentence": standing.sentence,
        "change": (
            {"event_id": change.event_id, "call": change.call, "by": change.by, "at": change.at.isoformat()}
            if change
            else None
        ),
        "did": (
            {"remedy": str(action.remedy), "execution": action.execution, "at": action.at.isoformat()}
            if action and new
            else None
        ),
        "why": decision.why,
    }


def _shown(standing: Standing) -> dict[str, Any]:
    return {"status": str(standing.status), "reasons": list(standing.reasons)}


def _who(change: Change | None) -> str:
    if change is None or not change.by:
        return "Found by the sweep: no event told of it."
    return f"Told by {change.call} of {change.by} at {change.at.isoformat()}."


def _look(link: Link, judgement: Judgement, decision: Decision) -> Typed:  # noqa: ARG001 - one form for all commands
    return (commands.status(link.id),), (commands.look_by_aws(link.id, link.kind),)


def _look_at_ports(link: Link, judgement: Judgement, decision: Decision) -> Typed:  # noqa: ARG001 - see above
    """Show the ports that differ or are dark; keys and status stand at the port."""
    return (commands.status(link.id),), commands.look_at_ports_by_aws(link)


def _rotate(link: Link, judgement: Judgement, decision: Decision) -> Typed:
    """Rotate; a pause of the link's automation must be ended first."""
    paused = decision.why in ("LinkPaused", PAUSED_BY_HAND)
    cleared = commands.end_pause(link.id, decision.why) if paused else ()
    cleared_by_aws = (commands.clear_by_aws(link.id),) if paused else ()
    return (
        (*cleared, commands.rotate(link.id)),
        (*cleared_by_aws, commands.rotate_by_aws(link.id, judgement.reason)),
    )


def _set_mode(link: Link, judgement: Judgement, decision: Decision) -> Typed:
    """In audit a person sets the mode; else EnforceEncryption does, after its pause was cleared."""
    if not link.encrypted:
        return _look_at_ports(link, judgement, decision)
    if decision.why == "AuditOnly":
        return (commands.status(link.id),), (commands.set_mode_by_aws(link.id, link.kind, MUST_ENCRYPT),)
    enforce = commands.enforce_by_aws(link.id)
    if decision.why == "EnforcementPaused":
        own = (commands.clear(link.id, enforcement=True),)
        return own, (commands.clear_by_aws(link.id, enforcement=True), enforce)
    return (commands.status(link.id),), (enforce,)


def _ask_support(link: Link, judgement: Judgement, decision: Decision) -> Typed:  # noqa: ARG001 - see above
    """AWS Support sets what no call can set; clearing the pause has it tried again."""
    looked, cleared = commands.look_by_aws(link.id, link.kind), commands.clear_by_aws(link.id, enforcement=True)
    return (commands.status(link.id), commands.clear(link.id, enforcement=True)), (looked, cleared)


def _restore(link: Link, judgement: Judgement, decision: Decision) -> Typed:  # noqa: ARG001 - see above
    """Take back the secrets that the finding names; of one that is gone only a new key helps."""
    named = [key.secret_arn for key in link.keys if key.secret_arn and key.secret_arn in judgement.sentence]
    restored = tuple(commands.restore_by_aws(arn) for arn in named)
    return (commands.status(link.id), commands.rotate(link.id)), restored


def _made_anew(link: Link, judgement: Judgement, decision: Decision) -> Typed:  # noqa: ARG001 - see above
    place = f"--location {link.location} --request-mac-sec"
    if link.kind is LinkKind.LAG:
        size = f"--number-of-connections {len(link.ports)} --connections-bandwidth {link.bandwidth}"
        return (), (f"aws directconnect create-lag --lag-name NAME {place} {size}",)
    kind = "interconnect" if link.kind is LinkKind.INTERCONNECT else "connection"
    return (), (f"aws directconnect create-{kind} --{kind}-name NAME {place} --bandwidth {link.bandwidth}",)


COMMANDS: dict[str, Callable[[Link, Judgement, Decision], Typed]] = {
    "NotMacSecCapable": _made_anew,
    "NeverKeyed": _rotate,
    "NoKey": _rotate,
    "EncryptionDown": _look_at_ports,
    "ModeCantBeSet": _ask_support,
    "ModeUnknown": _look_at_ports,
    "ModeNotEnforced": _set_mode,
    "MemberDiffers": _look_at_ports,
    "ManagedSecretDeleted": _restore,
    "KeyUnknown": _rotate,
    "KeyTooOld": _rotate,
    "KeyChainFull": _look,
}
"""What to type next, by a verdict's reason; the others are only looked at."""
