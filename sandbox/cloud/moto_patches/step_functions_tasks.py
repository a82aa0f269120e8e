"""Step Functions tasks: JSONata, arguments in AWS's spelling, and calls made by the machine's own role.

What breaks when moto moves: `_eval_jsonata` (empty in moto), the text in which variables are declared,
`_normalise_parameters` and `_normalise_response` (empty in moto), `boto_client_for`.
"""

# ruff: noqa: SLF001 - what is private to moto is what this package is for

from __future__ import annotations

import functools
import pkgutil
from datetime import datetime
from typing import Any

import botocore.session
from botocore.model import OperationModel

from sandbox.cloud.account import account_of
from sandbox.cloud.jsonata_evaluator import ExpressionError, evaluate
from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.principals import role_name
from sandbox.cloud.vocabulary import Private

_ASL = "moto.stepfunctions.parser.asl"
_CALLERS = (
    "state_task.lambda_eval_utils",
    "state_map.item_reader.eval.resource_eval_s3",
    "state_map.result_writer.resource_eval.resource_eval_s3",
)
"""Where else than in the services' modules clients are made."""
_SERVICES = f"{_ASL}.component.state.exec.state_task.service"


def mend(mends: Mends, hooks: Hooks) -> None:
    """Make task states work as AWS documents them."""
    _evaluate_jsonata(mends)
    _spell_as_boto(mends)
    _remember_parents(mends)
    _accept_early_signs(mends)
    _call_as_role(mends, hooks)


def _evaluate_jsonata(mends: Mends) -> None:
    jsonata, states = private(f"{_ASL}.jsonata.jsonata"), private(f"{_ASL}.eval.states")
    store = private(f"{_ASL}.eval.variable_store")
    strings = private(f"{_ASL}.component.common.string.string_expression")
    mends.replace(jsonata, "_eval_jsonata", evaluate)
    for module in (jsonata, states, store):
        mends.replace(module, "encode_jsonata_variable_declarations", _declarations)
    mends.replace(strings, "get_intrinsic_functions_declarations", lambda **_: "")
    for kind in (strings.StringJSONata, strings.StringVariableSample):
        mends.replace(kind, "_eval_body", _failing_as_query_error(kind._eval_body))


def _declarations(bindings: dict[str, Any]) -> str:
    """Declare variables as JSON; moto writes strings between bare quotes, which a quote inside breaks."""
    to_json = private(f"{_ASL}.utils.encoding").to_json_str
    return "".join(f"{name}:={to_json(value, separators=(',', ':'))};" for name, value in bindings.items())


def _failing_as_query_error(evaluate_body: Private) -> Private:
    """Let a failing expression fail its state by the name that AWS gives it, so that a Catch matches."""
    failures = private(f"{_ASL}.component.common.error_name.failure_event")
    names = private(f"{_ASL}.component.common.error_name.states_error_name")
    kinds = private(f"{_ASL}.component.common.error_name.states_error_name_type").StatesErrorNameType
    api = private("moto.stepfunctions.parser.api")

    @functools.wraps(evaluate_body)
    def body(self: Private, env: Private) -> None:
        try:
            evaluate_body(self, env)
        except ExpressionError as error:
            name = names.StatesErrorName(typ=kinds.StatesQueryEvaluationError)
            details = {"evaluationFailedEventDetails": {"cause": str(error), "error": name.error_name}}
            kind = api.HistoryEventType.EvaluationFailed
            event = failures.FailureEvent(env=env, error_name=name, event_type=kind, event_details=details)
            raise failures.FailureEventException(failure_event=event) from error

    return body


@functools.cache
def _operation(service: str, action: str) -> OperationModel | None:
    """Return botocore's model of an operation given in snake case, if the service has it."""
    model = botocore.session.get_session().get_service_model(service)
    plain = action.replace("_", "").lower()
    names = [name for name in model.operation_names if name.lower() == plain]
    return model.operation_model(names[0]) if names else None


