"""Lambda: an invocation runs the deployed code; moto would start a container, or answer with a fixed text.

What breaks when moto moves: `LambdaFunction.invoke` and the properties that CloudFormation hands over.
"""

from __future__ import annotations

import base64
from typing import Any

from sandbox.cloud.function import Function
from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.vocabulary import Private


def mend(mends: Mends, hooks: Hooks) -> None:
    """Run functions through the sandbox's runtime, and keep the properties that the runtime needs."""
    function_class: Private = private("moto.awslambda.models").LambdaFunction

    def invoke(self: Private, body: Private, request_headers: Private, response_headers: Private) -> bytes:
        payload = body.encode() if isinstance(body, str) else (body or b"{}")
        if request_headers.get("x-amz-invocation-type", "RequestResponse") == "Event":
            hooks.invoke_later(described(self), payload)
            return b""
        invocation = hooks.invoke(described(self), payload)
        if invocation.error:
            response_headers["x-amz-function-error"] = invocation.error
        response_headers["x-amz-log-result"] = base64.b64encode(invocation.log_tail.encode()).decode()
        return invocation.payload

    mends.replace(function_class, "invoke", invoke)
    _keep_properties(mends, function_class)


def described(function: Private) -> Function:
    """Return one of moto's functions as the runtime needs to know it."""
    return Function(
        name=function.function_name,
        arn=function.function_arn,
        handler=function.handler,
        role=function.role,
        runtime=function.run_time,
        environment={name: str(value) for name, value in function.environment_vars.items()},
        timeout_seconds=int(function.timeout),
        memory_mb=int(function.memory_size),
        log_group=function.logs_group_name,
        code_sha256=function.code_sha_256,
        code=function.code_bytes,
        log_format=getattr(function, "log_format", "Text"),
        log_level=getattr(function, "log_level", None),
    )


def _keep_properties(mends: Mends, function_class: Private) -> None:
    create = function_class.create_from_cloudformation_json
    update = function_class.update_from_cloudformation_json

    def keep(function: Private, properties: dict[str, Any]) -> Private:
        logging_config = properties.get("LoggingConfig", {})
        function.logs_group_name = logging_config.get("LogGroup") or f"/aws/lambda/{function.function_name}"
        function.log_format = logging_config.get("LogFormat", "Text")
        function.log_level = logging_config.get("ApplicationLogLevel")
        function.architectures = properties.get("Architectures", ["x86_64"])
        function.tracing_config = properties.get("TracingConfig") or {"Mode": "PassThrough"}
        return function

    def create_whole(name: str, document: dict[str, Any], *args: Private, **kwargs: Private) -> Private:
        return keep(create(name, document, *args, **kwargs), document["Properties"])

    def update_whole(*, cloudformation_json: dict[str, Any], **kwargs: Private) -> Private:
        updated = update(cloudformation_json=cloudformation_json, **kwargs)
        return keep(updated, cloudformation_json["Properties"])

    mends.replace_classmethod(function_class, "create_from_cloudformation_json", create_whole)
    mends.replace_classmethod(function_class, "update_from_cloudformation_json", update_whole)
