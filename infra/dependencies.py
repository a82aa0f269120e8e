"""The dependencies in the asset: from the hashed lock, cut to what runs on Lambda, cached by the lock."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from infra.byte_code import Interpreter, compile_all

# The services that functions make clients of; botocore's data of all others stays out of the asset.
SERVICES = (
    *("directconnect", "dynamodb", "events", "kms", "lambda", "s3", "secretsmanager", "securityhub"),
    *("sns", "sqs", "stepfunctions", "sts"),
)
RUNTIME_PYTHON = "3.13"
_NATIVE_SUFFIXES = frozenset({".so", ".pyd", ".dylib"})
# Never read by a client: metadata of pip, scripts, sample calls, and the data of boto3's resources.
_UNUSED = ("*.dist-info", "bin", "boto3/data", "boto3/examples", "botocore/data/*/*/examples-*")


class AssetError(RuntimeError):
    """The asset can't be built as it must be: pip refused, or something in it is not pure Python."""


def installed(lock: Path, cache: Path) -> Path:
    """Return the folder with the dependencies of `lock`, from the cache or freshly installed.

    Repeating and running twice at once are safe: a folder is complete before it gets its name, its name
    is the hash of everything that it is made from, and it is never changed afterwards.

    Raises:
        AssetError: if pip refuses, or a dependency is not pure Python.
    """
    recipe = hashlib.sha256(lock.read_bytes() + Path(__file__).read_bytes())
    folder = cache / f"dependencies-{recipe.hexdigest()[:16]}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            fresh = Path(scratch) / "dependencies"
            _install(lock, fresh)
            _trim(fresh)
            refuse_native_code(fresh)
            _publish(fresh, folder)
    return folder


def compiled(lock: Path, cache: Path, interpreter: Interpreter) -> Path:
    """Return the same folder with byte code of an interpreter, from the cache or freshly compiled.

    Repeating and running twice at once are safe, as with `installed`.

    Raises:
        AssetError: if pip refuses, or a dependency is not pure Python.
    """
    source = installed(lock, cache)
    folder = cache / f"{source.name}-{interpreter.release}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            fresh = Path(scratch) / "dependencies"
            shutil.copytree(source, fresh)
            compile_all(fresh, fresh, interpreter)
            _publish(fresh, folder)
    return folder


def _install(lock: Path, target: Path) -> None:
    # Only wheels of pure Python for the runtime's version match: the build machine's own doesn't matter.
    pure = ["--only-binary=:all:", "--python-version", RUNTIME_PYTHON, "--implementation", "py"]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--no-compile", "--require-hashes", *pure, "--abi", "none", "--platform", "any"]
    command += ["--target", str(target), "--requirement", str(lock)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  no shell, no input
    if outcome.returncode:
        message = f"pip could not install {lock.name}:\n{outcome.stderr}"
        raise AssetError(message)


def _trim(folder: Path) -> None:
    for pattern in _UNUSED:
        for unused in sorted(folder.glob(pattern)):
            _remove(unused)
    data = folder / "botocore" / "data"
    for service in sorted(path for path in data.iterdir() if path.is_dir()):
        if service.name not in SERVICES:
            shutil.rmtree(service)
    for model in sorted(data.glob("*/*/service-2.json.gz")):
        kept = undocumented(json.loads(gzip.decompress(model.read_bytes())))
        model.write_bytes(gzip.compress(json.dumps(kept, separators=(",", ":")).encode(), mtime=0))
    endpoints = data / "endpoints.json"
    kept = trimmed_endpoints(json.loads(endpoints.read_text()), _endpoint_prefixes(data))
    endpoints.write_text(json.dumps(kept, separators=(",", ":"), sort_keys=True))


def undocumented(model: Any) -> Any:  # noqa: ANN401 - any JSON
    """Empty a service model's documentation, most of its size: every client parses the whole model.

    A text under that name documents; a member of a structure that has this name is an object, and stays. The name
    itself stays: of what a client may be configured with (`clientContextParams`) the SDK asks for it.
    """
    if isinstance(model, list):
        return [undocumented(each) for each in model]
    if not isinstance(model, dict):
        return model
    return {
        name: "" if name == "documentation" and isinstance(it, str) else undocumented(it) for name, it in model.items()
    }


def trimmed_endpoints(endpoints: dict[str, Any], prefixes: frozenset[str]) -> dict[str, Any]:
    """Leave only the services with these endpoint prefixes in botocore's endpoint list.

    Every cold start parses the whole list, 1.2 MB for some 400 services.
    """
    partitions = [
        {
            **partition,
            "services": {name: at for name, at in partition["services"].items() if name in prefixes},
        }
        for partition in endpoints["partitions"]
    ]
    return {**endpoints, "partitions": partitions}


def _endpoint_prefixes(data: Path) -> frozenset[str]:
    models = [json.loads(gzip.decompress(path.read_bytes())) for path in data.glob("*/*/service-2.json.gz")]
    return frozenset(model["metadata"]["endpointPrefix"] for model in models)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def refuse_native_code(folder: Path) -> None:
    """Make sure that `folder` runs on every machine type.

    Raises:
        AssetError: if it holds a compiled module; all of them are named.
    """
    native = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix in _NATIVE_SUFFIXES)
    if native:
        message = f"not pure Python, so bound to one machine type: {', '.join(native)}"
        raise AssetError(message)


def _publish(fresh: Path, folder: Path) -> None:
    try:
        os.rename(fresh, folder)  # noqa: PTH104  Path.rename would do the same; this one is documented as atomic
    except OSError:
        if not folder.is_dir():
            raise
