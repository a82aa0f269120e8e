"""Breaks of what guards keys: adding, proving, removing, bringing back, and the one slot of a failure."""

from __future__ import annotations

from tests.mutants.mutant import Mutant, Promise

PROOF = "tests/unit/policy/test_proof.py::test_an_answer_is_judged"
WATCHING = "tests/unit/policy/test_watching.py"
TRACES = "tests/walk/test_traces.py"
ENDS = "tests/walk/test_failing_ends.py"

PROVING = (
    Mutant(
        Promise.PROVE,
        "an answer to another task proves this one",
        "policy/proof.py",
        "if answer.task_id != task_id:",
        "if not answer.task_id:",
        f"{PROOF}[an answer to another task]",
    ),
    Mutant(
        Promise.PROVE,
        "an answer for some of the ports proves all",
        "policy/proof.py",
        "if set(answer.ports) != set(link.port_ids):\n        shown",
        "if set(answer.ports) - set(link.port_ids):\n        shown",
        f"{PROOF}[a port without an answer]",
    ),
    Mutant(
        Promise.PROVE,
        "one port on the new key is enough",
        "policy/proof.py",
        "    if wrong:\n",
        "    if len(wrong) == len(answer.ports):\n",
        f"{PROOF}[another key on a port]",
    ),
    Mutant(
        Promise.PROVE,
        "a port without any key counts as proven",
        "policy/proof.py",
        "if used is None or not same_ckn(used, ckn)}",
        "if used is not None and not same_ckn(used, ckn)}",
        f"{PROOF}[no key on a port]",
    ),
    Mutant(
        Promise.PROVE,
        "a stale answer proves",
        "policy/proof.py",
        "if now - answer.received_at > max_age:",
        "if answer.received_at - now > max_age:",
        f"{PROOF}[too old an answer]",
    ),
    Mutant(
        Promise.PROVE,
        "members that changed after the confirmation are no reason to ask again",
        "steps/retire_key.py",
        'if judged.next != "in_use":',
        'if judged.next == "unproven":',
        "tests/walk/test_members.py::test_no_key_is_retired_before_a_member_that_came_is_proven[RetireKey]",
    ),
    Mutant(
        Promise.PROVE,
        "RetireKey does not read the router's answer",
        "steps/retire_key.py",
        'return Verdict("refused", answer.reason, answer.sentence)',
        'return Verdict("retire")',
        "tests/unit/steps/test_missing_parts.py::test_nothing_is_retired_without_an_answer",
    ),
)

REMOVING = (
    Mutant(
        Promise.PROVE,
        "a key is removed though the new one is gone from the link",
        "policy/watching.py",
        "if listed is None or not listed.associated or listed.secret_arn == old.secret_arn:",
        "if listed is not None and listed.secret_arn == old.secret_arn:",
        f"{WATCHING}::test_may_retire",
    ),
    Mutant(
        Promise.PROVE,
        "the confirmed key itself may be removed",
        "policy/watching.py",
        "if listed is None or not listed.associated or listed.secret_arn == old.secret_arn:",
        "if listed is None or not listed.associated:",
        f"{WATCHING}::test_the_confirmed_key_itself_is_never_retired",
    ),
    Mutant(
        Promise.PROVE,
        "a key is removed while a port is not encrypted",
        "policy/watching.py",
        "    if link.state != AVAILABLE or not link.encrypted:\n",
        "    if link.state != AVAILABLE:\n",
        f"{WATCHING}::test_may_retire",
    ),
    Mutant(
        Promise.PROVE,
        "an adopted key that could not come back is removed",
        "policy/watching.py",
        "if old.adopted and managed is not ManagedSecret.PRESENT and not accept_no_way_back:",
        "if old.adopted and managed is not managed and not accept_no_way_back:",
        f"{WATCHING}::test_may_retire",
    ),
    Mutant(
        Promise.PROVE,
        "MakeRoom removes a key though no other is associated",
        "steps/make_room.py",
        "if not others or not situation.link.encrypted:",
        "if not situation.link.encrypted:",
        "tests/unit/steps/test_make_room.py::test_the_last_associated_key_stays",
    ),
    Mutant(
        Promise.PROVE,
        "MakeRoom removes a key from a line that is dark",
        "steps/make_room.py",
        "if not others or not situation.link.encrypted:",
        "if not others:",
        "tests/unit/steps/test_make_room.py::test_no_key_leaves_a_line_that_is_dark",
    ),
    Mutant(
        Promise.PROVE,
        "MakeRoom may choose a key that a port names",
        "policy/room.py",
        "(key for key in situation.keys if key.ckn.lower() not in named)",
        "(key for key in situation.keys if key.associated)",
        "tests/unit/policy/test_room.py::test_one_key_that_no_port_names_may_leave",
    ),
    Mutant(
        Promise.PROVE,
        "MakeRoom guesses where a port names no key",
        "policy/room.py",
        'return _nobody_can_say(situation, "the router does not name a key in use on every port")',
        "named = frozenset()",
        "tests/unit/policy/test_room.py::test_nobody_can_say",
    ),
    Mutant(
        Promise.PROVE,
        "a removal is not watched for longer than the status lags",
        "policy/watching.py",
        "if gone and link.state == AVAILABLE and not dark and watch.up_for(now) > status_lag:",
        "if gone and link.state == AVAILABLE and not dark:",
        f"{WATCHING}::test_retirement",
    ),
    Mutant(
        Promise.PROVE,
        "a dark line after a removal does not bring the key back",
        "policy/watching.py",
        'return Verdict("lost", "EncryptionLost"',
        'return Verdict("waiting", "EncryptionLost"',
        f"{WATCHING}::test_retirement[dark]",
    ),
    Mutant(
        Promise.PROVE,
        "a key whose managed secret is gone is not asked back by its pair",
        "steps/restore_key.py",
        "if old.version_id is None or isinstance(error, Transient):",
        "if old.ckn:",
        f"{ENDS}::test_a_key_of_ours_comes_back_by_its_pair_where_the_managed_secret_is_gone",
    ),
    Mutant(
        Promise.PROVE,
        "a drop during the bake is not noticed",
        "policy/watching.py",
        '    if not link.encrypted:\n        return Verdict("dropped"',
        '    if not link.ports:\n        return Verdict("dropped"',
        f"{WATCHING}::test_bake",
    ),
)

