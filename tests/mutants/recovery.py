"""Breaks of RecoverLink."""

from __future__ import annotations

from tests.mutants.mutant import Mutant, Promise

WALK = "tests/walk/test_recovery.py"
STEPS = "tests/unit/steps/test_recovery_steps.py"
POLICY = "tests/unit/policy/test_recovery.py"
NO_KEY_BACK = f"{POLICY}::test_a_dark_line_has_no_key_back_where"

BEGINNING = (
    Mutant(
        Promise.RECOVERY,
        "it works on a link whose lock names somebody else",
        "steps/begin_recovery.py",
        "        return owner is not None and owner.execution in recovery.owners\n",
        "        return owner is not None\n",
        f"{STEPS}::test_a_lock_that_names_the_next_rotation_is_nothing_to_recover",
    ),
    Mutant(
        Promise.RECOVERY,
        "it touches what closed itself",
        "steps/begin_recovery.py",
        "    if not recovery.link or not _has_work(recovery, world):\n",
        "    if not recovery.link:\n",
        f"{WALK}::test_trace_2_a_recovery_of_an_ordinary_failed_end_touches_nothing",
    ),
    Mutant(
        Promise.RECOVERY,
        "it does not wait for a late call",
        "policy/recovery.py",
        "    return int(left) + 1 if left >= 0 else 0\n",
        "    return 0 if left >= 0 else 0\n",
        f"{WALK}::test_trace_1_a_late_call_of_a_stopped_execution_lands_before_anybody_acts",
    ),
    Mutant(
        Promise.RECOVERY,
        "it does not wait for a nested execution that still runs",
        "steps/begin_recovery.py",
        "    if None in ends:\n",
        "    if None in ends[:1]:\n",
        f"{STEPS}::test_a_nested_enforcement_that_still_runs_is_waited_for",
    ),
    Mutant(
        Promise.RECOVERY,
        "it recovers an execution that runs",
        "steps/begin_recovery.py",
        "    if past.ended_at is None:\n",
        "    if past.ended_at is None and not past.arn:\n",
        f"{WALK}::test_a_running_execution_is_not_recovered",
    ),
    Mutant(
        Promise.RECOVERY,
        "recoveries of recoveries never end",
        "steps/begin_recovery.py",
        "    if recovery.chain > LONGEST_CHAIN:\n",
        "    if recovery.chain < 0:\n",
        f"{WALK}::test_a_chain_of_recoveries_ends",
    ),
    Mutant(
        Promise.RECOVERY,
        "it goes on though the locks changed hands",
        "steps/take_over.py",
        "    if not _took(recovery, mine, world):\n",
        "    if not (_took(recovery, mine, world) or recovery.link):\n",
        f"{STEPS}::test_locks_that_name_somebody_else_by_now_are_left",
    ),
    Mutant(
        Promise.RECOVERY,
        "it takes a lock over from a living one",
        "adapters/ledger_writes.py",
        'DEAD_OR_OURS = "execution IN (:execution, :dead)"',
        'DEAD_OR_OURS = "execution IN (:execution, :dead) OR execution <> :dead"',
        "tests/adapters/test_lock_take_over.py::test_a_lock_that_names_another_one_stays_theirs",
    ),
    Mutant(
        Promise.RECOVERY,
        "it plans without the lock",
        "steps/plan_recovery.py",
        "    if not holds(recovery.link, recovery.execution):\n",
        "    if not holds:\n",
        f"{STEPS}::test_nothing_is_planned_without_the_lock",
    ),
    Mutant(
        Promise.RECOVERY,
        "the sweep leaves a dead one's lock",
        "steps/sweep_links.py",
        "dead = {owner.execution for owner in owners if is_dead(owner, world)}",
        "dead = {owner.execution for owner in owners if not owner.name and is_dead(owner, world)}",
        "tests/walk/test_compliance.py::test_a_dead_execution_whose_end_nobody_told_is_recovered_by_the_sweep",
    ),
)

