"""What people, the ledger and the bus read of a verdict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dxmacsec.compliance import Change, Judgement, Standing
from dxmacsec.model import AVAILABLE, MUST_ENCRYPT, SCHEMA, Link, LinkKind
from dxmacsec.policy.remedy import Decision

RUNBOOK = "docs/runbook.md"

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
    "UnderWay": "Nothing was started: what brings it back is under way already.",
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


def letter(judgement: Judgement, decision: Decision, link: Link, change: Change | None) -> tuple[str, str]:
    """Return subject and text of what people get: what happened, what it means now, what we did, what to type."""
    command = COMMANDS.get(judgement.reason, _look)(link, judgement, decision)
    parts = (
        judgement.sentence,
        _who(change),
        _line_now(link),
        WHY.get(decision.why, f"Nothing was done: {decision.why}."),
        f"Type this:\n\n{command}",
        f"More: {RUNBOOK}, heading {judgement.reason}.",
    )
    return f"dxmacsec {link.id}: {judgement.reason}", "\n\n".join(parts)


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


def _line_now(link: Link) -> str:
    """Say what the line carries right now, in the worst case of its ports."""
    if not link.macsec_capable:
        return "The line now: in clear."
    if not link.ports or link.state != AVAILABLE:
        return f"The line now: the link is {link.state if link.ports else 'without ports'}."
    if link.encrypted and link.mode == MUST_ENCRYPT:
        return "The line now: encrypted, and nothing passes in clear."
    if link.encrypted:
        return "The line now: encrypted, but in clear as soon as MKA fails."
    where = ", ".join(port.connection_id for port in link.ports if not (port.up and port.encrypted))
    if link.mode == MUST_ENCRYPT:
        return f"The line now: no traffic on {where}."
    return f"The line now: what passes on {where} is in clear."


def _look(link: Link, judgement: Judgement, decision: Decision) -> str:  # noqa: ARG001 - one form for all commands
    if link.kind is LinkKind.LAG:
        return f"  aws directconnect describe-lags --lag-id {link.id}"
    if link.kind is LinkKind.INTERCONNECT:
        return f"  aws directconnect describe-interconnects --interconnect-id {link.id}"
    return f"  aws directconnect describe-connections --connection-id {link.id}"


def _look_at_ports(link: Link, judgement: Judgement, decision: Decision) -> str:
    """Show the ports that differ or are dark; keys and status stand at the port."""
    ports = link.port_ids if link.kind is LinkKind.LAG else ()
    members = [f"  aws directconnect describe-connections --connection-id {port}" for port in ports]
    return "\n".join((_look(link, judgement, decision), *members))


def _rotate(link: Link, judgement: Judgement, decision: Decision) -> str:  # noqa: ARG001 - see above
    asked = f'{{"link":"{link.id}","reason":"{judgement.reason}"}}'
    return f"  aws stepfunctions start-execution --state-machine-arn $(out RotateKeyArn) --input '{asked}'"


def _set_mode(link: Link, judgement: Judgement, decision: Decision) -> str:
    """In audit a person sets the mode; else EnforceEncryption does, after its pause was cleared."""
    if not link.encrypted:
        return _look_at_ports(link, judgement, decision)
    if decision.why == "AuditOnly":
        return f"  aws directconnect {_updated(link)} --encryption-mode must_encrypt"
    enforce = (
        "  aws stepfunctions start-execution --state-machine-arn $(out EnforceEncryptionArn)"
        f' --input \'{{"link":"{link.id}"}}\''
    )
    return f"{_clear_pause(link)}\n{enforce}" if decision.why == "EnforcementPaused" else enforce


def _updated(link: Link) -> str:
    if link.kind is LinkKind.LAG:
        return f"update-lag --lag-id {link.id}"
    return f"update-connection --connection-id {link.id}"


def _clear_pause(link: Link) -> str:
    key = f'{{"pk":{{"S":"LINK#{link.id}"}},"sk":{{"S":"PAUSE#enforcement"}}}}'
    return f"  aws dynamodb delete-item --table-name $LEDGER --key '{key}'"


def _ask_support(link: Link, judgement: Judgement, decision: Decision) -> str:
    """AWS Support sets what no call can set; clearing the pause has it tried again."""
    return f"{_look(link, judgement, decision)}\n\nAsk AWS Support to set must_encrypt; then:\n\n{_clear_pause(link)}"


def _restore(link: Link, judgement: Judgement, decision: Decision) -> str:
    """Take back the secrets that the finding names; of one that is gone only a new key helps."""
    named = [key.secret_arn for key in link.keys if key.secret_arn and key.secret_arn in judgement.sentence]
    restored = [f"  aws secretsmanager restore-secret --secret-id '{arn}'" for arn in named]
    return "\n".join((*restored, "", "If it is gone for ever:", "", _rotate(link, judgement, decision)))


def _made_anew(link: Link, judgement: Judgement, decision: Decision) -> str:  # noqa: ARG001 - see above
    place = f"--location {link.location} --request-mac-sec"
    if link.kind is LinkKind.LAG:
        size = f"--number-of-connections {len(link.ports)} --connections-bandwidth {link.bandwidth}"
        return f"  aws directconnect create-lag --lag-name NAME {place} {size}"
    kind = "interconnect" if link.kind is LinkKind.INTERCONNECT else "connection"
    return f"  aws directconnect create-{kind} --{kind}-name NAME {place} --bandwidth {link.bandwidth}"


COMMANDS: dict[str, Callable[[Link, Judgement, Decision], str]] = {
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
