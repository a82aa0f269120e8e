"""Breaks of the order of many accounts, of waves, and of what counts as seen while AWS throttles."""

from __future__ import annotations

from tests.mutants.mutant import Mutant, Promise

ORDER = "tests/unit/policy/test_organisation.py"
DRAWN = "tests/properties/test_organisation_properties.py"

MUTANTS = (
    Mutant(
        Promise.ONE,
        "two members rotate links of one spanning group side by side",
        "policy/organisation.py",
        "        if each.spanning and serving.setdefault(each.group, each.member) != each.member:\n",
        "        if each.spanning and serving.setdefault(each.group, each.member) is None:\n",
        f"{DRAWN}::test_no_two_members_of_a_spanning_group_are_in_one_wave",
    ),
    Mutant(
        Promise.ONE,
        "the partner of a link that is dark in another account is rotated",
        "policy/organisation.py",
        "                if not each.carries:\n",
        "                if not each.group:\n",
        f"{ORDER}::test_a_dark_link_may_be_rotated_itself_but_no_partner_of_it",
    ),
    Mutant(
        Promise.ONE,
        "a member that was never heard of keeps no spanning group waiting",
        "policy/organisation.py",
        "        unknown = (*self.unknown.get(due.group, ()), *self.unheard)\n",
        "        unknown = self.unknown.get(due.group, ())\n",
        f"{ORDER}::test_a_member_that_was_never_heard_of_keeps_every_spanning_group_waiting_until_it_speaks",
    ),
    Mutant(
        Promise.ONE,
        "a spanning group goes on after one of its links failed",
        "policy/organisation.py",
        "        if course.stopped or (due.spanning and due.group in course.failed_groups):\n",
        "        if course.stopped:\n",
        f"{ORDER}::test_whatever_the_deployer_chose_a_failure_stops_the_spanning_group_of_its_links",
    ),
    Mutant(
        Promise.ONE,
        "a member alone rotates a link whose partners are in other accounts",
        "policy/fleet.py",
        "    if not candidate.group.spanning or request.coordinated or request.by_hand:\n",
        "    if request.coordinated or request.by_hand or request.by_age:\n",
        "tests/unit/policy/test_fleet.py::test_a_link_of_a_spanning_group_is_rotated_by",
    ),
    Mutant(
        Promise.ONE,
        "two links of one group are in one wave",
        "policy/waves.py",
        "        queues.setdefault((each.group, each.declared), deque()).append((place, each.link))\n",
        "        queues.setdefault((each.link, each.declared), deque()).append((place, each.link))\n",
        "tests/properties/test_fleet_properties.py::test_a_wave_never_holds_two_of_one_group_nor_more_than_its_width",
    ),
    Mutant(
        Promise.PROVE,
        "a time in which nobody looked counts as a bake that held",
        "policy/watching.py",
        "    return replace(watch, started_at=watch.started_at + late) if late > longest_gap else watch\n",
        "    return watch if late > longest_gap else watch\n",
        "tests/unit/policy/test_watching.py::test_a_time_in_which_nobody_looked_is_none_of_the_bake",
    ),
    Mutant(
        Promise.MODE,
        "a line that nobody could look at counts as up all the while",
        "model/runs.py",
        "        unseen = longest_gap is not None and self.unseen_for(at) > longest_gap\n",
        "        unseen = longest_gap is not None and longest_gap < longest_gap\n",
        "tests/walk/test_throttled.py::test_must_encrypt_waits_for_the_whole_lag_after_the_throttling",
    ),
)
