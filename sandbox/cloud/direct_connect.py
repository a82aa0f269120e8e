"""Direct Connect's wire protocol in front of the twin: AWS JSON 1.1.

https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
"""

from __future__ import annotations

import json
import uuid
from functools import cache
from typing import TYPE_CHECKING, Final

import botocore.session
from botocore.validate import ParamValidator

from sandbox.cloud.vocabulary import Json
from sandbox.cloud.wire import Answer
from sandbox.twin.faults import TwinError

if TYPE_CHECKING:
    from sandbox.twin import DirectConnectTwin

TARGET_PREFIX: Final = "OvertureService."
"""What X-Amz-Target begins with; the targetPrefix of botocore's service model."""

_CONTENT_TYPE = "application/x-amz-json-1.1"


@cache
def _model() -> Json:
    return botocore.session.get_session().get_service_model("directconnect")


def answer(twin: DirectConnectTwin, target: str, body: bytes, principal: str) -> Answer:
    """Answer one request, as the service would: with an error's document where it refuses."""
    operation = target.removeprefix(TARGET_PREFIX)
    if operation not in twin.operations:
        return _error("UnknownOperationException", f"Unknown operation {operation}", 400)
    try:
        parameters = json.loads(body or b"{}")
    except ValueError:
        return _error("SerializationException", "The request body is no JSON", 400)
    if wrong := _wrong_fields(operation, parameters):
        return _error("ValidationException", wrong, 400)
    try:
        document = twin.call(operation, parameters, principal=principal)
    except TwinError as error:
        return _error(error.code, error.message, error.status)
    return Answer(document, 200, _headers(), _CONTENT_TYPE)


def _wrong_fields(operation: str, parameters: Json) -> str:
    """Say which fields are wrong and how, without their values: one of them may be a CAK."""
    shape = _model().operation_model(operation).input_shape
    if shape is None:
        return ""
    report = ParamValidator().validate(parameters, shape)
    found = sorted(f"{name.strip('.') or 'request'}: {problem}" for problem, name, _ in report._errors)  # noqa: SLF001
    return "; ".join(found)


def _error(code: str, message: str, status: int) -> Answer:
    return Answer({"__type": code, "message": message}, status, _headers(), _CONTENT_TYPE)


def _headers() -> dict[str, str]:
    return {"x-amzn-RequestId": str(uuid.uuid4())}
