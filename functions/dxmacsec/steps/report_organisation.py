"""ReportOrganisation: write down what was done, what was not and why, free the organisation, tell the world."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.interfaces import CoordinatorWorld
from dxmacsec.organisation import Organisation
from dxmacsec.policy.organisation_outcome import of_organisation, organisation_report, short_report
from dxmacsec.policy.organisation_words import organisation_letter, tells_of_organisation
from dxmacsec.steps.shelving import report_key, shelved_course

EVENT = "MACsec Organisation Run Ended"


def report_organisation(document: Organisation, world: CoordinatorWorld) -> Organisation:
    """Return the document with its outcome and a short report; the machine ends with it, the whole lies on the shelf.

    Running it twice is safe: the report and the record are the same, and the lock is freed only where it names us. A
    dry run leaves nothing but its report.

    Raises:
        Transient: AWS is slow, failed, or gave no answer.
    """
    course = shelved_course(document, world)
    outcome = of_organisation(document, course)
    whole = organisation_report(document, course, outcome)
    shelved = world.shelf.put(report_key(document.id), whole)
    report = short_report(whole, shelved)
    ended = replace(document, outcome=outcome, report=report, items=None, came=None)
    ended = ended.to("ended", outcome.reason, outcome.sentence)
    if document.request.dry_run:
        return ended
    world.ledger.fleet_record(document.id, document.started_at, report)
    world.ledger.free_fleet(document.execution)
    world.herald.event(EVENT, report)
    if tells_of_organisation(whole):
        world.herald.alert(*organisation_letter(document, whole))
    return ended
