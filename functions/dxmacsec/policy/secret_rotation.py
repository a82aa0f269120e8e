"""Secrets Manager's contract with a rotation function: what one call of it asks for, and may have.

Secrets Manager calls it in four steps, repeats them, and knows nothing of hours: so the function makes a
version and starts `RotateKey`, which moves the labels by itself, and the last two steps only tell how it went.
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dxmacsec.errors import BadInput
from dxmacsec.model import KeyVersion, Label, RotationRun, Verdict, without_keys
from dxmacsec.policy.labels import LabelMove, needed
from dxmacsec.policy.request import VERSION_ID


class ContractStep(StrEnum):
    """What Secrets Manager asks for, in the spelling of its events."""

    CREATE = "createSecret"
    SET = "setSecret"
    TEST = "testSecret"
    FINISH = "finishSecret"


SPELLINGS = {
    **{str(step): step for step in ContractStep},
    **{str(step).replace("Secret", "_secret"): step for step in ContractStep},
}
"""AWS's examples are called with `createSecret`, its manual writes `create_secret`."""


@dataclass(frozen=True, slots=True)
class SecretRequest:
    """One call of the rotation function; `token` is the id of the version that the rotation is about."""

    step: ContractStep
    secret_id: str
    token: str

    @property
    def shown(self) -> str:
        """Return the token as people may read it: whoever calls may have given a CAK for one."""
        return without_keys(self.token, 64)


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything that the answer to a call depends on, read before anything changes.

    `run` is the rotation that bears the token's name, `rotating` the name of another one that runs now.
    """

    request: SecretRequest
    link: str
    enabled: bool
    versions: tuple[KeyVersion, ...]
    run: RotationRun | None = None
    rotating: str | None = None

    @property
    def version(self) -> KeyVersion | None:
        """Return the token's version, if it carries any label."""
        return next((version for version in self.versions if version.version_id == self.request.token), None)

    @property
    def has_pair(self) -> bool:
        """Tell whether the token's version holds a pair: then its CKN is in its labels."""
        return self.version is not None and self.version.ckn is not None

    @property
    def only_tells(self) -> bool:
        """Tell whether the step changes nothing and only says how the rotation went."""
        return self.request.step in (ContractStep.TEST, ContractStep.FINISH)


def read_request(event: object) -> SecretRequest:
    """Read the event of one call.

    A `RotationToken` may be among its fields; it proves who calls across accounts, and this function is
    in the secret's own.
    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html

    Raises:
        BadInput: a field is missing or malformed; the message names it.
    """
    if not isinstance(event, Mapping):
        message = "event: expected an object with Step, SecretId and ClientRequestToken"
        raise BadInput(message)
    step, secret_id, token = (event.get(name) for name in ("Step", "SecretId", "ClientRequestToken"))
    if not isinstance(step, str) or step not in SPELLINGS:
        message = f"Step: expected one of {', '.join(SPELLINGS)}"
        raise BadInput(message)
    if not isinstance(secret_id, str) or not secret_id:
        message = "SecretId: expected the ARN of a key secret"
        raise BadInput(message)
    if not isinstance(token, str) or not VERSION_ID.fullmatch(token):
        message = "ClientRequestToken: expected a version id, 32 to 64 letters, digits or hyphens"
        raise BadInput(message)
    return SecretRequest(SPELLINGS[step], secret_id, token)


def decide(asked: Asked) -> Verdict:
    """Return the first rule's verdict: `done`, `running` or `refused`; else `go`: do what the step is for."""
    verdicts = (rule(asked) for rule in RULES)
    return next((verdict for verdict in verdicts if verdict), Verdict("go"))


def _refused(reason: str, sentence: str) -> Verdict:
    return Verdict("refused", reason, sentence)


def rotation_is_enabled(asked: Asked) -> Verdict | None:
    """A call for a secret without rotation is nobody's schedule."""
    if asked.enabled:
        return None
    return _refused("SecretNotRotating", f"Rotation is not enabled for the key secret of {asked.link}.")


