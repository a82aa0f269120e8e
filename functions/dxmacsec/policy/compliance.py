"""How a link stands: one look against a list of rules; the first finding is the link's verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dxmacsec.compliance import Finding, Judgement, Status
from dxmacsec.model import Link, LinkKind
from dxmacsec.policy.compliance_facts import LEAVING, Facts, ever_keyed
from dxmacsec.policy.compliance_rules import RULES, is_not_capable, is_well
from dxmacsec.policy.tags import EXEMPT_UNTIL_TAG, choices, exemption

__all__ = ["Facts", "ever_keyed", "holders_of", "judge"]


def judge(facts: Facts) -> Judgement:
    """Return what one look says: all findings, the gravest first."""
    findings = _findings(facts)
    return Judgement(facts.link.id, findings[0].status, findings)


def holders_of(secret_arn: str, links: Iterable[Link]) -> tuple[Link, ...]:
    """Return the links with a key whose managed secret it is, unless the key is leaving."""
    return tuple(link for link in links if (key := link.key_by_arn(secret_arn)) is not None and key.state != LEAVING)


def _findings(facts: Facts) -> tuple[Finding, ...]:
    link = facts.link
    if link.kind is LinkKind.HOSTED:
        sentence = f"{link.id} is a hosted connection: its host's port holds the keys, and it is not ours to encrypt."
        return (Finding("HostedConnection", sentence, Status.NOT_APPLICABLE),)
    if not link.macsec_capable:
        return _after_exemption(facts, (is_not_capable(facts),))
    found = tuple(finding for rule in RULES if (finding := rule(facts)))
    return _after_exemption(facts, found) if found else (is_well(facts),)


def _after_exemption(facts: Facts, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Put a valid exemption first, and say of one that is void that it is none."""
    if found[0].status is Status.NOT_APPLICABLE or EXEMPT_UNTIL_TAG not in facts.link.tags:
        return found
    chosen = choices(facts.link.tags, facts.rules)
    exempt = exemption(chosen, facts.now)
    if exempt:
        return (Finding("Exempt", exempt, Status.EXEMPT), *found)
    void = f"ended on {chosen.exempt_until.isoformat()}" if chosen.exempt_until else "is malformed or not allowed"
    noted = f"{found[0].sentence} Its exemption is none: the tag {EXEMPT_UNTIL_TAG} {void}."
    return (replace(found[0], sentence=noted), *found[1:])
