"""Breaks of locks, of repeating, of refusals, and of what keeps a CAK in."""

from __future__ import annotations

from tests.mutants.mutant import Mutant, Promise

LEDGER = "tests/adapters/test_ledger.py"
GUARDS = "tests/unit/steps/test_lock_guards.py"
ROTATION_GUARD = f"{GUARDS}::test_a_step_without_its_rotation_lock_changes_nothing"
ACTING_GUARD = f"{GUARDS}::test_a_step_that_acts_leaves_the_link_to_whoever_acts_already"
ENDS = "tests/walk/test_failing_ends.py"
FOUND = "tests/walk/test_found.py"
TRACES = "tests/walk/test_traces.py"
REFUSES = "tests/unit/policy/test_plan.py::test_refuses"

ONE = (
    Mutant(
        Promise.ONE,
        "a rotation takes its link's lock and not its group's",
        "adapters/ledger.py",
        "    return [*rows, group_row(group, ROTATION)] if group else rows",
        "    return rows if group else list(rows)",
        f"{LEDGER}::test_says_who_rotates_another_link_of_the_group_and_takes_nothing",
    ),
    Mutant(
        Promise.ONE,
        "a lock of somebody else is overwritten",
        "adapters/ledger_writes.py",
        'FREE_OR_OURS = "attribute_not_exists(pk) OR (execution = :execution AND attribute_not_exists(waiting))"',
        'FREE_OR_OURS = "attribute_not_exists(pk) OR execution = :execution OR execution <> :execution"',
        f"{LEDGER}::test_says_who_rotates_the_link_and_takes_nothing",
    ),
    Mutant(
        Promise.ONE,
        "two locks are taken one after the other, not together",
        "adapters/ledger_writes.py",
        'met = self._all_or_none([{"Put": put} for put in puts], doing)',
        'met = [self._all_or_none([{"Put": put}], doing) for put in puts][-1]',
        f"{LEDGER}::test_says_who_rotates_another_link_of_the_group_and_takes_nothing",
    ),
    Mutant(
        Promise.ONE,
        "a rotation is taken its lock while it lives",
        "steps/take_lock.py",
        "    if not is_abandoned(other, world):\n        return False\n",
        "",
        f"{ENDS}::test_a_second_start_is_refused_with_the_first_ones_id",
    ),
    Mutant(
        Promise.ONE,
        "a start takes a dead rotation's lock before its recovery could",
        "steps/locks.py",
        "world.clock.now() - ended > world.limits.abandoned_after",
        "world.clock.now() - ended > DEAD_LOCK_CLEARANCE",
        f"{FOUND}::test_a_start_that_is_refused_over_a_dark_line_leaves_it_to_the_recovery_of_the_dead_rotation",
    ),
    Mutant(
        Promise.ONE,
        "a start that is refused for its partner frees a dead one's lock",
        "steps/take_lock.py",
        "    if not world.ledger.take_from_dead(rotation.link, rotation.group, other.execution, mine):\n"
        "        return False\n",
        "    if not world.ledger.take_from_dead(rotation.link, rotation.group, other.execution, mine):\n"
        "        world.ledger.free_rotation(rotation.link, None, other.execution)\n        return False\n",
        f"{FOUND}::test_a_start_that_is_refused_for_its_partner_leaves_the_lock_of_a_dead_rotation_to_its_recovery",
    ),
    Mutant(
        Promise.ONE,
        "a rotation forgets its redundancy group",
        "steps/take_lock.py",
        "        group=group,\n",
        "        group=None,\n",
        f"{ENDS}::test_another_link_of_the_group_is_refused_meanwhile",
    ),
    Mutant(
        Promise.ONE,
        "a dark partner is no reason to refuse",
        "policy/plan.py",
        "    partners_are_encrypted,\n",
        "",
        f"{ENDS}::test_a_dark_partner_is_a_reason_to_refuse",
    ),
    Mutant(
        Promise.ONE,
        "a wave starts while a partner is dark",
        "steps/check_wave.py",
        "    if not dark:\n        members",
        "    if due:\n        members",
        "tests/walk/test_fleet_runs.py::test_a_wave_waits_for_a_partner_and_stops_the_run_when_it_stays_dark",
    ),
    Mutant(
        Promise.ONE,
        "later waves go on after a failure",
        "steps/check_wave.py",
        "    if failed:\n",
        "    if len(failed) > len(fleet.results):\n",
        "tests/walk/test_fleet_runs.py::test_the_first_failure_stops_the_waves_that_have_not_started",
    ),
)

