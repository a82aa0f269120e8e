"""GatherMembers: check what is asked for, put the first turns on the shelf, take the organisation's lock."""

from __future__ import annotations

from dxmacsec.interfaces import CoordinatorWorld, Owner
from dxmacsec.model import SCHEMA, Execution, Verdict
from dxmacsec.organisation import Organisation, OrganisationRequest
from dxmacsec.policy.organisation import begin
from dxmacsec.policy.organisation_course import Course
from dxmacsec.policy.request import organisation_members, organisation_request, run_id
from dxmacsec.steps.locks import take_run
from dxmacsec.steps.shelving import shelve


def gather_members(event_input: object, execution: Execution, members: object, world: CoordinatorWorld) -> Organisation:
    """Return the document with `turn`, or `refused` while another run is in order.

    The lock is the last thing here, so that nothing which fails before leaves one. A dry run and a sweep take none:
    they are in nobody's way. Running it twice is safe: it writes the same, and the lock may be its own already.

    Raises:
        BadInput: a field of the input, a member, or the execution's name is not what was expected.
    """
    names = organisation_members(members)
    request = organisation_request(event_input, names, world.limits.stop_on)
    run = run_id(execution.name)
    document = Organisation(
        schema=SCHEMA,
        id=run,
        execution=execution.arn,
        started_at=execution.started_at,
        request=request,
        verdict=Verdict("turn"),
        most_members=world.limits.most_members,
    )
    gathered = shelve(document, begin(_course(request, names, world), sweep=request.sweep), world)
    return gathered if request.dry_run or request.sweep else _locked(gathered, world)


def _course(request: OrganisationRequest, names: tuple[str, ...], world: CoordinatorWorld) -> Course:
    chosen = request.members or names
    others = () if request.sweep else tuple(name for name in names if name not in frozenset(chosen))
    return Course(chosen, others, request.stop_on, world.limits.most_members)


def _locked(document: Organisation, world: CoordinatorWorld) -> Organisation:
    other = take_run(Owner(document.execution, document.id, world.clock.now()), world.ledger, world)
    if other is None:
        return document
    sentence = f"{other.name} is under way since {other.since.isoformat()}."
    return document.to("refused", "OrganisationAlreadyRunning", sentence)
