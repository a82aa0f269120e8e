"""Breaks of what guards `must_encrypt`, of honest ends, and of gates that end."""

from __future__ import annotations

from tests.mutants.mutant import Mutant, Promise

POLICY = "tests/unit/policy/test_mode.py"
ENFORCEMENT = "tests/walk/test_enforcement.py"
LOWER = "tests/unit/steps/test_lower_mode.py"
ENDS = "tests/walk/test_failing_ends.py"
OUTCOME = "tests/unit/policy/test_outcome.py"
WATCHING = "tests/unit/policy/test_watching.py"
ROADS = "tests/walk/test_happy_roads.py"

IN_TIME = '    if now - watch.started_at < deadline:\n        return Verdict("waiting")\n'
FOR_EVER = '    if now >= watch.started_at:\n        return Verdict("waiting")\n'
LAST = "    return Outcome({}, verdict.reason, verdict.sentence{})\n\n\ndef {}"
PAUSES = ", pause=verdict.reason in PAUSING"

RAISING = (
    Mutant(
        Promise.MODE,
        "one look that reads Up is enough to raise",
        "policy/mode.py",
        "up_long_enough = watch.up_for(now) > status_lag",
        "up_long_enough = watch.up_for(now) >= timedelta(0) and status_lag is not None",
        f"{ENFORCEMENT}::test_an_up_that_is_only_late_is_no_reason_to_raise",
    ),
    Mutant(
        Promise.MODE,
        "the mode is raised without an associated key",
        "policy/mode.py",
        "if known and has_key and settled and link.encrypted and up_long_enough:",
        "if known and settled and link.encrypted and up_long_enough:",
        f"{POLICY}::test_readiness",
    ),
    Mutant(
        Promise.MODE,
        "the last look does not ask whether the line is encrypted",
        "policy/mode.py",
        "    return has_key and settled and link.encrypted\n",
        "    return has_key and settled\n",
        f"{POLICY}::test_the_last_look_must_allow_it_too",
    ),
    Mutant(
        Promise.MODE,
        "RaiseMode takes no last look",
        "steps/raise_mode.py",
        "if not safe_now(link, mode=mode):",
        "if not safe_now(link, mode=mode) and softening:",
        "tests/unit/steps/test_raise_mode.py::test_a_line_that_went_dark_since_the_watch_is_not_raised",
    ),
    Mutant(
        Promise.MODE,
        "a raised mode is not watched for longer than the status lags",
        "policy/mode.py",
        "if not dark and modes(link) == {MUST_ENCRYPT} and watch.up_for(now) > status_lag:",
        "if not dark and modes(link) == {MUST_ENCRYPT}:",
        f"{POLICY}::test_after_raising",
    ),
    Mutant(
        Promise.MODE,
        "a paused link is enforced again",
        "policy/mode.py",
        'Verdict("refused", "EnforcementPaused", paused) if paused else Verdict("go")',
        'Verdict("go")',
        f"{POLICY}::test_may_enforce",
    ),
    Mutant(
        Promise.MODE,
        "a rotation calls a mode enforced that its last look did not see so",
        "steps/await_retired.py",
        "MUST_ENCRYPT if kept else None",
        "MUST_ENCRYPT if kept or verdict else None",
        f"{ROADS}::test_only_a_mode_that_the_last_look_did_not_see_enforced_is_enforced",
    ),
    Mutant(
        Promise.MODE,
        "what an earlier removal's look said of the mode counts after the next question to the router",
        "steps/judge_answer.py",
        "retire_sent_at=None, enforced_mode=None)",
        "retire_sent_at=None)",
        f"{ROADS}::test_what_was_seen_of_the_mode_before_the_router_was_asked_again_does_not_count",
    ),
    Mutant(
        Promise.MODE,
        "a drift waits until the router has taken the old keys off",
        "steps/ask_router.py",
        "        free_acting(rotation.link, rotation.execution, world)\n",
        "        check_rotation_lock(rotation, world)\n",
        "tests/walk/test_compliance.py::test_a_drift_while_the_router_takes_old_keys_off_is_restored_before_it_answers",
    ),
)

