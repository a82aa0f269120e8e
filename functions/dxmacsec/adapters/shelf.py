"""The coordinator's shelf: JSON in one bucket, and the files in which Step Functions leaves what came back of a Map.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from dxmacsec.adapters.aws_errors import aws_call
from dxmacsec.errors import UnknownAnswer
from dxmacsec.interfaces.organisation import Came
from dxmacsec.organisation import Shelved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

STATUSES = ("SUCCEEDED", "FAILED", "PENDING")
"""Where a manifest lists result files: turns that ended, that failed whole, and that never started."""


class ShelfClient(Protocol):
    """The two operations of S3 that the shelf needs."""

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str) -> Mapping[str, Any]:  # noqa: N803 - AWS's names
        """Write an object."""
        ...

    def get_object(self, *, Bucket: str, Key: str) -> Mapping[str, Any]:  # noqa: N803 - AWS's names
        """Read an object."""
        ...


class S3Shelf:
    """Objects of one bucket; each is written whole, so that a repeat writes the same."""

    def __init__(self, s3: ShelfClient, bucket: str) -> None:
        """Take a client of S3 and the bucket's name."""
        self._s3 = s3
        self._bucket = bucket

    def put(self, key: str, value: object) -> Shelved:
        """Put a JSON value on the shelf and return where it lies.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: our role may not write there.
        """
        body = json.dumps(value, separators=(",", ":")).encode()
        with aws_call(f"put {key} on the shelf"):
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")
        return Shelved(self._bucket, key)

    def get(self, key: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return the JSON value of a key.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: our role may not read there, or there is nothing and it may not know so.
            UnknownAnswer: there is no such object, or it holds no JSON.
        """
        with aws_call(f"take {key} from the shelf"):
            body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        try:
            return json.loads(body)
        except ValueError:
            message = f"take {key} from the shelf: it holds no JSON"
            raise UnknownAnswer(message) from None

    def results(self, came: Shelved) -> Iterator[Came]:
        """Yield what came back of each turn, one file of the manifest after the other.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            UnknownAnswer: the manifest names another bucket, or a file is none of Step Functions'.
        """
        manifest = self.get(came.key)
        if manifest.get("DestinationBucket", self._bucket) != self._bucket:
            message = f"take {came.key} from the shelf: it is about another bucket"
            raise UnknownAnswer(message)
        for status in STATUSES:
            for file in manifest["ResultFiles"].get(status, ()):
                for entry in self.get(file["Key"]):
                    yield _came(entry, file["Key"])


def _came(entry: Mapping[str, Any], key: str) -> Came:
    """Return what came back of one turn.

    Raises:
        UnknownAnswer: it has no input, or holds no JSON.
    """
    try:
        output = json.loads(entry["Output"]) if entry.get("Output") else None
        item = json.loads(entry["Input"])
    except (KeyError, TypeError, ValueError):
        message = f"take {key} from the shelf: an entry is not as Step Functions writes it"
        raise UnknownAnswer(message) from None
    return Came(item, output, str(entry.get("Error", "")), str(entry.get("Cause", "")))
