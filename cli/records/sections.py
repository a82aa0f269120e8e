"""Evidence as sections of rows: the terminal and the page show the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cli.records.digest import EXACTLY, HOW
from cli.records.evidence import Evidence
from cli.records.lines import brought_in
from cli.records.origin import Starter
from cli.words import exact, span

READINGS = frozenset({"plan", "association", "bake", "retirement", "watch"})
"""Checks that say how encryption read, by their names in the record."""

ROUTER = frozenset({"install", "prove", "confirm", "remove"})
"""Checks that are a router's answer: who gave it, a colon, what was made of it."""

SAID = {
    "acting": "the lock of changes",
    "associate": "key given to Direct Connect",
    "association": "until the key was associated",
    "bake": "bake: did encryption ever drop?",
    "confirm": "confirm: what is in use now?",
    "install": "install: key added",
    "key": "pair stored",
    "link": "link",
    "lock": "lock",
    "mode": "mode",
    "plan": "before anything changed",
    "promote": "labels of the key secret",
    "prove": "prove: new key preferred",
    "remove": "remove: old keys taken off",
    "restore": "old key asked back",
    "retire": "old key taken off the link",
    "retirement": "while and after the old key went",
    "room": "room in the key chain",
    "watch": "after the mode was raised",
    "withdraw": "new key taken back",
}
"""What a check's name means; one that is missing here is shown by its name."""


@dataclass(frozen=True, slots=True)
class Section:
    """A title, then rows: under `heads` a table; without them names and values, or a list of single ones.

    `note` stands below.
    """

    title: str
    rows: tuple[tuple[str, ...], ...]
    heads: tuple[str, ...] = ()
    note: str = ""


def sections(evidence: Evidence) -> tuple[Section, ...]:
    """Return the sections that have anything to say, in the order in which an auditor asks."""
    record = evidence.record
    checks = [*record.get("checks", ()), *record.get("recovery", ())]
    done = [check for check in checks if check["what"] not in READINGS | ROUTER]
    made = (
        _result(evidence),
        _started(evidence),
        _keys(record),
        _router(record, checks),
        Section("Encryption readings", _seen(checks, READINGS), ("when (UTC)", "what", "seen")),
        Section("Done and seen on the way", _rows(done), ("when (UTC)", "what", "seen")),
        _mode(evidence),
        Section("Not checked, not proven", tuple((each,) for each in record.get("not_checked", ()))),
        _recovery(record),
        _times(evidence),
        _proof(evidence),
    )
    return tuple(section for section in made if section.rows or section.note)


def _result(evidence: Evidence) -> Section:
    record = evidence.record
    started, ended = _moment(record["started_at"]), record.get("ended_at")
    rows = [("Link", f"{evidence.row.link} ({record.get('kind', 'link')})"), ("Id", evidence.row.id)]
    if record.get("member_given"):
        rows.append(("Asked for", f"{record['member_given']}, a member of it"))
    rows += [
        ("Result", f"{record.get('status')}: {record.get('reason')}"),
        ("In words", str(record.get("sentence", ""))),
        ("Started", exact(started)),
    ]
    if ended:
        rows += [("Ended", exact(_moment(ended))), ("Took", span((_moment(ended) - started).total_seconds()))]
    rows.append(("Execution", str(record["execution"])))
    said = evidence.described.status if evidence.described else "Step Functions keeps it no more (90 days)"
    rows.append(("Its status", said))
    return Section("Result", tuple(rows))


def _started(evidence: Evidence) -> Section:
    asked = evidence.record.get("asked") or {}
    reason = asked.get("reason") or evidence.record.get("asked_reason")
    chosen = [name for name in ("urgent", "accept_no_way_back") if asked.get(name)]
    rows = [
        ("Started by", evidence.origin.sentence),
        ("Reason given", str(reason or "none")),
        ("Options", ", ".join(chosen) or "none"),
        ("CloudTrail", _starter(evidence.starter)),
    ]
    if evidence.fleet_starter:
        rows.append(("The run's start", _starter(evidence.fleet_starter)))
    return Section("Who and why", tuple(rows))


def _starter(starter: Starter) -> str:
    if starter.unknown:
        return f"Not known. {starter.unknown}"
    when = exact(starter.at) if starter.at else ""
    return f"{starter.who} at {when} from {starter.source_ip} ({starter.user_agent}), event {starter.event_id}"