LOWERING = (
    Mutant(
        Promise.MODE,
        "an execution lowers a mode that another one raised",
        "steps/lower_mode.py",
        "    if not enforcement.raised:\n",
        "    if not enforcement.id:\n",
        f"{LOWER}::test_a_mode_that_another_one_raised_stays",
    ),
    Mutant(
        Promise.MODE,
        "a lowering does not pause enforcement",
        "steps/lower_mode.py",
        "    world.ledger.set_enforcement_pause(enforcement.link, pause)\n",
        "    _ = pause\n",
        f"{LOWER}::test_lowers_and_pauses_enforcement",
    ),
    Mutant(
        Promise.MODE,
        "a mode is lowered to no_encrypt",
        "steps/lower_mode.py",
        "world.direct_connect.set_mode(link, SHOULD_ENCRYPT)",
        'world.direct_connect.set_mode(link, "no_encrypt")',
        f"{LOWER}::test_lowers_and_pauses_enforcement",
    ),
    Mutant(
        Promise.MODE,
        "after a watch that failed a mode is lowered without a reason",
        "steps/lower_mode.py",
        '        if verdict.next != "lower":\n'
        "            return enforcement.to(verdict.next, verdict.reason, verdict.sentence)\n",
        "",
        f"{LOWER}::test_after_a_watch_that_failed_the_rules_of_the_watch_decide",
    ),
    Mutant(
        Promise.MODE,
        "an owner who holds is lowered all the same",
        "policy/mode.py",
        'if on_loss == "hold":',
        'if on_loss == "never":',
        f"{ENFORCEMENT}::test_an_owner_who_holds_stays_closed",
    ),
    Mutant(
        Promise.MODE,
        "a port that is itself down lowers the mode",
        "policy/mode.py",
        '    if any(port.state != "down" for port in dark):\n',
        "    if dark:\n",
        f"{ENFORCEMENT}::test_a_port_that_is_itself_down_is_no_reason_to_lower",
    ),
)

TRUTH = (
    Mutant(
        Promise.TRUTH,
        "what failed ends green",
        "policy/outcome.py",
        LAST.format("FAILED", "", "_changed"),
        LAST.format("SUCCEEDED", "", "_changed"),
        f"{OUTCOME}::test_a_rotation_ends",
    ),
    Mutant(
        Promise.TRUTH,
        "a failure that the machine caught is forgotten",
        "policy/outcome.py",
        "    if rotation.failure is not None:\n        return of_failure(rotation.failure)\n",
        "",
        f"{OUTCOME}::test_a_rotation_ends",
    ),
    Mutant(
        Promise.TRUTH,
        "a rotation that changed something calls itself refused",
        "policy/outcome.py",
        'if verdict.next == "refused" and not _changed(rotation):',
        'if verdict.next == "refused":',
        f"{OUTCOME}::test_a_rotation_ends",
    ),
    Mutant(
        Promise.TRUTH,
        "the owner's word is recorded as the router's",
        "steps/judge_answer.py",
        'proven_by = "owner-declared" if rotation.router_mode is RouterMode.NONE else "router"',
        'proven_by = "router"',
        "tests/walk/test_happy_roads.py::test_an_owner_whose_routers_fetch_keys_by_themselves_is_taken_by_the_word",
    ),
    Mutant(
        Promise.TRUTH,
        "a bake that was skipped is not in the record",
        "policy/outcome.py",
        "    if rotation.request.urgent:\n",
        "    if rotation.request.dry_run:\n",
        f"{OUTCOME}::test_what_nobody_proved_is_named",
    ),
    Mutant(
        Promise.TRUTH,
        "an enforcement that failed ends green",
        "policy/outcome.py",
        LAST.format("FAILED", PAUSES, "of_failure"),
        LAST.format("SUCCEEDED", PAUSES, "of_failure"),
        f"{OUTCOME}::test_an_enforcement_ends",
    ),
)

DOUBT = (
    Mutant(
        Promise.DOUBT,
        "an error of AWS that nobody knows is tried again",
        "adapters/aws_errors.py",
        "        return ServiceFault\n    return UnknownAnswer\n",
        "        return ServiceFault\n    return ServiceFault\n",
        "tests/adapters/test_direct_connect_errors.py::test_maps_each_failure_to_the_error_that_steers_the_machine",
    ),
    Mutant(
        Promise.DOUBT,
        "an unknown answer does not pause the link",
        "policy/outcome.py",
        "pause=issubclass(known, errors.NeedsOperator))",
        "pause=issubclass(known, errors.Refused))",
        f"{ENDS}::test_an_unknown_answer_pauses_the_link_and_keeps_both_keys",
    ),
    Mutant(
        Promise.DOUBT,
        "a pause is not written down",
        "steps/close_rotation.py",
        "        world.ledger.set_pause(rotation.link, pause)\n",
        "        _ = pause\n",
        f"{ENDS}::test_a_line_that_stays_dark_pauses_the_link",
    ),
    Mutant(
        Promise.DOUBT,
        "an answer that can't be read proves",
        "policy/proof.py",
        'return Verdict("unproven", "AnswerMalformed"',
        'return Verdict("in_use", "AnswerMalformed"',
        f"{ENDS}::test_a_malformed_answer_proves_nothing",
    ),
)

