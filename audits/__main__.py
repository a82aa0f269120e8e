"""`python -m audits` asks what is known against our dependencies, and looks for secrets once more.

Exit code 0: nothing found. 1: something must be mended. 3: no advisory service answered for every package.
"""

from __future__ import annotations

import sys

from rich.console import Console

from audits.advisories import audits, known, open_points
from audits.allowed_secrets import LIST, allowed
from audits.secret_scan import detectors, scan
from audits.tracked import ROOT, tracked_files

CLEAN, MEND, NOT_AUDITED = 0, 1, 3


def main() -> int:
    """Print what was asked and found, and return the exit code."""
    console = Console(highlight=False, soft_wrap=True)
    paths = [path for path in tracked_files() if ROOT / path != LIST]
    left = allowed().left(scan(ROOT, paths))
    console.print(f"secrets: {len(paths)} files, {len(detectors()) + 1} kinds, {len(left)} found")
    done = audits()
    for each in done:
        console.print(f"{each.lock}: {each.answered} of {each.asked} packages answered for. {each.trouble}".rstrip())
    complete = all(each.complete for each in done)
    points = open_points(done, known()) if complete else [f"{p}: {v}" for a in done for p, v in a.vulnerabilities]
    for line in [*map(str, left), *points]:
        console.print(f"  {line}")
    if left or points:
        return MEND
    if not complete:
        console.print("not audited: no advisory service answered for every package")
        return NOT_AUDITED
    return CLEAN


if __name__ == "__main__":
    sys.exit(main())
