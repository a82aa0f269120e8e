"""Direct Connect's resiliency groups: which connections were declared to stand in for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.aws_errors import SdkError, error_code
from dxmacsec.adapters.direct_connect_errors import direct_connect_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_directconnect.client import DirectConnectClient

PAGE_SIZE = 100
GONE = frozenset({"deleted"})
LEFT = frozenset({"disassociated"})
UNKNOWN_OPERATION = "UnknownOperationException"
"""What an AWS JSON service answers to an operation that it doesn't have, as in a Region without these groups."""


def read_resiliency_groups(client: DirectConnectClient) -> dict[str, str]:
    """Return the group of each connection or LAG by its id; one on its way in or out still counts.

    Raises:
        Transient: AWS is slow, failed, or gave no answer.
    """
    try:
        groups = [group for group in _items(client.list_resiliency_groups) if group.get("state") not in GONE]
        return {
            _id_in(member["connectionArn"]): group["resiliencyGroupId"]
            for group in sorted(groups, key=lambda group: str(group["resiliencyGroupId"]), reverse=True)
            for member in _items(
                client.list_resiliency_group_associations, resiliencyGroupId=group["resiliencyGroupId"]
            )
            if member.get("state") not in LEFT
        }
    except SdkError as error:
        if error_code(error) == UNKNOWN_OPERATION:
            return {}
        raise direct_connect_error(error, "read the resiliency groups") from error


def _items(call: Callable[..., Any], **parameters: str) -> Iterator[Any]:
    token: dict[str, str] = {}
    while True:
        page = call(maxResults=PAGE_SIZE, **parameters, **token)
        yield from page.get("items", ())
        if not page.get("nextToken"):
            return
        token = {"nextToken": page["nextToken"]}


def _id_in(arn: str) -> str:
    return arn.rpartition("/")[2]
