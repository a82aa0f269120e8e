"""The evidence as one page that an auditor can keep and print."""

from __future__ import annotations

from cli.pages import page
from cli.records.digest import canonical
from cli.records.evidence import Evidence
from cli.records.lines import line_of
from cli.records.sections import sections
from cli.words import exact
from dxmacsec.handlers.wiring import VERSION


def evidence_page(evidence: Evidence) -> str:
    """Return the page's text: no script, no outside address, every value escaped."""
    line = line_of(evidence.row)
    return page(
        "evidence",
        evidence=evidence,
        line=line,
        kind="rotation" if line.what == "rotation" else "mode enforcement",
        when=exact(line.at),
        sections=sections(evidence),
        canonical=canonical(evidence.record),
        made=exact(evidence.at),
        version=VERSION,
    )
