"""moto's own switches, and the state that it keeps for the whole process."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime

from moto.core.config import default_user_config
from moto.moto_api._internal.models import moto_api_backend

from sandbox.cloud.moto_patches.mending import private
from sandbox.cloud.vocabulary import Private


def configured() -> None:
    """Make machines execute and keep everything on this machine.

    `use_docker` only chooses moto's class of function, whose invocation is mended: no container is started.
    The parser's own log repeats a failing state's whole document at each of its levels.
    """
    logging.getLogger("moto.stepfunctions.parser").setLevel(logging.CRITICAL)
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    default_user_config["lambda"] = {"use_docker": True}
    os.environ["MOTO_EVENTS_INVOKE_HTTP"] = "false"


def forget_everything() -> None:
    """Empty every service, so that a sandbox starts in an account where nothing was done."""
    moto_api_backend.reset()


def stop_executions() -> None:
    """Abort every running execution, so that no thread outlives its sandbox."""
    for execution in running_executions():
        execution.stop(datetime.now(UTC), None, "the sandbox stopped")


def running_executions() -> list[Private]:
    """Return moto's executions that have not ended."""
    backends = private("moto.stepfunctions.parser.models").stepfunctions_parser_backends
    machines = [
        machine
        for regions in list(backends.values())
        for backend in list(regions.values())
        for machine in list(backend.state_machines)
    ]
    return [each for machine in machines for each in list(machine.executions) if each.status == "RUNNING"]
