"""The result of the demonstration over several accounts: the one JSON document, and the exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.cloud.account import REGION
from sandbox.demo.organisation.sights import OrganisationRun, Rotated
from sandbox.demo.promises import Promise
from sandbox.demo.report import link_document, rotation_document
from sandbox.demo.sights import LinkSeen


@dataclass(frozen=True)
class OrganisationReport:
    """All that was seen at the end; links by account, and the Direct Connect calls of a rotation by link."""

    run: OrganisationRun
    links: Mapping[str, Sequence[LinkSeen]]
    rotated: Sequence[Rotated]
    dx_calls: Mapping[str, int]
    promises: Sequence[Promise]
    seconds: float

    @property
    def exit_code(self) -> int:
        """Return 1 when a promise was broken: success of every rotation and of the run is one of them."""
        return 0 if all(promise.kept for promise in self.promises) else 1

    def to_json(self) -> dict[str, Any]:
        """Return the document that `--json` prints; traffic is by the links' names in an organisation."""
        return {
            "organisation": asdict(self.run),
            "accounts": [
                {"account": account, "region": REGION, "links": [link_document(link) for link in links]}
                for account, links in self.links.items()
            ],
            "rotations": [self._rotation(each) for each in self.rotated],
            "traffic": {each.name: asdict(each.proof.traffic) for each in self.rotated},
            "promises": [{**asdict(promise), "kept": promise.kept} for promise in self.promises],
            "seconds": round(self.seconds, 3),
        }

    def _rotation(self, rotated: Rotated) -> dict[str, Any]:
        run = rotated.proof.run
        return {
            "account": rotated.account,
            "region": REGION,
            "name": rotated.name,
            "group": rotated.proof.link.group,
            "wave": rotated.wave,
            **rotation_document(run, self.dx_calls[run.link]),
        }