def _spell_as_boto(mends: Mends) -> None:
    service: Private = private(f"{_SERVICES}.state_task_service").StateTaskService

    def shapes(task: Private, boto_service: str | None, action: str | None) -> OperationModel | None:
        return _operation(task._get_boto_service_name(boto_service), task._get_boto_service_action(action))

    def parameters(
        self: Private,
        parameters: dict[str, Any],
        boto_service_name: Private = None,
        service_action_name: Private = None,
    ) -> None:
        model = shapes(self, boto_service_name, service_action_name)
        if model is not None and model.input_shape is not None:
            self._to_boto_request(parameters, model.input_shape)

    def response(
        self: Private, response: Private, boto_service_name: Private = None, service_action_name: Private = None
    ) -> None:
        model = shapes(self, boto_service_name, service_action_name)
        if model is not None and model.output_shape is not None:
            self._from_boto_response(response, model.output_shape)
            _render_moments(response)

    mends.replace(service, "_normalise_parameters", parameters)
    mends.replace(service, "_normalise_response", response)


def _render_moments(value: Private) -> None:
    """Replace the moments that boto3 parsed by milliseconds: a state's output is JSON.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
    """
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in list(members):
        if isinstance(member, datetime):
            value[key] = int(member.timestamp() * 1000)
        _render_moments(member)


def _remember_parents(mends: Mends) -> None:
    """Note on a nested execution who waits for it, so that stopping the parent stops it too."""
    nested: Private = private(f"{_SERVICES}.state_task_service_sfn").StateTaskServiceSfn
    backends: Private = private("moto.stepfunctions.parser.models").stepfunctions_parser_backends
    for resolver in ("_build_sync_resolver", "_build_sync2_resolver"):
        build = getattr(nested, resolver)

        def noting(self: Private, env: Private, build: Private = build, **kwargs: Private) -> Private:
            context = env.states.context_object.context_object_data["Execution"]["Id"]
            child_arn = env.stack[-1]["ExecutionArn"]
            _, _, _, region, account, *_ = child_arn.split(":")
            backends[account][region].describe_execution(child_arn).sync_parent = context
            return build(self, env, **kwargs)

        mends.replace(nested, resolver, noting)


def _accept_early_signs(mends: Mends) -> None:
    """Take a heartbeat or an answer as soon as the token is out, for an agent is often quicker than moto.

    Until the task's call has returned, moto refuses heartbeats, and forgets to look at an answer that came.
    """
    endpoint: Private = private(f"{_ASL}.eval.callback.callback").CallbackEndpoint
    notify, set_up = endpoint.notify_heartbeat, endpoint.setup_heartbeat_endpoint

    def setup_heartbeat_endpoint(self: Private, heartbeat_seconds: int) -> Private:
        heartbeats = set_up(self, heartbeat_seconds)
        if self.get_outcome() is not None:
            heartbeats.notify()
        return heartbeats

    def notify_heartbeat(self: Private) -> bool:
        return bool(notify(self)) or self.get_outcome() is None

    mends.replace(endpoint, "notify_heartbeat", notify_heartbeat)
    mends.replace(endpoint, "setup_heartbeat_endpoint", setup_heartbeat_endpoint)


def _call_as_role(mends: Mends, hooks: Hooks) -> None:
    """Make each task's client with the state machine's role, in its account; moto has one made-up key for all."""

    def client_for(region: str, service: str, state_credentials: Private) -> Private:
        del region
        role_arn = state_credentials.role_arn
        return hooks.client_for(service, role_name(role_arn), account_of(role_arn))

    package = private(_SERVICES)
    modules = [private(f"{_SERVICES}.{each.name}") for each in pkgutil.iter_modules(package.__path__)]
    modules += [private(f"{_ASL}.component.state.exec.{name}") for name in _CALLERS]
    for module in modules:
        if hasattr(module, "boto_client_for"):
            mends.replace(module, "boto_client_for", client_for)