ROADS = (
    Mutant(
        Promise.RECOVERY,
        "a dark line does not get its key back",
        "policy/recovery.py",
        "    if seen_dark or any(port.state",
        "    if seen_dark and any(port.state",
        f"{WALK}::test_a_line_that_is_dark_at_the_recovery_is_asked_about_at_once",
    ),
    Mutant(
        Promise.RECOVERY,
        "a removal that nobody watched is not watched",
        "policy/recovery.py",
        'return Verdict("watch_removal", "RemovalNotWatched"',
        'return Verdict("close", "RemovalNotWatched"',
        f"{POLICY}::test_a_removal_that_nobody_watched_is_watched_while_the_line_is_up",
    ),
    Mutant(
        Promise.RECOVERY,
        "a key is asked back after the routers were told to take it off",
        "policy/recovery.py",
        "    if recovery.remove_sent:\n",
        "    if not recovery.link:\n",
        f"{NO_KEY_BACK}[remove was sent]",
    ),
    Mutant(
        Promise.RECOVERY,
        "a key is asked back in no_encrypt",
        "policy/recovery.py",
        "    if link.mode == NO_ENCRYPT:\n",
        "    if not link.mode:\n",
        f"{NO_KEY_BACK}[no_encrypt]",
    ),
    Mutant(
        Promise.RECOVERY,
        "a compromised key is asked back",
        "policy/recovery.py",
        'if "compromis" in (rotation.request.reason or "").lower():',
        'if not (rotation.request.reason or "-"):',
        f"{NO_KEY_BACK}[a compromised key]",
    ),
    Mutant(
        Promise.RECOVERY,
        "a port that is itself down brings the old key back",
        "policy/recovery.py",
        'any(port.state != "down" and not port.encrypted for port in link.ports)',
        "any(not port.encrypted for port in link.ports)",
        f"{POLICY}::test_a_port_that_is_itself_down_is_watched_and_brings_no_key_back",
    ),
    Mutant(
        Promise.RECOVERY,
        "a key that is still associated counts as sent away",
        "policy/recovery.py",
        "    return None if listed is not None and listed.associated else old\n",
        "    return old if listed is None or listed.ckn else None\n",
        f"{POLICY}::test_a_key_that_is_still_associated_was_not_sent_away",
    ),
    Mutant(
        Promise.RECOVERY,
        "a raised mode's watch is not finished",
        "policy/recovery.py",
        'if raised and "watch_mode" not in recovery.done and MUST_ENCRYPT in modes(link):',
        'if raised and "watch_mode" in recovery.done and MUST_ENCRYPT in modes(link):',
        f"{WALK}::test_an_enforcement_stopped_at_a_state_leaves_no_lock_and_no_mode_that_cuts[WatchMode]",
    ),
    Mutant(
        Promise.RECOVERY,
        "a mode that was raised without an answer is nobody's",
        "policy/recovery.py",
        '(enforcement.raised or last_state == "RaiseMode")',
        "(enforcement.raised or not last_state)",
        f"{WALK}::test_a_mode_that_was_raised_without_an_answer_is_watched_and_lowered",
    ),
    Mutant(
        Promise.RECOVERY,
        "a watch is planned beside somebody who acts",
        "steps/plan_recovery.py",
        '        if verdict.next != "restore":\n            raise\n',
        "",
        f"{STEPS}::test_the_watch_over_a_removal_waits_for_whoever_acts",
    ),
    Mutant(
        Promise.RECOVERY,
        "a dark line waits for whoever acts",
        "steps/plan_recovery.py",
        '        if verdict.next != "restore":\n            raise\n',
        "        raise\n",
        f"{STEPS}::test_a_dark_line_waits_for_nobody_who_acts",
    ),
)

CLOSING = (
    Mutant(
        Promise.RECOVERY,
        "labels stay as the dead one left them",
        "steps/close_recovery.py",
        "    move_labels(recovery.link, labels(recovery, "
        "world.key_secrets.versions(recovery.link) or (), link), world)\n",
        "",
        f"{WALK}::test_a_rotation_stopped_before_a_state_leaves_nothing[Bake]",
    ),
    Mutant(
        Promise.RECOVERY,
        "labels are moved without the lock",
        "steps/close_recovery.py",
        "if recovery.rotation is not None and world.ledger.holds_rotation(recovery.link, recovery.execution):",
        "if recovery.rotation is not None:",
        f"{STEPS}::test_closing_without_the_lock_moves_no_label",
    ),
    Mutant(
        Promise.RECOVERY,
        "the line's key is not known as the one in use",
        "policy/recovery.py",
        "    if rotation.new_key and uses_new(rotation, link, recovery.last_state):\n",
        "    if rotation.new_key and rotation.promoted:\n",
        f"{STEPS}::test_a_key_that_the_line_shows_in_use_is_promoted_and_its_age_begins",
    ),
    Mutant(
        Promise.RECOVERY,
        "the record of the dead rotation stays open",
        "steps/close_recovery.py",
        "        world.ledger.record(recovery.link, rotation.id, rotation.started_at, record)\n",
        "",
        f"{WALK}::test_the_record_says_what_happened[AwaitRetired]",
    ),
    Mutant(
        Promise.RECOVERY,
        "the rotation locks stay",
        "steps/close_recovery.py",
        "    world.ledger.free_rotation(recovery.link, recovery.group, recovery.execution)\n",
        "",
        f"{STEPS}::test_closing_frees_locks_and_tasks_and_a_repeat_changes_nothing",
    ),
    Mutant(
        Promise.RECOVERY,
        "the acting lock stays",
        "steps/close_recovery.py",
        "    free_acting(recovery.link, recovery.execution, world)\n",
        "",
        f"{WALK}::test_a_rotation_stopped_before_a_state_leaves_nothing[AwaitRetired]",
    ),
    Mutant(
        Promise.RECOVERY,
        "a line that stays dark does not pause the link",
        "steps/close_recovery.py",
        "    if outcome.pause:\n        world.ledger.set_pause",
        "    if outcome.pause and not outcome.reason:\n        world.ledger.set_pause",
        f"{WALK}::test_a_line_that_no_key_brings_back_is_said_to_be_dark_and_pauses",
    ),
    Mutant(
        Promise.RECOVERY,
        "people are not told",
        "steps/close_recovery.py",
        '    world.herald.alert(f"{loud}dxmacsec {recovery.link}: recovered after {outcome.reason}", text)\n',
        "    _ = (loud, text)\n",
        f"{WALK}::test_a_key_that_is_gone_for_good_reason_stays_gone_and_people_are_told",
    ),
    Mutant(
        Promise.RECOVERY,
        "a recovered rotation ends green",
        "policy/recovery_outcome.py",
        'return Outcome(FAILED, reason, " ".join(part for part in told if part), pause)',
        'return Outcome("SUCCEEDED", reason, " ".join(part for part in told if part), pause)',
        f"{WALK}::test_the_record_says_what_happened[AssociateKey]",
    ),
)

MUTANTS = (*BEGINNING, *ROADS, *CLOSING)
