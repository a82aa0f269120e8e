"""What the product promises, held against what was seen; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sandbox.demo.drift import FULL_MODE, Drift
from sandbox.demo.links import ENCRYPTION_UP
from sandbox.demo.sights import LinkSeen, Run, Traffic
from sandbox.demo.verdicts import Verdict
from sandbox.twin import KeyLife

SUCCEEDED: Final = "every rotation ended SUCCEEDED"
COMPLIANT: Final = "Compliant"
NONE: Final = ("shown by any drift",)


@dataclass(frozen=True)
class Proof:
    """One rotated link at the end: its run, its description, its keys' lives, its traffic, the current CKN."""

    run: Run
    link: LinkSeen
    lives: Sequence[KeyLife]
    traffic: Traffic
    current_ckn: str | None


@dataclass(frozen=True)
class Promise:
    """A promise, and the links on which it was broken."""

    sentence: str
    broken_on: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Tell whether it holds on every link."""
        return not self.broken_on


def promises(proofs: Sequence[Proof], failed: Sequence[str] = ()) -> tuple[Promise, ...]:
    """Return each promise with the links that break it.

    `failed` names what else did not succeed: links that were never rotated, the run over the fleet.
    """
    held: Mapping[str, list[bool]] = {
        SUCCEEDED: [proof.run.succeeded for proof in proofs],
        "not a second was clear or dropped": [proof.traffic.unharmed for proof in proofs],
        "never fewer than one associated key": [always_associated(proof.lives) for proof in proofs],
        "must_encrypt, Encryption Up, exactly one key": [_settled(proof.link) for proof in proofs],
        "AWSCURRENT holds the CKN that Direct Connect lists": [_current(proof) for proof in proofs],
    }
    names = [proof.link.name for proof in proofs]
    return tuple(
        Promise(
            sentence,
            (
                *(name for name, kept in zip(names, each, strict=True) if not kept),
                *(failed if sentence == SUCCEEDED else ()),
            ),
        )
        for sentence, each in held.items()
    )


def drift_promises(
    drifts: Sequence[Drift], traffic: Mapping[str, Traffic], links: Sequence[LinkSeen], kept: Sequence[Verdict]
) -> tuple[Promise, ...]:
    """Return each promise about drifts with the links that break it; without a drift none was shown to hold.

    `traffic` says by link id what the line carried while it drifted, `links` are all links at the end, and
    `kept` is how each stands in the ledger then.
    """
    modes, verdicts = {link.id: link.mode for link in links}, {verdict.link: verdict.reasons for verdict in kept}
    held: Mapping[str, list[bool]] = {
        "every drift is back at must_encrypt, by one enforcement each": [
            drift.back is not None and modes[drift.link.id] == FULL_MODE and _once(drift) for drift in drifts
        ],
        "not a second of a drift was clear or dropped": [traffic[drift.link.id].unharmed for drift in drifts],
        "every drift was told when it came and when it was over": [drift.over is not None for drift in drifts],
    }
    names = [drift.link.name for drift in drifts]
    settled = [link.name for link in links if link.capable and verdicts.get(link.id) != (COMPLIANT,)]
    return (
        *(
            Promise(sentence, tuple(name for name, good in zip(names, each, strict=True) if not good) if each else NONE)
            for sentence, each in held.items()
        ),
        Promise("every link that can be is Compliant in the ledger", tuple(settled)),
    )


def _once(drift: Drift) -> bool:
    return [each.succeeded for each in drift.enforcements] == [True]


def always_associated(lives: Sequence[KeyLife]) -> bool:
    """Tell whether, from the first associated key on until now, one always was."""
    spans = sorted((life.associated_at, life.removed_at) for life in lives if life.associated_at)
    covered_until: datetime | None = None
    for index, (since, until) in enumerate(spans):
        if index and covered_until is not None and since > covered_until:
            return False
        if until is None:
            return True
        covered_until = max(until, covered_until or until)
    return False


def _settled(link: LinkSeen) -> bool:
    return link.mode == "must_encrypt" and link.encryption == ENCRYPTION_UP and len(link.ckns) == 1


def _current(proof: Proof) -> bool:
    return [(proof.current_ckn or "").lower()] == [ckn.lower() for ckn in proof.link.ckns]
