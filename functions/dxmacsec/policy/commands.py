"""What people are told to type: the `dxmacsec` command, and the same with the `aws` command alone."""

from __future__ import annotations

from shlex import quote

from dxmacsec.model import PAUSED_BY_HAND, Link, LinkKind

WHY = "what you found"


def status(link: str) -> str:
    """Show how a link stands, and its whole story."""
    return f"dxmacsec status {link}"


def rotate(link: str) -> str:
    """Rotate a link's key: the plan first, then it asks."""
    return f"dxmacsec rotate {link}"


def clear(link: str, *, enforcement: bool = False) -> str:
    """End a pause that the product set, with a reason that is kept."""
    return f"dxmacsec clear {link} --reason {quote(WHY)}{' --enforcement' if enforcement else ''}"


def resume(link: str) -> str:
    """End a pause that a person set."""
    return f"dxmacsec resume {link}"


def end_pause(link: str, reason: str | None) -> tuple[str, ...]:
    """End whatever pause the link has, by its reason; nothing where it has none."""
    if reason is None:
        return ()
    return (resume(link) if reason == PAUSED_BY_HAND else clear(link),)


def answer(task: str, ckn: str, ports: tuple[str, ...] = ()) -> str:
    """Answer a router task with the CKN in use: on all ports the same, or named port by port."""
    each = " ".join(f"--port {quote(f'{port}={ckn}')}" for port in ports)
    return f"dxmacsec answer {quote(task)} {each or f'--ckn {quote(ckn)}'}"


def answer_failed(task: str) -> str:
    """Say that a router task can't be done."""
    return f"dxmacsec answer {quote(task)} --failed 'what happened'"


def rotate_by_aws(link: str, reason: str = "") -> str:
    """Start `RotateKey` for a link."""
    asked = f'{{"link":"{link}","reason":"{reason}"}}' if reason else f'{{"link":"{link}"}}'
    return f"aws stepfunctions start-execution --state-machine-arn $(out RotateKeyArn) --input {quote(asked)}"


def rotate_fleet_by_aws() -> str:
    """Start `RotateFleet` for whoever is due."""
    return "aws stepfunctions start-execution --state-machine-arn $(out RotateFleetArn) --input '{}'"


def rotate_organisation_by_aws() -> str:
    """Start `RotateOrganisation` for whoever is due, in the coordinator's account."""
    return "aws stepfunctions start-execution --state-machine-arn $(out RotateOrganisationArn) --input '{}'"


def enforce_by_aws(link: str) -> str:
    """Start `EnforceEncryption` for a link."""
    asked = f'{{"link":"{link}"}}'
    return f"aws stepfunctions start-execution --state-machine-arn $(out EnforceEncryptionArn) --input {quote(asked)}"


def clear_by_aws(link: str, *, enforcement: bool = False) -> str:
    """Delete a pause's row in the ledger."""
    row = "PAUSE#enforcement" if enforcement else "PAUSE"
    key = f'{{"pk":{{"S":"LINK#{link}"}},"sk":{{"S":"{row}"}}}}'
    return f"aws dynamodb delete-item --table-name $LEDGER --key {quote(key)}"


def look_by_aws(link: str, kind: LinkKind) -> str:
    """Show what Direct Connect says of a link."""
    if kind is LinkKind.LAG:
        return f"aws directconnect describe-lags --lag-id {link}"
    if kind is LinkKind.INTERCONNECT:
        return f"aws directconnect describe-interconnects --interconnect-id {link}"
    return f"aws directconnect describe-connections --connection-id {link}"


def look_at_ports_by_aws(link: Link) -> tuple[str, ...]:
    """Show a link and, of a LAG, each member; keys and status stand at the port."""
    ports = link.port_ids if link.kind is LinkKind.LAG else ()
    members = (look_by_aws(port, LinkKind.CONNECTION) for port in ports)
    return (look_by_aws(link.id, link.kind), *members)


def set_mode_by_aws(link: str, kind: LinkKind, mode: str) -> str:
    """Set a link's mode at Direct Connect."""
    update = f"update-lag --lag-id {link}" if kind is LinkKind.LAG else f"update-connection --connection-id {link}"
    return f"aws directconnect {update} --encryption-mode {mode}"


def restore_by_aws(secret: str) -> str:
    """Take a secret's deletion back."""
    return f"aws secretsmanager restore-secret --secret-id {quote(secret)}"
