"""Whether each link is ready for automation: pure, but for the one reading of Direct Connect."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cli.doctor.check import GRAVEST_FIRST, Check, Patient, State, ok
from dxmacsec.adapters.direct_connect import AwsDirectConnect
from dxmacsec.model import AVAILABLE, CHAIN_SIZE, MUST_ENCRYPT, Link, LinkKind, RouterMode
from dxmacsec.policy.groups import GROUP_TAG, redundancy_group
from dxmacsec.policy.tags import Rules, choices

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dxmacsec.interfaces import DirectConnect, Limits

Finding = tuple[State, str, str]
"""How grave, what, and the fix."""
UNDEPLOYED_RULES = Rules(timedelta(days=90), may_loosen=False)


def links(patient: Patient) -> Iterator[Check]:
    """Look at every link of the Region; hosted connections hold no keys of their own and are left out."""
    direct_connect: DirectConnect = (
        patient.account.world.direct_connect
        if patient.account
        else AwsDirectConnect(patient.client("directconnect"), patient.client("directconnect"))
    )
    limits = patient.account.world.limits if patient.account else None
    found = [link for link in direct_connect.links() if link.kind is not LinkKind.HOSTED]
    groups = direct_connect.resiliency_groups()
    if not found:
        yield ok("links", f"there is none in {patient.region}")
    for link in sorted(found, key=lambda each: each.id):
        yield readiness(link, groups, limits, _arn(link, patient))


def readiness(link: Link, groups: Mapping[str, str], limits: Limits | None, arn: str) -> Check:
    """Say how ready one link is: the gravest finding gives its state, and each finding its fix."""
    name = f"link {link.id}"
    findings = list(_findings(link, groups, limits, arn))
    if not findings:
        group, _ = redundancy_group(link, groups)
        keys = sum(key.held for key in link.keys)
        found = f"{link.mode}, encrypted, {keys} of {CHAIN_SIZE} keys, group {group}"
        return ok(name, f"{found}, router: {_router_mode(link, limits) or 'as configured'}")
    state = min((each[0] for each in findings), key=GRAVEST_FIRST.index)
    return Check(
        name,
        state,
        " ".join(found for _, found, _ in findings),
        "\n".join(dict.fromkeys(fix for _, _, fix in findings if fix)),
    )


def _arn(link: Link, patient: Patient) -> str:
    """Return a link's ARN: Direct Connect shows none, and a tag is given by it."""
    _, partition, _, _, home, *_ = patient.caller.split(":")
    return f"arn:{partition}:directconnect:{patient.region}:{home}:{link.id.partition('-')[0]}/{link.id}"


def _findings(link: Link, groups: Mapping[str, str], limits: Limits | None, arn: str) -> Iterator[Finding]:
    if not link.macsec_capable:
        fix = "MACsec is chosen when a link is made: order a new one with --request-mac-sec."
        yield State.WARNING, "Made without MACsec: it can't be encrypted.", fix
        return
    yield from _of_the_line(link)
    held = sum(key.held for key in link.keys)
    if held >= CHAIN_SIZE:
        found = f"The key chain is full ({held} keys): the rotation first asks the router and makes room."
        yield State.WARNING, found, f"dxmacsec rotate {link.id} --dry-run"
    if not redundancy_group(link, groups)[1]:
        tag = f"--tags key={GROUP_TAG},value=GROUP"
        found = "Nobody named its redundancy group: it is rotated alone, and no partner is looked at."
        yield State.WARNING, found, f"aws directconnect tag-resource --resource-arn {arn} {tag}"
    rules = Rules(limits.max_key_age, limits.tags_may_loosen) if limits else UNDEPLOYED_RULES
    for told in choices(link.tags, rules).warnings:
        yield State.WARNING, f"{told}.", ""
    if _router_mode(link, limits) is RouterMode.NONE:
        yield State.WARNING, "No router is asked: the owner declares that it fetches its keys.", ""


def _of_the_line(link: Link) -> Iterator[Finding]:
    """Say what is wrong with the line itself: state, keys, encryption, mode."""
    down = [port.connection_id for port in link.ports if not port.up]
    dark = [port.connection_id for port in link.ports if port.up and not port.encrypted]
    keyed = any(key.held for key in link.keys)
    status = f"dxmacsec status {link.id}"
    if link.state != AVAILABLE or down:
        where = f", down: {', '.join(down)}" if down else ""
        yield State.FAILED, f"It is {link.state}{where}: no key is changed on it.", status
    if not keyed:
        yield State.WARNING, "It has no key yet: its first rotation brings one.", f"dxmacsec rotate {link.id} --dry-run"
    elif dark and link.mode == MUST_ENCRYPT:
        yield State.FAILED, f"No traffic on {', '.join(dark)}: encryption is down in {MUST_ENCRYPT}.", status
    elif dark:
        yield State.WARNING, f"Not encrypted: {', '.join(dark)}.", status
    if keyed and link.mode != MUST_ENCRYPT:
        yield State.WARNING, f"The mode is {link.mode}: what passes when MKA fails is in clear.", status


def _router_mode(link: Link, limits: Limits | None) -> RouterMode | None:
    rules = Rules(limits.max_key_age, limits.tags_may_loosen) if limits else UNDEPLOYED_RULES
    return choices(link.tags, rules).router_mode or (limits.router_mode if limits else None)
