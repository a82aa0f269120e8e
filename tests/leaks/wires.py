"""Real adapters on real clients of the SDK, whose wire a test holds in its hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, IncompleteReadError, ReadTimeoutError

from agent.key_pairs import read_pair
from agent.task import RouterTask, parse_task
from dxmacsec.adapters.direct_connect import AwsDirectConnect
from dxmacsec.adapters.key_maker import KmsKeyMaker
from dxmacsec.adapters.key_secrets import AwsKeySecrets
from tests.leaks.search import planted

LINK = "dxcon-fg5678gh"
VERSION = "11111111-1111-4111-8111-111111111111"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:dxmacsec-RotateSecret"
ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1})

Wire = Callable[[str], tuple[int, str]]
"""What the other end does with the body of a request: the status and the body of its answer, or an exception."""


@cache
def _session() -> botocore.session.Session:
    session = botocore.session.Session()
    session.set_credentials("anybody", "anything")
    return session


def client(service: str, wire: Wire) -> Any:  # noqa: ANN401 - the SDK makes the class at run time
    """Return a client whose requests end in `wire`."""
    made = _session().create_client(service, region_name="us-east-1", config=ONCE)

    def send(request: Any, **_: object) -> AWSResponse:  # noqa: ANN401 - the SDK's own request
        body = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
        status, answer = wire(body)
        raw = SimpleNamespace(stream=lambda **_: iter([answer.encode()]))
        return AWSResponse(request.url, status, cast("Any", {"x-amzn-requestid": "1"}), cast("Any", raw))

    made.meta.events.register_first("before-send", cast("Any", send))
    return made


def associate(wire: Wire) -> None:
    """Associate the planted pair."""
    direct_connect = client("directconnect", wire)
    AwsDirectConnect(direct_connect, direct_connect).associate(LINK, planted())


def store(wire: Wire) -> None:
    """Store the planted pair in a key secret."""
    _key_secrets(wire).put(LINK, VERSION, planted(), frozenset({"DxNew"}))


def read(wire: Wire) -> object:
    """Read a pair from a key secret."""
    return _key_secrets(wire).pair(LINK, VERSION)


def make(wire: Wire) -> object:
    """Let KMS make a pair."""
    return KmsKeyMaker(client("kms", wire)).pair()


def read_by_the_agent(wire: Wire) -> object:
    """Read a pair as the router agent does."""
    return read_pair(client("secretsmanager", wire), install_task())


def _key_secrets(wire: Wire) -> AwsKeySecrets:
    return AwsKeySecrets(client("secretsmanager", wire), "dxmacsec/", "arn:aws:kms:us-east-1:1:key/1", ARN)


def task_body() -> dict[str, object]:
    """Return the message of an install task."""
    return {
        "schema": 1,
        "task": "install",
        "task_id": "rotation-1.install.0",
        "task_token": "token-1",
        "rotation": "rotation-1",
        "link": LINK,
        "link_kind": "connection",
        "ports": [LINK],
        "key_secret": f"dxmacsec/{LINK}",
        "version_id": VERSION,
        "ckn": "ab" * 32,
        "old_ckns": [],
        "deadline": "2026-01-02T03:04:05+00:00",
        "what": "Add this key.",
    }


def install_task() -> RouterTask:
    """Return the same task as the agent reads it."""
    return parse_task(json.dumps(task_body()))


WRITERS: Mapping[str, Callable[[Wire], None]] = {"associate": associate, "store": store}
READERS: Mapping[str, Callable[[Wire], object]] = {"read": read, "read by the agent": read_by_the_agent}


def quoting(status: int, code: str, change: Callable[[str], str] = str) -> Wire:
    """Refuse with a sentence that quotes the whole request."""
    return lambda body: (status, json.dumps({"__type": code, "message": f"refused: {change(body)}"}))


def raising(error: Callable[[str], BaseException]) -> Wire:
    """Fail on the way, knowing the request."""

    def fail(body: str) -> tuple[int, str]:
        raise error(body)

    return fail


def answering(text: str) -> Wire:
    """Answer 200 with a body."""
    return lambda _: (200, text)


TROUBLES: Mapping[str, Wire] = {
    "AWS quotes it": quoting(400, "DirectConnectClientException"),
    "AWS quotes it in capitals": quoting(400, "ValidationException", str.upper),
    "AWS fails and quotes it": quoting(500, "InternalFailure"),
    "AWS is slow and quotes it": quoting(400, "ThrottlingException"),
    "AWS denies and quotes it": quoting(400, "AccessDeniedException"),
    "a proxy's page quotes it": lambda body: (502, f"<html>{body}</html>"),
    "no answer in time": raising(lambda body: ReadTimeoutError(endpoint_url="https://x", error=body)),
    "the connection closes": raising(lambda body: ConnectionClosedError(endpoint_url="https://x", request=body)),
    "no connection": raising(lambda body: EndpointConnectionError(endpoint_url="https://x", error=body)),
    "half an answer": raising(lambda body: IncompleteReadError(actual_bytes=len(body), expected_bytes=1)),
    "the SDK has a defect": raising(lambda body: RuntimeError(f"can't send {body}")),
    "no memory": raising(MemoryError),
    "a key that is not there": raising(KeyError),
    "no such file": raising(lambda body: OSError(2, body)),
}


def stored(text: str) -> str:
    """Return Secrets Manager's answer with a version that holds a text."""
    return json.dumps({"Name": f"dxmacsec/{LINK}", "VersionId": VERSION, "SecretString": text})


def texts() -> Mapping[str, str]:
    """Return what a version may hold that is no pair, each with the planted CAK in it."""
    pair = planted()
    ckn, cak = pair.ckn, pair.cak.reveal()
    return {
        "half JSON": f'{{"ckn": "{ckn}", "cak": "{cak}"',
        "the CAK alone": cak,
        "a list": json.dumps([ckn, cak]),
        "a string": json.dumps(cak),
        "another field": json.dumps({"ckn": ckn, "cak": cak, "note": cak}),
        "the CAK as a field's name": json.dumps({"ckn": ckn, cak: cak}),
        "no CKN": json.dumps({"cak": cak}),
        "the CAK twice as long": json.dumps({"ckn": ckn, "cak": cak * 2}),
        "the CAK with a blank": json.dumps({"ckn": ckn, "cak": f" {cak}"}),
        "a nested CAK": json.dumps({"ckn": ckn, "cak": {"cak": cak}}),
        "the halves swapped": json.dumps({"ckn": f"{cak}0", "cak": ckn}),
        "YAML": f"ckn: {ckn}\ncak: {cak}\n",
    }