SECRET = (
    Mutant(
        Promise.SECRET,
        "a CAK prints its digits",
        "model/keys.py",
        'return "Cak(…)"',
        'return f"Cak({self._digits})"',
        "tests/unit/test_model.py::test_a_cak_prints_as_a_mask_wherever_it_is",
    ),
    Mutant(
        Promise.SECRET,
        "a CAK may be pickled",
        "model/keys.py",
        '        message = "a CAK is not pickled"\n        raise TypeError(message)',
        "        return (Cak, (self._digits,))",
        "tests/leaks/test_objects.py::test_no_way_of_saying_an_object_says_its_cak[a CAK]",
    ),
    Mutant(
        Promise.SECRET,
        "a router task carries the CAK",
        "steps/ask_router.py",
        '        "ckn": new.ckn if new else None,\n',
        '        "ckn": new.ckn if new else None,\n'
        '        "cak": world.key_secrets.pair(rotation.link, new.version_id).cak.reveal() if new else None,\n',
        "tests/walk/test_happy_roads.py::test_a_link_changes_its_key_without_losing_a_second[connection]",
    ),
    Mutant(
        Promise.SECRET,
        "a failed call hands on the request that held the CAK",
        "adapters/aws_errors.py",
        "        failure = _masked(translation(error), cak)\n    raise failure",
        "        failure = _masked(translation(error), cak)\n        raise failure from error",
        "tests/adapters/test_aws_errors.py::test_a_failed_call_with_a_cak_has_neither_cause_nor_context_nor_digits",
    ),
    Mutant(
        Promise.SECRET,
        "digits in another case are not masked",
        "model/keys.py",
        "repr(self), text, flags=re.IGNORECASE)",
        "repr(self), text)",
        "tests/adapters/test_aws_errors.py::test_masks_the_digits_of_a_cak_in_any_case",
    ),
    Mutant(
        Promise.SECRET,
        "a version that is no pair is quoted",
        "adapters/pair_text.py",
        'wrong.append(f"{field}: expected 64 hexadecimal digits")',
        'wrong.append(f"{field}: expected 64 hexadecimal digits, got {document[field]}")',
        "tests/adapters/test_pair_text.py::test_names_the_wrong_field_and_shows_no_value",
    ),
    Mutant(
        Promise.SECRET,
        "the CKN is made of the CAK",
        "adapters/key_maker.py",
        "cak=Cak(random[HALF_BYTES:].hex())",
        "cak=Cak(random[:HALF_BYTES].hex())",
        "tests/adapters/test_small_adapters.py::test_makes_another_pair_each_time_from_64_bytes_of_kms",
    ),
    Mutant(
        Promise.SECRET,
        "wrong digits are shown when they are refused",
        "model/keys.py",
        'message = "cak: expected 64 hexadecimal digits"',
        'message = f"cak: expected 64 hexadecimal digits, got {self._digits}"',
        "tests/unit/test_model.py::test_wrong_digits_are_refused_without_showing_them",
    ),
)

GUARDED = {
    "create_key": "    check_rotation_lock(rotation, world)\n",
    "promote_key": "    check_rotation_lock(rotation, world)\n",
    "restore_key": "        check_rotation_lock(rotation, world)\n",
    "plan_rotation": "        check_rotation_lock(rotation, world)\n",
    "associate_key": "    take_acting(rotation, world)\n",
    "withdraw_key": "    take_acting(rotation, world)\n",
    "make_room": "    take_acting(rotation, world)\n",
    "retire_key": "    take_acting(rotation, world)\n",
}

LOCKLESS = (
    *(
        Mutant(
            Promise.REPEAT,
            f"{step} does not look at its lock",
            f"steps/{step}.py",
            guard,
            guard.replace(guard.strip(), "_ = rotation"),
            f"{ROTATION_GUARD}[{step}]",
        )
        for step, guard in GUARDED.items()
    ),
    *(
        Mutant(
            Promise.REPEAT,
            f"{step} changes a mode without the acting lock",
            f"steps/{step}.py",
            "    check_acting_lock(enforcement, world)\n",
            "    _ = enforcement\n",
            f"{GUARDS}::test_a_mode_is_changed_only_under_the_acting_lock[{step}]",
        )
        for step in ("raise_mode", "lower_mode")
    ),
    Mutant(
        Promise.REPEAT,
        "an end whose lock is another one's moves labels",
        "steps/close_rotation.py",
        "    if world.ledger.holds_rotation(rotation.link, rotation.execution):\n",
        "    if world.ledger:\n",
        "tests/unit/steps/test_close_rotation.py::test_a_repeat_after_the_lock_was_freed_changes_no_label",
    ),
)

