"""Reading from a request who calls which action on what, for the journal."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, unquote

from sandbox.cloud.journal import resources_in
from sandbox.cloud.wire import Environ

_SIGNED_SERVICE = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/([^/]+)/aws4_request")
_FUNCTION_PATH = re.compile(r"^/2015-03-31/functions/([^/]+)/invocations$")
_IMPORT_PATH = "/findings/import"
_RPC_PATH = re.compile(r"^/service/[^/]+/operation/(\w+)$")

_OBJECT_ACTIONS = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}


def observed(environ: Environ, body: bytes) -> tuple[str, str, tuple[str, ...]] | None:
    """Return service, action and resources of a signed AWS request; None of anything else."""
    signed = _SIGNED_SERVICE.search(environ.get("HTTP_AUTHORIZATION", ""))
    if signed is None:
        return None
    if signed[1] == "s3":
        return signed[1], *_on_bucket(environ)
    action, parameters = _action(environ, body)
    return signed[1], action, resources_in(parameters)


def _on_bucket(environ: Environ) -> tuple[str, tuple[str, ...]]:
    """Return action and ARN of a request to S3, which has both in method and path; others keep these as they are."""
    method, path = environ["REQUEST_METHOD"], unquote(environ.get("PATH_INFO", "/"))
    bucket, _, key = path.strip("/").partition("/")
    if key and method in _OBJECT_ACTIONS:
        return _OBJECT_ACTIONS[method], (f"arn:aws:s3:::{bucket}/{key}",)
    return f"{method} {path}", (f"arn:aws:s3:::{bucket}",) if bucket else ()


def _action(environ: Environ, body: bytes) -> tuple[str, dict[str, Any]]:
    path = unquote(environ.get("PATH_INFO", "/"))
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return target.rsplit(".", 1)[-1], _json(body)
    if "x-www-form-urlencoded" in environ.get("CONTENT_TYPE", ""):
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        return form.get("Action", ""), form
    if function := _FUNCTION_PATH.match(path):
        return "Invoke", {"FunctionName": function[1]}
    if path == _IMPORT_PATH:
        findings = _json(body).get("Findings") or [{}]
        return "BatchImportFindings", {"ProductArn": findings[0].get("ProductArn")}
    if rpc := _RPC_PATH.match(path):
        return rpc[1], {}
    return f"{environ['REQUEST_METHOD']} {path}", {}


def _json(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body or b"{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
