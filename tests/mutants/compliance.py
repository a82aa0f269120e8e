"""Breaks of what compliance never does, and of what keeps it out of a loop with itself."""

from __future__ import annotations

from tests.mutants.mutant import Mutant, Promise

FOLLOWS = "tests/unit/policy/test_remedy.py::test_what_follows"
MODE = "tests/unit/policy/test_mode.py"
WALK = "tests/walk/test_compliance.py"
JUDGE = "tests/unit/steps/test_judge_links.py"

NEVER = (
    Mutant(
        Promise.NEVER,
        "a link that is not ready is raised",
        "policy/remedy.py",
        "    not_ready = not _may_be_raised(facts.link)\n",
        "    not_ready = not facts.link.ports\n",
        f"{FOLLOWS}[pending]",
    ),
    Mutant(
        Promise.NEVER,
        "a dark line is not seen to be dark",
        "policy/remedy.py",
        '        ("EncryptionDown", "EncryptionDown" in case.judgement.reasons),\n',
        "",
        f"{FOLLOWS}[should_encrypt and dark]",
    ),
    Mutant(
        Promise.NEVER,
        "a link whose lock is held is judged all the same",
        "steps/judge_links.py",
        "judged = [link for link in links if link.id not in waiting]",
        "judged = list(links)",
        f"{JUDGE}::test_a_change_leaves_word_at_a_lock_that_is_held_and_judges_nothing",
    ),
    Mutant(
        Promise.NEVER,
        "a remedy is started beside one that runs",
        "policy/remedy.py",
        '        ("UnderWay", case.runs(Remedy.ENFORCE)),\n',
        "",
        f"{FOLLOWS}[an enforcement runs]",
    ),
    Mutant(
        Promise.NEVER,
        "a rotation is asked for beside one that runs",
        "policy/remedy.py",
        '        ("UnderWay", facts.rotating or facts.recovering or case.runs(*Remedy)),\n',
        "",
        f"{FOLLOWS}[too old, something runs]",
    ),
    Mutant(
        Promise.NEVER,
        "a hosted connection is judged as ours",
        "policy/compliance.py",
        "    if link.kind is LinkKind.HOSTED:\n",
        "    if link.kind is LinkKind.HOSTED and not link.id:\n",
        "tests/unit/policy/test_compliance.py::test_a_link_stands",
    ),
    Mutant(
        Promise.NEVER,
        "a hosted connection's mode is set",
        "policy/mode.py",
        "    if link.kind is LinkKind.HOSTED:\n",
        "    if link.kind is LinkKind.HOSTED and not link.id:\n",
        f"{MODE}::test_may_enforce",
    ),
    Mutant(
        Promise.NEVER,
        "an exempt link is acted on",
        "policy/compliance.py",
        "    if exempt:\n",
        "    if exempt and not found:\n",
        "tests/unit/policy/test_compliance.py::test_an_exemption_holds_through_its_whole_last_day_in_utc",
    ),
    Mutant(
        Promise.NEVER,
        "an exempt link's mode is set",
        "policy/mode.py",
        '    return Verdict("done", "Exempt", exempt) if exempt else None\n',
        "    return None if exempt else None\n",
        f"{MODE}::test_an_exempt_link_is_left_as_it_is",
    ),
    Mutant(
        Promise.NEVER,
        "audit starts remedies",
        "policy/remedy.py",
        '(choices(case.facts.link.tags, case.facts.rules).enforcement or case.enforcement) == "audit":',
        '(choices(case.facts.link.tags, case.facts.rules).enforcement or case.enforcement) == "never":',
        f"{WALK}::test_in_audit_a_drift_is_written_down_and_nothing_is_changed",
    ),
    Mutant(
        Promise.NEVER,
        "audit sets a mode",
        "policy/mode.py",
        '    if enforcement == "audit":\n',
        '    if enforcement == "never":\n',
        f"{MODE}::test_may_enforce",
    ),
    Mutant(
        Promise.NEVER,
        "audit schedules the key secret of a deleted link for deletion",
        "steps/retire_link.py",
        'if world.limits.enforcement == "enforce" and standing.keyed',
        "if standing.keyed",
        "tests/unit/steps/test_retire_link.py::"
        "test_the_key_secret_goes_only_in_enforce_and_people_read_what_becomes_of_it",
    ),
    Mutant(
        Promise.NEVER,
        "a link that a list lacks is taken for deleted",
        "steps/retire_link.py",
        "    if _is_held(link, world) or (lag is None and not _is_gone(link, world)):\n",
        "    if _is_held(link, world):\n",
        "tests/unit/steps/test_sweep_links.py::test_a_list_that_lacks_a_link_which_still_exists_is_no_proof",
    ),
    Mutant(
        Promise.NEVER,
        "a link at work is retired",
        "steps/retire_link.py",
        "    if _is_held(link, world) or (lag is None and not _is_gone(link, world)):\n",
        "    if lag is None and not _is_gone(link, world):\n",
        "tests/unit/steps/test_retire_link.py::test_a_link_with_a_lock_stays_until_its_owner_can_do_nothing_more",
    ),
    Mutant(
        Promise.NEVER,
        "a mode that nobody can read is raised",
        "policy/remedy.py",
        'readable = "ModeUnknown" not in reasons',
        "readable = bool(reasons)",
        f"{FOLLOWS}[a mode that nobody knows]",
    ),
)