DEADLINES = (
    Mutant(
        Promise.DEADLINE,
        "a key that never gets associated is waited for without end",
        "policy/watching.py",
        IN_TIME + '    seen = listed.state if listed else "not listed"\n    up =',
        FOR_EVER + '    seen = listed.state if listed else "not listed"\n    up =',
        f"{WATCHING}::test_association",
    ),
    Mutant(
        Promise.DEADLINE,
        "a key that never leaves is waited for without end",
        "policy/watching.py",
        IN_TIME + '    seen = listed.state if listed else "gone"',
        FOR_EVER + '    seen = listed.state if listed else "gone"',
        f"{WATCHING}::test_retirement",
    ),
    Mutant(
        Promise.DEADLINE,
        "a dark line is asked about without end",
        "policy/watching.py",
        "    if now - watch.started_at >= deadline:\n        seen",
        "    if now < watch.started_at:\n        seen",
        f"{WATCHING}::test_restoration",
    ),
    Mutant(
        Promise.DEADLINE,
        "an Up that can't come is waited for without end",
        "policy/mode.py",
        IN_TIME + '    shown = ", ".join(sorted(str(mode) for mode in held))',
        FOR_EVER + '    shown = ", ".join(sorted(str(mode) for mode in held))',
        f"{POLICY}::test_readiness",
    ),
    Mutant(
        Promise.DEADLINE,
        "a raised mode that never settles is watched without end",
        "policy/mode.py",
        IN_TIME + '    shown = ", ".join(sorted(str(mode) for mode in modes(link)))',
        FOR_EVER + '    shown = ", ".join(sorted(str(mode) for mode in modes(link)))',
        f"{POLICY}::test_after_raising",
    ),
    Mutant(
        Promise.DEADLINE,
        "a busy link is waited for without end",
        "policy/plan.py",
        "    if s.waited >= s.plan_wait:\n",
        "    if s.waited < s.waited:\n",
        "tests/unit/policy/test_plan.py::test_refuses[a busy link after the wait]",
    ),
    Mutant(
        Promise.DEADLINE,
        "a key that MakeRoom removed is waited for without end",
        "steps/make_room.py",
        "    if situation.now - since > world.limits.retire:\n",
        "    if situation.now < since:\n",
        "tests/unit/steps/test_make_room.py::test_a_key_that_does_not_leave_is_waited_for_until_the_deadline",
    ),
    Mutant(
        Promise.DEADLINE,
        "a router is asked without end where every removal comes too late for its answer",
        "steps/retire_key.py",
        '    if verdict.next == "again" and rotation.asks >= MAX_ASKS:\n',
        '    if verdict.next == "again" and rotation.asks < 0:\n',
        "tests/unit/steps/test_retire_key.py::test_an_answer_that_is_too_old_each_time_is_not_asked_for_without_end",
    ),
    Mutant(
        Promise.DEADLINE,
        "members that come and go are asked about without end",
        "steps/judge_answer.py",
        'if verdict.next == "again" and judged.asks >= MAX_ASKS:',
        'if verdict.next == "again" and judged.asks < 0:',
        "tests/unit/steps/test_judge_answer.py::test_a_router_is_not_asked_for_ever",
    ),
    Mutant(
        Promise.DEADLINE,
        "an end keeps the rotation locks",
        "steps/close_rotation.py",
        "    world.ledger.free_rotation(rotation.link, rotation.group, rotation.execution)\n",
        "",
        "tests/walk/test_happy_roads.py::test_a_second_rotation_brings_another_key",
    ),
    Mutant(
        Promise.DEADLINE,
        "an end keeps the acting lock",
        "steps/close_rotation.py",
        "    free_acting(rotation.link, rotation.execution, world)\n",
        "",
        "tests/walk/test_happy_roads.py::test_a_link_changes_its_key_without_losing_a_second[connection]",
    ),
    Mutant(
        Promise.DEADLINE,
        "an end leaves its router tasks waiting",
        "steps/close_rotation.py",
        "        world.ledger.drop_task(rotation.link, rotation.task_id(kind))\n",
        "        _ = kind\n",
        f"{ENDS}::test_a_router_that_is_not_on_the_new_key_keeps_the_old_one[never answers]",
    ),
)

MUTANTS = (*RAISING, *LOWERING, *TRUTH, *DOUBT, *DEADLINES)
