from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from agent.credentials import Credential, CredentialError, Source, read_credential

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def vault() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="us-east-1")
        client.create_secret(Name="edge1", SecretString='{"user": "netops", "password": "hunter2"}')
        client.create_secret(Name="plain", SecretString="hunter2")
        yield client


def test_reads_a_secret_and_a_field_of_one(vault: Any) -> None:  # noqa: ANN401 - a client
    assert read_credential(Credential(Source.SECRET, "plain"), vault) == "hunter2"
    assert read_credential(Credential(Source.SECRET, "edge1", "password"), vault) == "hunter2"


def test_reads_the_environment(vault: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401 - a client
    monkeypatch.setenv("EDGE1", "hunter2")

    assert read_credential(Credential(Source.ENVIRONMENT, "EDGE1"), vault) == "hunter2"


def test_reads_a_file_without_its_line_end(vault: Any, tmp_path: Path) -> None:  # noqa: ANN401 - a client
    (tmp_path / "edge1").write_text("hunter2\n")

    assert read_credential(Credential(Source.FILE, str(tmp_path / "edge1")), vault) == "hunter2"


def test_a_file_that_is_no_utf_8_is_refused_and_not_repeated(vault: Any, tmp_path: Path) -> None:  # noqa: ANN401 - a client
    path = tmp_path / "edge1"
    path.write_bytes(b"hunter2\xe9\n")

    with pytest.raises(CredentialError, match="expected UTF-8") as caught:
        read_credential(Credential(Source.FILE, str(path)), vault)

    assert f"file {path}: " in str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@pytest.mark.parametrize(
    ("credential", "sentence"),
    [
        (Credential(Source.SECRET, "none"), "secret none: ResourceNotFoundException"),
        (Credential(Source.ENVIRONMENT, "NO_SUCH_VARIABLE"), "environment NO_SUCH_VARIABLE: it is not set"),
        (Credential(Source.FILE, "/nonexistent"), "file /nonexistent: FileNotFoundError"),
        (Credential(Source.SECRET, "plain", "password"), "secret plain: expected a JSON object"),
        (Credential(Source.SECRET, "edge1", "pin"), "with the text field pin"),
    ],
)
def test_says_where_it_looked_and_never_what_was_there(
    credential: Credential,
    sentence: str,
    vault: Any,  # noqa: ANN401 - a client
) -> None:
    with pytest.raises(CredentialError) as caught:
        read_credential(credential, vault)

    assert sentence in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(caught.value.__cause__)
