"""What Secrets Manager's errors mean for a key secret."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from dxmacsec.adapters.aws_errors import SdkError, error_code, error_text, translate
from dxmacsec.errors import KeyPairMissing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dxmacsec.errors import DxMacsecError

NOT_FOUND = "ResourceNotFoundException"
TAKEN = "ResourceExistsException"
WRONG_PARAMETER = "InvalidParameterException"
"""Said of a label change, among others, when the label is not on the version that it shall be taken from.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
"""
MARKED_DELETED = "InvalidRequestException"
"""On the calls that we make, the state that forbids them is a deletion that was scheduled.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
"""


@contextmanager
def key_secret_call(name: str, verb: str) -> Iterator[None]:
    """Translate the SDK's failures inside the block; `verb` says what was done to the key secret.

    Raises:
        KeyPairMissing: no such key secret or version, or it is scheduled for deletion.
        Transient: AWS is slow, failed, or gave no answer.
        AccessDenied: our role may not do it.
        UnknownAnswer: any other failure.
    """
    try:
        yield
    except SdkError as error:
        raise key_secret_error(error, name, verb) from error


def key_secret_error(error: BaseException, name: str, verb: str) -> DxMacsecError:
    """Return our error for a failed call about a key secret."""
    doing = f"{verb} the key secret {name}"
    code = error_code(error)
    if code == NOT_FOUND:
        return KeyPairMissing(f"{doing}: {error_text(error)}")
    if code == MARKED_DELETED:
        return KeyPairMissing(f"{doing}: {error_text(error)} {restoring(name)}")
    return translate(error, doing)


def scheduled_for_deletion(name: str) -> KeyPairMissing:
    """Return the error for a key secret that somebody is deleting."""
    return KeyPairMissing(f"the key secret {name} is scheduled for deletion. {restoring(name)}")


def restoring(name: str) -> str:
    """Return what a person types to bring a key secret back."""
    return f"To bring it back: aws secretsmanager restore-secret --secret-id {name}"
