"""The files that git tracks: what a clone holds, and nothing that somebody left beside it."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def tracked_files(root: Path = ROOT) -> list[str]:
    """Return the paths of all tracked files that are there, relative to `root`.

    Raises:
        subprocess.CalledProcessError: `root` is no work tree of git.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - the git on the path
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    return sorted(path for path in listed.stdout.split("\0") if path and (root / path).is_file())
