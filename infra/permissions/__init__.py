"""Which function may do what: the vocabulary (`grants`), the table, and its picture for the README (`-m`)."""

from infra.permissions.grants import Grant, On
from infra.permissions.table import PERMISSIONS

__all__ = ["PERMISSIONS", "Grant", "On"]