REPEATING = (
    Mutant(
        Promise.REPEAT,
        "a repeat associates the new key again",
        "steps/associate_key.py",
        "    listed = link.key(new.ckn) or _associated(",
        "    listed = _associated(",
        "tests/unit/steps/test_associate_key.py::test_a_repeat_finds_the_key_and_does_not_add_it_again",
    ),
    Mutant(
        Promise.REPEAT,
        "a repeat of CreateKey makes another pair",
        "steps/create_key.py",
        "return str(uuid.uuid5(uuid.NAMESPACE_URL, rotation.execution))",
        "return str(uuid.uuid4())",
        "tests/unit/steps/test_create_key.py::test_twice_gives_the_same_pair",
    ),
    Mutant(
        Promise.REPEAT,
        "a repeat of RetireKey removes the key again",
        "steps/retire_key.py",
        '    if listed is None or listed.state == "disassociating":\n',
        "    if listed is None:\n",
        "tests/unit/steps/test_retire_key.py::test_a_key_that_is_leaving_is_not_removed_again",
    ),
    Mutant(
        Promise.REPEAT,
        "a key that is on its way back is asked for again",
        "policy/watching.py",
        '    if listed is None or listed.state == "disassociating":\n        return Verdict("ask")\n',
        '    if listed is None or not link.encrypted:\n        return Verdict("ask")\n',
        "tests/unit/policy/test_watching.py::test_restoration",
    ),
    Mutant(
        Promise.REPEAT,
        "a lost answer is followed by the pair without a look",
        "steps/restore_key.py",
        "if old.version_id is None or isinstance(error, Transient):",
        "if old.version_id is None:",
        "tests/unit/steps/test_restore_key.py::test_a_lost_answer_is_looked_at_before_the_pair_is_tried",
    ),
    Mutant(
        Promise.REPEAT,
        "a label change that the SDK asked for twice is refused",
        "adapters/key_secrets.py",
        "if error_code(error) != WRONG_PARAMETER or not done():",
        "if error_code(error) == WRONG_PARAMETER or not done():",
        "tests/adapters/test_key_secrets.py::test_a_change_whose_answer_the_sdk_asked_for_again_is_done",
    ),
    Mutant(
        Promise.REPEAT,
        "a label change that AWS refuses counts as done",
        "adapters/key_secrets.py",
        "if error_code(error) != WRONG_PARAMETER or not done():",
        "if error_code(error) != WRONG_PARAMETER:",
        "tests/adapters/test_key_secrets.py::test_a_label_change_that_is_refused_and_not_done_is_an_unknown_answer[unlabel]",
    ),
)

REFUSALS = (
    Mutant(
        Promise.REFUSAL,
        "a dry run takes the locks",
        "steps/take_lock.py",
        "    if rotation.request.dry_run:\n",
        "    if rotation.request.dry_run and rotation.request.urgent:\n",
        "tests/walk/test_happy_roads.py::test_a_dry_run_shows_the_plan_and_changes_nothing",
    ),
    Mutant(
        Promise.REFUSAL,
        "text counts as true",
        "policy/request.py",
        "    if not isinstance(value, bool):\n",
        "    if value is None:\n",
        "tests/unit/policy/test_request.py",
    ),
    Mutant(
        Promise.REFUSAL,
        "any text is the id of a link",
        "policy/request.py",
        "    if not isinstance(data, Mapping):\n",
        "    if data is None:\n",
        "tests/unit/policy/test_request.py",
    ),
    *(
        Mutant(
            Promise.REFUSAL,
            f"the plan does not ask: {rule}",
            "policy/plan.py",
            f"    {rule},\n",
            "",
            f"{REFUSES}[{case}]",
        )
        for rule, case in {
            "no_hosted_connection": "a hosted connection",
            "link_is_capable": "a link made without MACsec",
            "link_is_not_paused": "a paused link",
            "link_is_available": "a link that is down",
            "ckns_are_known_digits": "a key whose CKN nobody can read",
            "keys_are_settled": "a moving key after the wait",
            "key_has_a_way_back": "an adopted key whose managed secret is gone",
            "chain_has_room": "a full chain that nobody is asked about",
        }.items()
    ),
    Mutant(
        Promise.REFUSAL,
        "the plan does not ask: a_window_is_open",
        "policy/plan.py",
        "    a_window_is_open,\n",
        "",
        "tests/walk/test_windows_and_maintenance.py::test_outside_its_window_a_rotation_is_refused",
    ),
    Mutant(
        Promise.REFUSAL,
        "the plan does not ask: no_maintenance_is_near",
        "policy/plan.py",
        "    no_maintenance_is_near,\n",
        "",
        "tests/walk/test_windows_and_maintenance.py::test_a_planned_maintenance_is_a_reason_to_refuse",
    ),
    Mutant(
        Promise.REFUSAL,
        "the plan does not ask: urgent_knows_its_keys",
        "policy/plan.py",
        "    urgent_knows_its_keys,\n",
        "",
        "tests/unit/policy/test_plan.py::test_urgent_is_for_keys_that_are_ours",
    ),
    Mutant(
        Promise.REFUSAL,
        "the plan does not ask: version_is_usable",
        "policy/plan.py",
        "    version_is_usable,\n",
        "",
        "tests/unit/policy/test_plan.py::test_a_named_version_must_be_there_and_not_in_use",
    ),
)