LOOP = (
    Mutant(
        Promise.LOOP,
        "a call of our own role is somebody's change",
        "policy/callers.py",
        "    return role[1] == account\n",
        "    return role[1] != account\n",
        "tests/unit/policy/test_callers.py::test_a_role_on_our_path_in_the_account_of_the_event_is_ours",
    ),
    Mutant(
        Promise.LOOP,
        "a role of our name in another account is ours",
        "policy/callers.py",
        "    return role[1] == account\n",
        "    return bool(role[1])\n",
        "tests/unit/policy/test_callers.py::test_nobody_else_is",
    ),
    Mutant(
        Promise.LOOP,
        "our own label is own key material of somebody",
        "policy/own_material.py",
        "    if version.has(Label.IN_USE):\n",
        "    if not version.labels:\n",
        "tests/unit/policy/test_own_material.py",
    ),
    Mutant(
        Promise.LOOP,
        "our placeholder is own key material of somebody",
        "policy/own_material.py",
        "    if version_id == placeholder_version(link_id):\n",
        "    if version_id == link_id:\n",
        "tests/unit/policy/test_own_material.py",
    ),
    Mutant(
        Promise.LOOP,
        "the end of our own remedy starts the next",
        "policy/remedy.py",
        "    if not case.prompt.may_act:\n",
        "    if case.prompt is None:\n",
        f"{JUDGE}::test_the_end_of_our_own_doing_is_written_down_and_starts_nothing",
    ),
    Mutant(
        Promise.LOOP,
        "the same remedy is tried at every sweep",
        "policy/remedy.py",
        '        ("TriedAlready", case.tried(Remedy.ENFORCE)),\n',
        "",
        f"{FOLLOWS}[tried, and swept]",
    ),
    Mutant(
        Promise.LOOP,
        "a paused enforcement is started at every sweep",
        "policy/remedy.py",
        '        ("EnforcementPaused", facts.enforcement_paused is not None),\n',
        "",
        f"{FOLLOWS}[enforcement is paused]",
    ),
    Mutant(
        Promise.LOOP,
        "one verdict starts a remedy under two names",
        "policy/starting.py",
        '    return f"compliance-{link}-{version}-{_hour(at)}"',
        '    return f"compliance-{link}-{version}-{at.timestamp()}"',
        "tests/unit/policy/test_starting.py",
    ),
)

MUTANTS = (*NEVER, *LOOP)
