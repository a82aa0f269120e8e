"""Finding one record by the id that people have: of a rotation, or the ARN of its execution."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from cli.ending import CliError, Ending
from cli.records.executions import ExecutionReader
from dxmacsec.adapters.state_machines import execution_arn
from dxmacsec.errors import LinkNotFound
from dxmacsec.interfaces import Stories, StoryRow, World

LINK = re.compile(r"dx(?:con|lag)-[0-9a-z]+")
"""A link's id wherever it stands in an execution's name: runs over the fleet end theirs with it."""


def find_record(
    rotation: str, link: str | None, world: World, stories: Stories, reader: ExecutionReader, machine_arn: str
) -> StoryRow:
    """Return the record of a rotation or an enforcement.

    The link is the one that is named; else the one in the id, as runs over the fleet name their rotations; else the
    one in the execution's input, while Step Functions keeps it; else every link is searched.

    Raises:
        CliError: there is none, or none yet.
        Transient, AccessDenied: AWS failed, or the caller may not read.
    """
    wanted = rotation.rpartition(":")[2]
    described = reader.described(rotation if rotation != wanted else execution_arn(machine_arn, wanted))
    asked = [described.input.get("link")] if described else []
    likely = [link] if link else [*LINK.findall(wanted)[-1:], *asked]
    for candidate in chain(_links(likely, world), () if link else _all(world)):
        found = next((row for row in stories.of_link(candidate) if row.kind == "rotation" and row.id == wanted), None)
        if found:
            return found
    if described and described.status == "RUNNING":
        sentence = f"{wanted} is still running: its record is written when it ends."
        raise CliError(Ending.NOT_FOUND, sentence, f"dxmacsec status {described.input.get('link', '')}".strip())
    if described:
        sentence = f"{wanted} ended {described.status} and left no record: a dry run, or a refusal before any lock."
        raise CliError(Ending.NOT_FOUND, sentence, "dxmacsec history")
    where = f"of {link}" if link else "of any link in this Region"
    sentence = f"There is no record {wanted} {where}."
    raise CliError(Ending.NOT_FOUND, sentence, "dxmacsec history shows the ids; --link names a link that is no more.")


def _links(likely: list[str | None], world: World) -> Iterator[str]:
    """Yield the links that are likely, and of members their LAGs; one that is no more still has its records."""
    for candidate in likely:
        if not isinstance(candidate, str):
            continue
        yield candidate
        try:
            lag = world.direct_connect.link(candidate).lag_id
        except LinkNotFound:
            continue
        if lag:
            yield lag


def _all(world: World) -> Iterator[str]:
    yield from (each.id for each in world.direct_connect.links())