ACTING = (
    *(
        Mutant(
            Promise.LOCKS,
            f"{step} acts beside somebody who acts",
            f"steps/{step}.py",
            "    take_acting(rotation, world)\n",
            "    _ = rotation\n",
            f"{ACTING_GUARD}[{step}]",
        )
        for step in ("associate_key", "withdraw_key", "make_room", "retire_key")
    ),
    Mutant(
        Promise.LOCKS,
        "nobody acts while the router switches",
        "steps/ask_router.py",
        "        take_acting(rotation, world)\n",
        "        _ = rotation\n",
        f"{TRACES}::test_10_must_encrypt_is_not_set_while_the_router_switches",
    ),
    Mutant(
        Promise.LOCKS,
        "a rotation that bakes keeps everybody out",
        "steps/judge_answer.py",
        "        free_acting(rotation.link, rotation.execution, world)\n",
        "        _ = kind\n",
        f"{TRACES}::test_an_enforcement_may_act_while_a_rotation_bakes",
    ),
    Mutant(
        Promise.LOCKS,
        "a dead one's lock is taken before its last call can have landed",
        "steps/locks.py",
        "world.clock.now() - ended > DEAD_LOCK_CLEARANCE + RECOVERY_FIRST",
        "world.clock.now() >= ended",
        "tests/unit/steps/test_locks.py::test_recover_link_comes_before_everybody_else",
    ),
    Mutant(
        Promise.LOCKS,
        "the clearance is shorter than a function's time-out",
        "steps/locks.py",
        "DEAD_LOCK_CLEARANCE = timedelta(seconds=120)",
        "DEAD_LOCK_CLEARANCE = timedelta(seconds=60)",
        "tests/infra/test_clearance.py::test_a_dead_lock_outlives_every_call_of_every_function",
    ),
    Mutant(
        Promise.LOCKS,
        "others do not leave a dead one's link to RecoverLink first",
        "steps/locks.py",
        "> DEAD_LOCK_CLEARANCE + RECOVERY_FIRST",
        "> DEAD_LOCK_CLEARANCE",
        "tests/unit/steps/test_locks.py::test_recover_link_comes_before_everybody_else",
    ),
    Mutant(
        Promise.LOCKS,
        "an owner that rotates nothing is a parent",
        "steps/begin_enforcement.py",
        "    if owner != execution.arn and not world.ledger.holds_rotation(link.id, owner):\n",
        "    if not owner:\n",
        "tests/walk/test_enforcement.py::test_an_owner_that_does_not_rotate_the_link_is_nobodys_parent",
    ),
    Mutant(
        Promise.LOCKS,
        "a nested enforcement frees its parent's lock",
        "steps/close_enforcement.py",
        "    if not enforcement.nested:\n        free_acting(enforcement.link, enforcement.execution, world)\n",
        "    free_acting(enforcement.link, enforcement.owner, world)\n",
        "tests/unit/steps/test_close_enforcement.py::test_a_nested_one_leaves_the_lock_to_its_parent",
    ),
    Mutant(
        Promise.LOCKS,
        "whoever closes frees another one's lock",
        "adapters/ledger_writes.py",
        'OURS = "execution = :execution"',
        'OURS = "execution = :execution OR execution <> :execution"',
        f"{LEDGER}::test_frees_only_its_own_rotation_locks",
    ),
    Mutant(
        Promise.LOCKS,
        "a lock that is taken again forgets the change that waits at it",
        "adapters/ledger_writes.py",
        "OR (execution = :execution AND attribute_not_exists(waiting))",
        "OR execution = :execution",
        f"{LEDGER}::test_two_locks_are_taken_again_though_a_change_waits_at_one",
    ),
    Mutant(
        Promise.LOCKS,
        "a change that waited at a lock is not looked at when it is freed",
        "steps/locks.py",
        "    if waited is not None:\n",
        "    if waited is not None and not link:\n",
        "tests/unit/steps/test_locks.py::test_who_frees_a_lock_gives_the_change_that_waited_back_to_the_bus",
    ),
)

MUTANTS = (*ONE, *SECRET, *LOCKLESS, *REPEATING, *REFUSALS, *ACTING)
