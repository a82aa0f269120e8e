"""Lambda: an invocation runs the deployed code; moto would start a container, or answer with a fixed text.

What breaks when moto moves: `LambdaFunction.invoke` and the properties that CloudFormation hands over.
"""

from __future__ import annotations

import base64
import threading
from typing import Any

from sandbox.cloud.function import Function
from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private


def mend(mends: Mends, hooks: Hooks) -> None:
    """Run functions through the sandbox's runtime, and keep the properties that the runtime needs."""
    function_class: Any = private("moto.awslambda.models").LambdaFunction

    def invoke(self: Any, body: Any, request_headers: Any, response_headers: Any) -> bytes:
        payload = body.encode() if isinstance(body, str) else (body or b"{}")
        if request_headers.get("x-amz-invocation-type", "RequestResponse") == "Event":
            threading.Thread(target=hooks.invoke, args=(_described(self), payload), daemon=True).start()
            return b""
        invocation = hooks.invoke(_described(self), payload)
        if invocation.error:
            response_headers["x-amz-function-error"] = invocation.error
        response_headers["x-amz-log-result"] = base64.b64encode(invocation.log_tail.encode()).decode()
        return invocation.payload

    mends.replace(function_class, "invoke", invoke)
    _keep_properties(mends, function_class)


def _described(function: Any) -> Function:
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
    )


def _keep_properties(mends: Mends, function_class: Any) -> None:
    create = function_class.create_from_cloudformation_json
    update = function_class.update_from_cloudformation_json

    def keep(function: Any, properties: dict[str, Any]) -> Any:
        function.logs_group_name = (
            properties.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{function.function_name}"
        )
        function.architectures = properties.get("Architectures", ["x86_64"])
        function.tracing_config = properties.get("TracingConfig") or {"Mode": "PassThrough"}
        return function

    def create_whole(cls: Any, name: str, document: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        return keep(create(name, document, *args, **kwargs), document["Properties"])

    def update_whole(cls: Any, *, cloudformation_json: dict[str, Any], **kwargs: Any) -> Any:
        updated = update(cloudformation_json=cloudformation_json, **kwargs)
        return keep(updated, cloudformation_json["Properties"])

    mends.replace(function_class, "create_from_cloudformation_json", classmethod(create_whole))
    mends.replace(function_class, "update_from_cloudformation_json", classmethod(update_whole))
