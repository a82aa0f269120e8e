from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dxmacsec.adapters.shelf import S3Shelf
from dxmacsec.errors import UnknownAnswer
from dxmacsec.interfaces import Came
from dxmacsec.organisation import Shelved

if TYPE_CHECKING:
    from boto3 import Session

BUCKET = "dxmacsec-shelf"
PREFIX = "runs/run-1/results/5d1b"
ITEM = {"member": "111111111111/eu-west-1", "action": "ask"}


@pytest.fixture
def s3(aws: Session) -> Any:  # noqa: ANN401 - the SDK makes the class at run time
    client = aws.client("s3")
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture
def shelf(s3: Any) -> S3Shelf:  # noqa: ANN401 - see above
    return S3Shelf(s3, BUCKET)


def put(s3: Any, key: str, value: object) -> None:  # noqa: ANN401 - see above
    s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(value))


def a_manifest(bucket: str = BUCKET, **files: list[str]) -> dict[str, Any]:
    """Return a manifest as Step Functions writes it."""
    listed = {status: [{"Key": key, "Size": 1} for key in keys] for status, keys in files.items()}
    arn = "arn:aws:states:us-east-1:123456789012:mapRun:dxmacsec-RotateOrganisation/TurnMembers:1"
    return {
        "DestinationBucket": bucket,
        "MapRunArn": arn,
        "ResultFiles": {"FAILED": [], "PENDING": [], "SUCCEEDED": [], **listed},
    }


def an_entry(item: object = ITEM, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of an execution
    return {"ExecutionArn": "arn:child", "Name": "child", "Input": json.dumps(item), **more}


def test_what_is_put_on_the_shelf_is_taken_from_it_and_says_what_it_is(shelf: S3Shelf, s3: Any) -> None:  # noqa: ANN401
    shelved = shelf.put("runs/run-1/course-1.json", {"members": ["a/b"], "wave": 1.5, "none": None})

    assert shelved == Shelved(BUCKET, "runs/run-1/course-1.json")
    assert shelf.get(shelved.key) == {"members": ["a/b"], "wave": 1.5, "none": None}
    assert s3.get_object(Bucket=BUCKET, Key=shelved.key)["ContentType"] == "application/json"


def test_what_came_back_is_read_from_every_file_of_the_manifest(shelf: S3Shelf, s3: Any) -> None:  # noqa: ANN401
    done, lost, never = ({**ITEM, "member": f"{number}/r"} for number in range(3))
    put(s3, f"{PREFIX}/manifest.json", a_manifest(SUCCEEDED=["s0", "s1"], FAILED=["f0"], PENDING=["p0"]))
    put(s3, "s0", [an_entry(done, Output=json.dumps({"member": "0/r", "result": {}}), Status="SUCCEEDED")])
    put(s3, "s1", [])
    put(s3, "f0", [an_entry(lost, Error="States.Timeout", Cause="too long", Status="FAILED")])
    put(s3, "p0", [an_entry(never, Status="PENDING")])

    came = list(shelf.results(Shelved(BUCKET, f"{PREFIX}/manifest.json")))

    assert came == [
        Came(done, {"member": "0/r", "result": {}}),
        Came(lost, None, "States.Timeout", "too long"),
        Came(never, None),
    ]


def test_a_manifest_about_another_bucket_is_not_followed(shelf: S3Shelf, s3: Any) -> None:  # noqa: ANN401
    put(s3, f"{PREFIX}/manifest.json", a_manifest("somebody-elses", SUCCEEDED=["s0"]))

    with pytest.raises(UnknownAnswer, match="another bucket"):
        list(shelf.results(Shelved(BUCKET, f"{PREFIX}/manifest.json")))


@pytest.mark.parametrize("entry", [{}, {"Input": "{"}, {"Input": "{}", "Output": "{"}, {"Input": None}])
def test_a_file_that_is_none_of_step_functions_is_unknown(entry: dict[str, Any], shelf: S3Shelf, s3: Any) -> None:  # noqa: ANN401
    put(s3, f"{PREFIX}/manifest.json", a_manifest(SUCCEEDED=["s0"]))
    put(s3, "s0", [entry])

    with pytest.raises(UnknownAnswer, match="not as Step Functions writes it"):
        list(shelf.results(Shelved(BUCKET, f"{PREFIX}/manifest.json")))


def test_what_is_no_json_or_not_there_is_unknown(shelf: S3Shelf, s3: Any) -> None:  # noqa: ANN401
    s3.put_object(Bucket=BUCKET, Key="text", Body=b"no json")

    with pytest.raises(UnknownAnswer, match="holds no JSON"):
        shelf.get("text")
    with pytest.raises(UnknownAnswer, match="NoSuchKey"):
        shelf.get("nothing")