SLOT = (
    Mutant(
        Promise.SLOT,
        "a failed pair is not used again",
        "steps/create_key.py",
        "return failed_version(versions)",
        "return None",
        f"{TRACES}::test_4_the_chain_never_fills_however_often_a_rotation_fails",
    ),
    Mutant(
        Promise.SLOT,
        "a failed end leaves the label of a new key",
        "policy/labels.py",
        "        LabelMove(version_id, Label.NEW, on=False),\n"
        "        LabelMove(version_id, Label.PENDING, on=False),\n",
        "        LabelMove(version_id, Label.PENDING, on=False),\n",
        f"{TRACES}::test_4_a_failed_end_never_leaves_the_label_of_a_new_key[Bake]",
    ),
    Mutant(
        Promise.SLOT,
        "a failed pair gets no label by which the next rotation finds it",
        "policy/labels.py",
        "        LabelMove(version_id, Label.FAILED, on=True),\n",
        "",
        "tests/unit/policy/test_labels.py::test_a_failed_pair_is_kept_for_the_next_rotation",
    ),
    Mutant(
        Promise.SLOT,
        "a pair in use whose promotion was cut short counts as failed",
        "policy/labels.py",
        "if version and not version.has(Label.IN_USE)), None)",
        "if version), None)",
        "tests/unit/policy/test_labels.py::test_a_pair_whose_promotion_was_cut_short_is_in_use",
    ),
    Mutant(
        Promise.SLOT,
        "the label of an earlier failure is lost to the next pair",
        "steps/create_key.py",
        "    _keep_the_label_of_another_failure(rotation, version, versions, world)\n    world",
        "    world",
        "tests/unit/steps/test_create_key.py::test_the_label_of_a_pair_that_a_dead_rotation_left_is_kept",
    ),
    Mutant(
        Promise.SLOT,
        "a failed key under a newer one is left where AWS never tries it",
        "policy/situation.py",
        "    return not is_newest(on_link, s.keys)",
        "    return False",
        f"{TRACES}::test_3_a_failed_key_under_a_restored_one_is_seated_again[vanish]",
    ),
    Mutant(
        Promise.SLOT,
        "a fourth key is added to a full chain",
        "policy/situation.py",
        "        return len(s.keys) >= CHAIN_SIZE",
        "        return len(s.keys) > CHAIN_SIZE",
        "tests/unit/policy/test_plan.py::test_room_is_needed_for[a full chain]",
    ),
    Mutant(
        Promise.SLOT,
        "a key that reached associated is withdrawn",
        "policy/watching.py",
        'if listed is None or listed.state != "associating" or key.was_on_link or watch is None:',
        "if listed is None or key.was_on_link or watch is None:",
        f"{TRACES}::test_9_a_key_that_gets_associated_after_all_is_not_withdrawn",
    ),
    Mutant(
        Promise.SLOT,
        "a key is withdrawn that was on the link before this rotation",
        "policy/watching.py",
        'listed.state != "associating" or key.was_on_link or watch is None:',
        'listed.state != "associating" or watch is None:',
        f"{WATCHING}::test_a_key_that_was_there_before_is_never_withdrawn",
    ),
    Mutant(
        Promise.SLOT,
        "a key is withdrawn though no other is associated",
        "policy/watching.py",
        "return other and link.encrypted and watch.up_for(now) > status_lag",
        "return link.encrypted and watch.up_for(now) > status_lag",
        f"{WATCHING}::test_may_withdraw[no other is associated]",
    ),
    Mutant(
        Promise.SLOT,
        "a key is withdrawn before the status must have caught up",
        "policy/watching.py",
        "return other and link.encrypted and watch.up_for(now) > status_lag",
        "return other and link.encrypted",
        f"{WATCHING}::test_may_withdraw[not up for long enough]",
    ),
)

MUTANTS = (*PROVING, *REMOVING, *SLOT)
