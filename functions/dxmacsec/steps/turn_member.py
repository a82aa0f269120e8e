"""TurnMember: start a member's own machine, or its sweep, and look how it goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dxmacsec.interfaces import CoordinatorWorld
from dxmacsec.model import Verdict
from dxmacsec.organisation import Action, MemberRun, Turn
from dxmacsec.policy.organisation_turns import member_request, next_look, result_of_run, result_of_sweep

WAITING = "waiting"


def turn_member(turn: Turn, world: CoordinatorWorld) -> Turn:
    """Return the turn with its result, or `waiting` when the member's run goes on after `look_seconds`.

    Running it twice is safe: the run's name follows from the turn's, so that a repeat finds it started; a sweep
    sweeps again.

    Raises:
        Transient: AWS is slow, failed, or gave no answer.
        AccessDenied: the member has no role for the coordinator, or it does not let us.
        UnknownAnswer: any other refusal.
    """
    if turn.action is Action.SWEEP:
        return turn.ended(result_of_sweep(world.members.sweep(turn.run, turn.member)))
    started = world.clock.now()
    asked_at = turn.asked_at or started
    run = world.members.look(turn.run, turn.member, turn.name) if turn.asked_at else None
    if run is None:
        world.members.start(turn.run, turn.member, turn.name, member_request(turn))
    run = _looked(turn, run, world)
    if run is not None and not run.running:
        return turn.ended(result_of_run(run, turn.action))
    wait = next_look(world.clock.now() - asked_at)
    return replace(turn, asked_at=asked_at, verdict=Verdict(WAITING, "TurnRuns", "", wait))


def _looked(turn: Turn, run: MemberRun | None, world: CoordinatorWorld) -> MemberRun | None:
    """Look every `poll_seconds` until the run is over, for at most `look_seconds`.

    One that was just started may not be known at once: Step Functions describes executions with some delay.
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
    """
    until = world.clock.now() + timedelta(seconds=world.limits.look_seconds)
    while run is None or run.running:
        if world.clock.now() + timedelta(seconds=world.limits.poll_seconds) > until:
            return run
        world.clock.sleep(world.limits.poll_seconds)
        run = world.members.look(turn.run, turn.member, turn.name)
    return run