def nothing_to_test(asked: Asked) -> Verdict | None:
    """Attaching the function calls testSecret with a version that has no value yet, and takes it away again.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
    """
    if asked.request.step is not ContractStep.TEST or asked.run is not None or asked.has_pair:
        return None
    return Verdict("done", "NothingToTest", f"Version {asked.request.shown} holds no pair yet.")


def version_is_there(asked: Asked) -> Verdict | None:
    """The token must be a version of the secret; one without any label is as good as deleted."""
    if asked.version is not None:
        return None
    return _refused("VersionNotStaged", f"The key secret of {asked.link} has no version {asked.request.shown}.")


def already_current(asked: Asked) -> Verdict | None:
    """`RotateKey` moved the labels: there is nothing left to do in any step."""
    if asked.version is None or not asked.version.has(Label.CURRENT):
        return None
    return Verdict("done", "AlreadyCurrent", f"Version {asked.request.shown} is AWSCURRENT.")


def rotation_tells(asked: Asked) -> Verdict | None:
    """The last two steps say what the rotation says."""
    if not asked.only_tells:
        return None
    run = asked.run
    if run is None:
        return _refused("RotationNotDone", f"No rotation {asked.request.shown} of {asked.link} was started.")
    if run.running:
        return Verdict("running", "RotationStillRunning", f"Rotation {run.name} of {asked.link} is not over yet.")
    if run.succeeded:
        return Verdict("done", "RotationDone", f"Rotation {run.name} of {asked.link} is done.")
    said = f"Rotation {run.name} of {asked.link} ended {run.status}, {run.error}: {run.cause}"
    return _refused("RotationNotDone", said)


def version_is_pending(asked: Asked) -> Verdict | None:
    """What is not staged is not to be rotated to."""
    if asked.version is not None and asked.version.has(Label.PENDING):
        return None
    return _refused("VersionNotStaged", f"Version {asked.request.shown} of {asked.link} is not AWSPENDING.")


def pair_was_made(asked: Asked) -> Verdict | None:
    """A repeated createSecret finds its pair; setSecret can't go before it."""
    step = asked.request.step
    if step is ContractStep.CREATE and asked.has_pair:
        return Verdict("done", "PairMade", f"Version {asked.request.shown} holds its pair already.")
    if step is ContractStep.SET and not asked.has_pair:
        return _refused("KeyPairMissing", f"Version {asked.request.shown} of {asked.link} holds no pair.")
    return None


def rotation_was_started(asked: Asked) -> Verdict | None:
    """A repeated setSecret finds the rotation, whatever became of it."""
    if asked.request.step is not ContractStep.SET or asked.run is None:
        return None
    return Verdict("done", "RotationFound", f"Rotation {asked.run.name} of {asked.link} is {asked.run.status}.")


def link_is_free(asked: Asked) -> Verdict | None:
    """A rotation that runs chooses its pair by the labels, so none is put under its hands."""
    if asked.request.step is not ContractStep.CREATE or asked.rotating is None:
        return None
    return _refused("AlreadyRotating", f"{asked.rotating} rotates {asked.link} now.")


RULES: tuple[Callable[[Asked], Verdict | None], ...] = (
    rotation_is_enabled,
    nothing_to_test,
    version_is_there,
    already_current,
    rotation_tells,
    version_is_pending,
    pair_was_made,
    rotation_was_started,
    link_is_free,
)


def left_behind(versions: tuple[KeyVersion, ...], token: str) -> tuple[LabelMove, ...]:
    """List the moves after which a refused or failed version does not block the next request.

    Secrets Manager refuses a rotation while AWSPENDING is on a version that is not AWSCURRENT. A pair that
    was made stays, to be used again.
    """
    version = next((version for version in versions if version.version_id == token), None)
    if version is None or version.labels & {Label.CURRENT, Label.IN_USE}:
        return ()
    moves = [LabelMove(token, Label.PENDING, on=False)]
    if version.has(Label.NEW):
        moves = [LabelMove(token, Label.FAILED, on=True), LabelMove(token, Label.NEW, on=False), *moves]
    return needed(versions, tuple(moves))