def _keys(record: dict[str, Any]) -> Section:
    """Return every CKN that the record names, and below it what became of it."""
    retired, rows = set(record.get("retired_ckns", ())), []
    if record.get("new_ckn"):
        became = "came into use" if brought_in(record) else "never came into use; the next rotation takes it again"
        again = " (a pair that failed before, used again)" if record.get("pair_used_again") else ""
        rows.append(("New key", f"{record['new_ckn']}\nversion {record.get('new_version_id')}{again}: {became}"))
    for ckn in record.get("old_ckns", ()):
        left = "superseded, taken off the link" if ckn in retired else "was on the link, and stayed"
        rows.append(("Old key", f"{ckn}\n{left}"))
    if record.get("made_room_of"):
        rows.append(("Made room", f"{record['made_room_of']}\ntaken off to make room in the key chain"))
    return Section("Keys by their CKNs (public names; no CAK is in any record)", tuple(rows))


def _router(record: dict[str, Any], checks: list[dict[str, Any]]) -> Section:
    rows = []
    for check in checks:
        if check["what"] in ROUTER:
            by, _, said = str(check["seen"]).partition(": ")
            rows.append((_clock(check["at"]), SAID[check["what"]], by, said))
    proven = {
        "router": "The router named the CKN in use on every port.",
        "owner-declared": "Nobody named it: the owner declared that routers fetch their keys by themselves.",
    }.get(str(record.get("proven_by")), "That the new key is in use was not proven.")
    asked = f"Router tasks were answered by mode {record['router_mode']}. " if record.get("router_mode") else ""
    return Section("Proof by the router's side", tuple(rows), ("when (UTC)", "task", "by", "answer"), asked + proven)


def _mode(evidence: Evidence) -> Section:
    record, rows = evidence.record, []
    if record.get("mode_before"):
        rows.append(("Before", str(record["mode_before"])))
    if record.get("mode_enforced"):
        rows.append(("After", str(record["mode_enforced"])))
    for row in evidence.nested:
        rows.append(("EnforceEncryption", f"{row.record['status']}: {row.record['reason']}, {row.id}"))
        rows += [(_clock(check["at"]), str(check["seen"])) for check in row.record.get("checks", ())]
    return Section("Encryption mode", tuple(rows))


def _recovery(record: dict[str, Any]) -> Section:
    if "recovered_by" not in record:
        return Section("", ())
    rows = (
        ("Stopped at", str(record.get("stopped_at") or "before its first step had an answer")),
        ("Finished by", str(record["recovered_by"])),
        ("What was done", ", ".join(record.get("roads", ())) or "nothing had to be done"),
    )
    return Section("The execution was stopped or died; RecoverLink finished its work", rows)


def _times(evidence: Evidence) -> Section:
    rows = tuple((each.state, _utc(each.entered_at), str(each.visits), span(each.seconds)) for each in evidence.times)
    note = "" if rows else "Step Functions keeps the history of this execution no more (90 days)."
    return Section("How long each state took", rows, ("state", "entered (UTC)", "times", "took"), note)


def _proof(evidence: Evidence) -> Section:
    again = f"dxmacsec evidence {evidence.row.id} --link {evidence.row.link} --json"
    rows = (
        ("SHA-256", evidence.sha256),
        ("Of", "the record as canonical JSON (RFC 8785): names sorted, no spaces, UTF-8"),
        ("Again", f"{again} | {HOW}"),
        ("Exactly", f"{again} | {EXACTLY}"),
    )
    note = (
        "The hash shows that two copies of the record are one; it is no signature. The event MACsec Rotation Ended "
        "on the bus carries the same record. jq 1.6 prints U+007F and some numbers in another way: its hash is then "
        "another. The second command is exact."
    )
    return Section("Hash of the record", rows, note=note)


def _seen(checks: list[dict[str, Any]], what: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    return _rows([check for check in checks if check["what"] in what])


def _rows(checks: list[dict[str, Any]]) -> tuple[tuple[str, ...], ...]:
    return tuple((_clock(each["at"]), SAID.get(each["what"], str(each["what"])), str(each["seen"])) for each in checks)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _clock(text: str) -> str:
    return _utc(_moment(text))


def _utc(at: datetime) -> str:
    """Return a moment for a column whose head names the zone."""
    return exact(at).removesuffix(" UTC")
