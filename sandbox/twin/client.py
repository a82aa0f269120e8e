"""A client in boto3's shape over the twin: the real service model checks, no network is touched."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError
from botocore.validate import ParamValidator, ValidationErrors

from sandbox.twin.faults import TwinError

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.model import ServiceModel

    from sandbox.twin.service import DirectConnectTwin


@cache
def service_model() -> ServiceModel:
    """Return botocore's model of Direct Connect."""
    return botocore.session.get_session().get_service_model("directconnect")


class TwinClient:
    """A Direct Connect client whose other end is the twin."""

    def __init__(self, twin: DirectConnectTwin, principal: str = "someone") -> None:
        """Call `twin` in the name of `principal`."""
        self._twin = twin
        self._principal = principal
        self._operations = {xform_name(operation): operation for operation in twin.operations}

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        """Return the method of an operation, such as `associate_mac_sec_key`.

        Raises:
            AttributeError: the twin doesn't play it.
        """
        operations: dict[str, str] = self.__dict__.get("_operations", {})
        if name not in operations:
            raise AttributeError(name)

        def method(**parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - as boto3's methods
            return self._call(operations[name], parameters)

        return method

    def _call(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Validate, call, and answer as boto3 does.

        Raises:
            ParamValidationError: the parameters don't fit the service model.
            ClientError: Direct Connect answers with an error.
        """
        shape = service_model().operation_model(operation).input_shape
        report = ParamValidator().validate(parameters, shape) if shape else ValidationErrors()
        if report.has_errors():
            raise ParamValidationError(report=report.generate_report())
        try:
            answer = self._twin.call(operation, parameters, principal=self._principal)
        except TwinError as error:
            raise _client_error(error, operation) from error
        return {**answer, "ResponseMetadata": {"HTTPStatusCode": 200, "RetryAttempts": 0}}


def _client_error(error: TwinError, operation: str) -> ClientError:
    response: Any = {
        "Error": {"Code": error.code, "Message": error.message},
        "message": error.message,
        "ResponseMetadata": {"HTTPStatusCode": error.status, "RetryAttempts": 0},
    }
    return ClientError(response, operation)
