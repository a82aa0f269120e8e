"""A module whose import fails, as one does whose dependency was forgotten."""

import moto  # noqa: F401 - installed next to the sandbox, and yet not in the asset


def handler(_event: object, _context: object) -> None:
    """Never run."""
