"""Step Functions: machines from CloudFormation that run, in JSONata, as their role, and that can be stopped.

What breaks when moto moves: the two backends (only the parser one executes), the empty `_normalise_*`
methods, the name `None` of unnamed executions, `DefinitionSubstitutions`, the lost cause of a failed task.
"""

# ruff: noqa: SLF001 - what is private to moto is what this package is for

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import Any

from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.vocabulary import Private

_PARSER = "moto.stepfunctions.parser"
SYNC_POLL_SECONDS = 0.1
"""How often a `.sync` task looks at its nested execution; moto's half second is long in a sandbox."""


def mend(mends: Mends, hooks: Hooks) -> None:
    """Make state machines execute."""
    del hooks
    _execute_everywhere(mends)
    _name_executions(mends)
    _stop_for_real(mends)
    _keep_failure_causes(mends)
    _define_from_template(mends)
    callback = private(f"{_PARSER}.asl.component.state.exec.state_task.service.state_task_service_callback")
    mends.replace(callback, "_DELAY_SECONDS_SYNC_CONDITION_CHECK", SYNC_POLL_SECONDS)


def _execute_everywhere(mends: Mends) -> None:
    """Use the executing backend for CloudFormation and the API alike."""
    executing = private(f"{_PARSER}.models").stepfunctions_parser_backends
    mends.replace(private("moto.stepfunctions.models"), "stepfunctions_backends", executing)
    backend: Private = private(f"{_PARSER}.models").StepFunctionsParserBackend
    find = backend._get_executions

    def started(self: Private, execution_status: Private = None) -> list[Any]:
        """Leave out executions whose thread has no environment yet: no token can be theirs."""
        return [each for each in find(self, execution_status) if each.exec_worker.env is not None]

    mends.replace(backend, "_get_executions", started)


def _name_executions(mends: Mends) -> None:
    backend: Private = private(f"{_PARSER}.models").StepFunctionsParserBackend
    start = backend.start_execution

    def start_execution(
        self: Private, state_machine_arn: str, name: str | None = None, execution_input: str | None = None
    ) -> Private:
        return start(self, state_machine_arn, name or str(uuid.uuid4()), execution_input or "{}")

    mends.replace(backend, "start_execution", start_execution)


def _stop_for_real(mends: Mends) -> None:
    """Give StopExecution its error and cause, and stop nested executions with their parent."""
    responses: Private = private("moto.stepfunctions.responses")
    environment: Private = private(f"{_PARSER}.asl.eval.environment").Environment
    stopped = private(f"{_PARSER}.asl.eval.program_state").ProgramStopped
    set_error = environment.set_error

    def stay_stopped(self: Private, error: Private) -> None:
        """Ignore what fails after the stop: the interrupted task does."""
        if not isinstance(self.program_state(), stopped):
            set_error(self, error)

    mends.replace(environment, "set_error", stay_stopped)

    def stop_execution(self: Private) -> Private:
        arn, error, cause = (self._get_param(name) for name in ("executionArn", "error", "cause"))
        execution = self.stepfunction_backend.describe_execution(arn)
        execution.stop(datetime.now(UTC), error, cause)
        for child in _children(self.stepfunction_backend, arn):
            child.stop(datetime.now(UTC), None, None)
        return responses.ActionResult({"stopDate": execution.stop_date})

    mends.replace(responses.StepFunctionResponse, "stop_execution", stop_execution)


def _children(backend: Private, parent_arn: str) -> list[Any]:
    """Return running executions that a `.sync` task of the parent waits for, at any depth."""
    running = [each for machine in backend.state_machines for each in machine.executions]
    children = [each for each in running if each.status == "RUNNING" and getattr(each, "sync_parent", "") == parent_arn]
    return children + [deeper for child in children for deeper in _children(backend, child.exec_arn)]


def _keep_failure_causes(mends: Mends) -> None:
    """Pass the cause of SendTaskFailure on; moto drops it."""
    responses: Private = private("moto.stepfunctions.responses")

    def send_task_failure(self: Private) -> Private:
        token, error, cause = (self._get_param(name) for name in ("taskToken", "error", "cause"))
        self.stepfunction_backend.send_task_failure(token, error=error, cause=cause)
        return responses.EmptyResult()

    mends.replace(responses.StepFunctionResponse, "send_task_failure", send_task_failure)


def substituted(definition: str, substitutions: dict[str, Any]) -> str:
    """Fill the `${name}` placeholders of a definition, as CloudFormation does.

    A placeholder that has no substitution stays, as it does on AWS.
    """
    return re.sub(r"\$\{(\w+)\}", lambda found: str(substitutions.get(found[1], found[0])), definition)


def _define_from_template(mends: Mends) -> None:
    machine: Private = private("moto.stepfunctions.models").StateMachine
    create, update = machine.create_from_cloudformation_json, machine.update_from_cloudformation_json
    get_attribute, has_attribute = machine.get_cfn_attribute, machine.has_cfn_attr

    def fill(document: dict[str, Any]) -> dict[str, Any]:
        properties = dict(document["Properties"])
        substitutions = properties.pop("DefinitionSubstitutions", {})
        properties["DefinitionString"] = substituted(properties["DefinitionString"], substitutions)
        return {**document, "Properties": properties}

    def create_filled(name: str, document: dict[str, Any], *args: Private, **kwargs: Private) -> Private:
        return create(name, fill(document), *args, **kwargs)

    def update_filled(original_resource: Private, cloudformation_json: Private, **kwargs: Private) -> Private:
        document = fill(cloudformation_json)
        return update(original_resource=original_resource, cloudformation_json=document, **kwargs)

    def get_arn_too(self: Private, name: str) -> Private:
        return self.arn if name == "Arn" else get_attribute(self, name)

    mends.replace_classmethod(machine, "create_from_cloudformation_json", create_filled)
    mends.replace_classmethod(machine, "update_from_cloudformation_json", update_filled)
    mends.replace(machine, "get_cfn_attribute", get_arn_too)
    mends.replace_classmethod(machine, "has_cfn_attr", lambda name: name == "Arn" or has_attribute(name))
