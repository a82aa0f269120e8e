"""RotateSecret: the rotation function that Secrets Manager calls for a key secret."""

from __future__ import annotations

from collections.abc import Callable

from dxmacsec import errors
from dxmacsec.errors import BadInput, DxMacsecError
from dxmacsec.interfaces import World
from dxmacsec.model import Label
from dxmacsec.policy.end_words import ASKED_BY_SECRETS_MANAGER
from dxmacsec.policy.hearing import Heard
from dxmacsec.policy.labels import failed_version
from dxmacsec.policy.secret_rotation import Asked, ContractStep, SecretRequest, decide, left_behind, read_request
from dxmacsec.steps.locks import is_abandoned
from dxmacsec.steps.settling import move_labels


def rotate_secret(event: object, world: World) -> Heard:
    """Return what was done in one step of Secrets Manager's contract.

    Repeating any step is safe: a version that holds a pair keeps it, a rotation is found by its name,
    which is the token, and the last two steps only tell how it went. A rotation that did not end well
    leaves no AWSPENDING, so that the next request is not blocked.

    Raises:
        BadInput: the event is none of Secrets Manager's for a key secret.
        SecretNotRotating, VersionNotStaged, AlreadyRotating, KeyPairMissing: a guard of the contract.
        RotationStillRunning: the rotation is not over; Secrets Manager asks again.
        RotationNotDone: the rotation did not end well: Secrets Manager's has failed, too.
    """
    request = read_request(event)
    asked = gather(request, world)
    verdict = decide(asked)
    if verdict.next == "go":
        ACTIONS[request.step](asked, world)
        return Heard(asked.link, verdict.next, str(request.step))
    if verdict.next == "done":
        return Heard(asked.link, verdict.next, verdict.reason, verdict.sentence)
    if verdict.next == "refused" and asked.enabled and not (asked.rotating and asked.has_pair):
        move_labels(asked.link, left_behind(asked.versions, request.token), world)
    error: type[DxMacsecError] = getattr(errors, verdict.reason)
    raise error(verdict.sentence)


def gather(request: SecretRequest, world: World) -> Asked:
    """Read the key secret, the rotation of the token's name, and who else rotates the link now.

    Raises:
        BadInput: the secret is no key secret.
        KeyPairMissing: there is no such key secret.
    """
    link = world.key_secrets.link_of(request.secret_id)
    if link is None:
        message = "SecretId: expected a key secret of this stack, named after its link"
        raise BadInput(message)
    return Asked(
        request,
        link,
        enabled=world.key_secrets.rotates(link),
        versions=world.key_secrets.versions(link) or (),
        run=world.rotations.run(request.token),
        rotating=_rotating(link, request.token, world),
    )


def _rotating(link: str, token: str, world: World) -> str | None:
    owner = world.ledger.rotation_owner(link, None)
    if owner is None or owner.name == token or is_abandoned(owner, world):
        return None
    return owner.name


def _create(asked: Asked, world: World) -> None:
    """Give the token's version its pair: a failed one moves there with its labels, else a new one is made."""
    again = failed_version(asked.versions)
    pair = world.key_secrets.pair(asked.link, again.version_id) if again else world.key_maker.pair()
    moving = again.labels & {Label.FAILED, Label.NEW} if again else frozenset({Label.NEW})
    labels = frozenset({*moving, Label.PENDING, Label.ckn(pair.ckn)})
    world.key_secrets.put(asked.link, asked.request.token, pair, labels)


def _set(asked: Asked, world: World) -> None:
    """Start the rotation that is named by the token."""
    token = asked.request.token
    world.rotations.start(token, {"link": asked.link, "version_id": token, "reason": ASKED_BY_SECRETS_MANAGER})


ACTIONS: dict[ContractStep, Callable[[Asked, World], None]] = {
    ContractStep.CREATE: _create,
    ContractStep.SET: _set,
}
