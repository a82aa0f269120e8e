"""Which packages the functions need: what their code imports, and what that needs in turn."""

from __future__ import annotations

import ast
import importlib.metadata
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from packaging.requirements import Requirement

from audits.locks import normal
from audits.tracked import ROOT

FUNCTIONS = ROOT / "functions"

NEVER_IMPORTED: Mapping[str, str] = {
    "tzdata": "zoneinfo reads its files: Lambda's Python has no time zones of its own",
}
"""Packages of the runtime lock that no import names, each with its reason."""


def imported(folder: Path = FUNCTIONS) -> set[str]:
    """Return the modules outside the standard library and the folder that its code imports when it runs."""
    own = {path.stem for path in folder.iterdir()}
    names = {name for path in folder.rglob("*.py") for name in _imports(ast.parse(path.read_text(encoding="utf-8")))}
    return {name for name in names if name not in own and name not in sys.stdlib_module_names}


def packages_of(modules: Iterable[str]) -> set[str]:
    """Return the installed packages that these modules come from; a module of none is named as it is."""
    providers = importlib.metadata.packages_distributions()
    return {normal(package) for module in modules for package in providers.get(module, [module])}


def with_requirements(packages: Iterable[str]) -> set[str]:
    """Return these packages and all that they need, without their extras.

    Raises:
        importlib.metadata.PackageNotFoundError: one of them is not installed.
    """
    needed: set[str] = set()
    asked = list(packages)
    while asked:
        package = asked.pop()
        if package not in needed:
            needed.add(package)
            requirements = (Requirement(text) for text in importlib.metadata.requires(package) or [])
            asked += [normal(each.name) for each in requirements if _holds(each)]
    return needed


def _holds(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def _imports(node: ast.AST) -> Iterable[str]:
    """Yield the roots of what is imported, but for what only a type checker sees."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.Import):
        yield from (alias.name.split(".")[0] for alias in node.names)
    if isinstance(node, ast.ImportFrom) and not node.level:
        yield (node.module or "").split(".")[0]
    for child in ast.iter_child_nodes(node):
        yield from _imports(child)
