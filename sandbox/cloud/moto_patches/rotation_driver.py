"""One rotation as Secrets Manager drives it: four steps, all of them again after a failure, then it gives up.

How often AWS repeats is not documented; here it is a few times with growing pauses.
What breaks when moto moves: the fields of a secret and of its versions.
"""

from __future__ import annotations

import json
import threading
import time
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.cloud.account import account_of
from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.secret_trail import rotation_event
from sandbox.cloud.vocabulary import Private

STEPS: Final = ("createSecret", "setSecret", "testSecret", "finishSecret")
CALLER: Final = "secretsmanager.amazonaws.com"
PAUSES_SECONDS: Final = (1, 2, 4, 8, 16, 16)
"""Between the repeats of a failed rotation: long enough for one in the sandbox to end meanwhile."""


class RotationDriver:
    """Rotates one secret to one token; a second one for the same token while it runs does nothing."""

    def __init__(self, hooks: Hooks, secret: Private, token: str) -> None:
        """Take one of moto's secrets, and the id of the version that comes."""
        self._hooks, self._secret, self._token = hooks, secret, token

    def begins(self) -> bool:
        """Return whether nobody drives this token yet; from now on this one does."""
        driven: set[str] = self._secret.__dict__.setdefault("driven_tokens", set())
        if self._token in driven:
            return False
        driven.add(self._token)
        return True

    def rotate(self, stopping: threading.Event) -> None:
        """Run the steps until they succeed, a newer version comes, or the patience is over."""
        before = self._current()
        self._stage()
        self._tell("RotationStarted")
        for pause in (*PAUSES_SECONDS, None):
            failure = self._failure_of(STEPS)
            if failure is None:
                self._secret.last_rotation_date = int(time.time())
                self._tell("RotationSucceeded")
                break
            self._tell("RotationFailed", failure)
            if pause is None or stopping.wait(pause) or self._abandons(before):
                break
        self._secret.driven_tokens.discard(self._token)

    def test(self, stopping: threading.Event) -> None:
        """Run the one step that tries a configuration, with an empty version that goes away again."""
        if not stopping.is_set():
            self._stage()
            failure = self._failure_of(("testSecret",))
            if failure is not None:
                self._tell("RotationFailed", failure)
            self._unstage()
        self._secret.driven_tokens.discard(self._token)

    def _stage(self) -> None:
        """Add the version that createSecret will fill; a version that is there keeps its value."""
        fresh = {"createdate": int(time.time()), "version_id": self._token, "version_stages": []}
        labels = self._secret.versions.setdefault(self._token, fresh)["version_stages"]
        if "AWSPENDING" not in labels and "AWSCURRENT" not in labels:
            self._secret.remove_version_stages_from_old_versions(["AWSPENDING"])
            labels.append("AWSPENDING")

    def _unstage(self) -> None:
        version = self._secret.versions[self._token]
        if "secret_string" not in version:
            self._secret.versions.pop(self._token)

    def _abandons(self, before: str | None) -> bool:
        """Give up once somebody wrote a new AWSCURRENT version meanwhile, and take AWSPENDING back.

        https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
        """
        if self._current() in (before, self._token):
            return False
        labels = self._secret.versions[self._token]["version_stages"]
        if "AWSPENDING" in labels:
            labels.remove("AWSPENDING")
        self._tell("RotationAbandoned")
        return True

    def _current(self) -> str | None:
        versions = list(self._secret.versions)
        return next((each for each in versions if "AWSCURRENT" in labels_of_version(self._secret, each)), None)

    def _failure_of(self, steps: tuple[str, ...]) -> str | None:
        """Call the function for each step; return what a failed one is called, None when all went well."""
        client = self._hooks.client_for("lambda", CALLER, account_of(self._secret.arn))
        function = self._secret.rotation_lambda_arn
        for step in steps:
            event = {"Step": step, "SecretId": self._secret.arn, "ClientRequestToken": self._token}
            try:
                answer = client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
            except (ClientError, BotoCoreError):
                return f"Lambda {function} could not be invoked for {self._secret.arn} during {step} step"
            if "FunctionError" in answer:
                return f"Error when executing lambda {function} for {self._secret.arn} during {step} step"
        return None

    def _tell(self, name: str, message: str = "") -> None:
        self._hooks.publish(rotation_event(name, self._secret.arn, self._token, message))


def labels_of_version(secret: Private, version_id: str) -> set[str]:
    """Return the labels of a version of one of moto's secrets; none of one that is gone."""
    version = secret.versions.get(version_id)
    return set(version["version_stages"]) if version else set()
