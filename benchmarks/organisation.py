"""What it takes to keep 100 and 1,000 accounts of ten links each in order, and what travels meanwhile."""

from __future__ import annotations

import json
import math
import time
import tracemalloc
from dataclasses import dataclass
from statistics import median

from benchmarks.figures import Figure, spread
from dxmacsec.handlers.document import write
from dxmacsec.model import SCHEMA, Verdict
from dxmacsec.organisation import Organisation, OrganisationRequest, Shelved
from dxmacsec.policy.organisation_course import Course, course_of, plain
from dxmacsec.policy.organisation_outcome import counts, of_organisation, organisation_report, short_report
from tests.worlds.organisation import PlayedOrganisation, an_organisation
from tests.worlds.turning_clock import START

AREA = "organisation"
FEW, MANY = 99, 999
"""A thousand accounts, and as many as groups of three go into."""
LINKS = 10
PARTNERS = 3
MOST_MEGABYTES = 256
PAYLOAD_BYTES = 262_144
"""https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""
GROWTH = 1.5
"""How much more than proportionally the time may grow before it is no longer called linear."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run that was played, and its last course."""

    organisation: PlayedOrganisation
    course: Course


def played(accounts: int, most_members: int) -> Run:
    """Play a run over so many accounts."""
    organisation = an_organisation(accounts, most_members)
    return Run(organisation, organisation.run())


def shelved(run: Run) -> None:
    """Write and read every course of a run, as it is done between two rounds."""
    for each in run.organisation.courses:
        course_of(json.loads(json.dumps(plain(each))))


def seconds(accounts: int, rounds: int) -> list[float]:
    """Return what runs over so many accounts took, each with everything between its rounds."""
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        shelved(played(accounts, MANY))
        taken.append(time.process_time() - began)
    return taken


def megabytes() -> float:
    """Return the most memory that a large run takes above what was there before."""
    tracemalloc.start()
    try:
        shelved(played(MANY, MANY))
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def measure() -> list[Figure]:
    """Measure runs in waves of everybody, and of 100 members."""
    few, many = seconds(FEW, 9), seconds(MANY, 3)
    growth = [each / median(few) / (MANY / FEW) for each in many]
    wide, narrow = played(MANY, MANY), played(MANY, 100)
    return [
        spread(AREA, f"a run over {FEW} accounts of {LINKS} links", few, "s CPU", wobbles=True),
        spread(AREA, f"a run over {MANY} accounts of {LINKS} links", many, "s CPU", wobbles=True),
        spread(AREA, f"time of {MANY} accounts an account, against {FEW}", growth, "ratio", GROWTH, wobbles=True),
        Figure(AREA, f"memory of a run over {MANY} accounts", megabytes(), "MB", MOST_MEGABYTES, wobbles=True),
        Figure(
            AREA,
            "waves of a group over three accounts, against the least possible",
            len(wide.organisation.waves) / PARTNERS,
            "ratio",
            1.0,
            note=_ended(wide),
        ),
        Figure(
            AREA, "waves of 100 members, against the least possible", _waves(narrow), "ratio", 1.1, note=_ended(narrow)
        ),
        Figure(AREA, "asks a member in waves of 100", narrow.organisation.asks / MANY),
        Figure(AREA, f"document after a run over {MANY} accounts", _document(wide) / 1024, "KiB", PAYLOAD_BYTES / 1024),
    ]


def _waves(run: Run) -> float:
    """Return the waves against the least in which as many turns have a place."""
    turns = sum(len(wave) for wave in run.organisation.waves)
    return len(run.organisation.waves) / math.ceil(turns / run.organisation.most_members)


def _ended(run: Run) -> str:
    return f"{len(run.course.ends)} links in {len(run.organisation.waves)} waves"


def _document(run: Run) -> int:
    """Return the bytes of the document with its report, as it leaves ReportOrganisation."""
    document = Organisation(SCHEMA, "run", "arn:run", START, OrganisationRequest(), Verdict("done"), 100)
    outcome = of_organisation(document, run.course)
    report = short_report(organisation_report(document, run.course, outcome), Shelved("shelf", "report"))
    return len(json.dumps([write(document), report, counts(run.course)]))
