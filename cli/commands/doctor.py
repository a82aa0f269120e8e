"""`dxmacsec doctor`: is this account fit, before the deployment and after it?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from cli.account import open_account, session_of
from cli.doctor.access import CREDENTIALS, PERMISSIONS, credentials_and_clock, permissions
from cli.doctor.check import GRAVEST_FIRST, Check, Patient, State, failed, looked, not_checked, ok
from cli.doctor.readiness import links
from cli.doctor.stack import CHECKS, resources_of
from cli.doctor.trail import TRAIL, trail
from cli.ending import CliError, Ending
from cli.printing import console, show

if TYPE_CHECKING:
    from rich.console import RenderableType

STYLES = {State.FAILED: "bold red", State.WARNING: "yellow", State.NOT_CHECKED: "dim", State.OK: "green"}
STACK = "stack"


def doctor(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout instead of a table.")] = False,
) -> None:
    """Check the account, the deployment and the links, and say how to mend what is wrong."""
    asked = context.obj
    patient = Patient(session_of(asked.profile, asked.region))
    with console(stderr=True).status("Looking …"):
        checks = examine(patient, asked.stack)
    show([*checks], report(checks), as_json=as_json)
    if not as_json:
        console().print(mending(checks), soft_wrap=True, end="")
    raise typer.Exit(Ending.FAILED if any(each.state is State.FAILED for each in checks) else Ending.DONE)


def examine(patient: Patient, stack: str) -> list[Check]:
    """Return every check; what waits for a deployment, or for credentials, says so."""
    checks, caller = credentials_and_clock(patient)
    names = (PERMISSIONS, TRAIL, STACK, *(name for name, _ in CHECKS), "links")
    if not caller:
        return [*checks, *(not_checked(name, f"needs {CREDENTIALS}") for name in names)]
    patient, found = _with_stack(replace(patient, caller=caller), stack)
    checks += looked(PERMISSIONS, permissions, patient)
    checks += looked(TRAIL, trail, patient)
    checks.append(found)
    for name, check in CHECKS:
        if patient.account is None:
            checks.append(not_checked(name, "waits for the deployment"))
        else:
            checks += looked(name, check, patient)
    return checks + looked("links", links, patient)


def _with_stack(patient: Patient, stack: str) -> tuple[Patient, Check]:
    """Return the patient with what is deployed, and how the stack itself stands."""
    try:
        account = open_account(patient.session, stack)
    except CliError as error:
        if error.ending is Ending.NOT_FOUND:
            return patient, not_checked(STACK, f"{error.sentence} Fine before the deployment.", "make deploy")
        return patient, failed(STACK, error.sentence, error.next_step)
    found: dict[str, tuple[str, ...]] = {}

    def read(asked: Patient) -> list[Check]:
        found.update(resources_of(asked, stack))
        return [ok(STACK, f"{stack} has {sum(len(ids) for ids in found.values())} resources")]

    (check,) = looked(STACK, read, patient)
    return replace(patient, account=account, resources=found), check


def report(checks: list[Check]) -> RenderableType:
    """Return the report: a line a check, and the count."""
    shown = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    shown.add_column(no_wrap=True)
    shown.add_column(no_wrap=True)
    shown.add_column(overflow="fold")
    for each in checks:
        shown.add_row(Text(each.state, style=STYLES[each.state]), Text(each.name), Text(each.found))
    counts = ((state, sum(each.state is state for each in checks)) for state in State)
    summary = ", ".join(f"{count} {state}" for state, count in counts if count)
    return Group(shown, Text(f"\n{summary}", style="bold"))


def mending(checks: list[Check]) -> Text:
    """Return how to mend what is wrong, each command on a line of its own, so that it can be copied whole."""
    shown = Text()
    for each in sorted((each for each in checks if each.fix), key=lambda each: GRAVEST_FIRST.index(each.state)):
        shown.append(f"\n{each.name}, {each.state}:\n", style="dim").append(f"{each.fix}\n", style="cyan")
    return shown
