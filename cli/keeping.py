"""Writing a file that somebody keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.ending import CliError, Ending

if TYPE_CHECKING:
    from pathlib import Path


def keep(path: Path, text: str) -> None:
    """Write a text file in UTF-8, over whatever stood there.

    Raises:
        CliError: it can't be written.
    """
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise CliError(Ending.FAILED, f"{path} can't be written: {error.strerror}.") from error
