"""What happens to each link: rotations told once, three at a time, and looked at by many tests."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from tests.workflow.deployed import Deployed, Ended
from tests.workflow.estate import INTERCONNECT, LAG, MEMBER

SIDE_BY_SIDE = 3
"""More at once only start more processes of the same functions."""

Story = Callable[[Deployed], tuple[Ended, ...]]


def rotated(link: str, **options: object) -> Story:
    """Return the story of one rotation."""
    return lambda deployed: (deployed.rotate(link, **options),)


def member(deployed: Deployed) -> tuple[Ended, ...]:
    """Rotate a LAG by the id of one of its members."""
    return (deployed.rotate(MEMBER),)


def urgent(deployed: Deployed) -> tuple[Ended, ...]:
    """Be refused while the key is an adopted one, rotate, then rotate again urgently."""
    link = "dxcon-urgent01"
    return deployed.rotate(link, urgent=True), deployed.rotate(link), deployed.rotate(link, urgent=True)


def version(deployed: Deployed) -> tuple[Ended, ...]:
    """Rotate, store a pair of one's own in the key secret, and rotate to it."""
    link = "dxcon-version1"
    first = deployed.rotate(link)
    stored = deployed.sandbox.client("secretsmanager").put_secret_value(
        SecretId=deployed.outputs["KeySecretPrefix"] + link,
        SecretString=json.dumps({"ckn": secrets.token_hex(32), "cak": secrets.token_hex(32)}),
        VersionStages=["HandMade"],
    )
    return first, deployed.rotate(link, version_id=stored["VersionId"])


def no_way_back(deployed: Deployed) -> tuple[Ended, ...]:
    """Delete the managed secret of the adopted key, be refused, and accept it."""
    link = "dxcon-nowayba1"
    (key,) = deployed.keys(link)
    deployed.sandbox.client("secretsmanager").delete_secret(SecretId=key["secretARN"], RecoveryWindowInDays=30)
    return deployed.rotate(link), deployed.rotate(link, accept_no_way_back=True)


def on_old_key(deployed: Deployed) -> tuple[Ended, ...]:
    """Fail with a router that never takes the key; then it is mended, and the key is rotated."""
    link = "dxcon-oldkey01"
    deployed.behave(link, takes_key=False)
    failed = deployed.rotate(link)
    deployed.behave(link)
    deployed.twin.router(link).remove(deployed.record(link, failed)["new_ckn"])
    return failed, deployed.rotate(link)


def falls_back(deployed: Deployed) -> tuple[Ended, ...]:
    """Rotate with a router that goes back to the old key in the bake."""
    link = "dxcon-fallbac1"
    deployed.behave(link, falls_back_after_seconds=1)
    return (deployed.rotate(link),)


def silent(deployed: Deployed) -> tuple[Ended, ...]:
    """Rotate with a router that never answers."""
    link = "dxcon-silent01"
    deployed.behave(link, answers="never")
    return (deployed.rotate(link),)


def restored(deployed: Deployed) -> tuple[Ended, ...]:
    """Rotate with a router that names the new key and is on the old one."""
    link = "dxcon-restore1"
    deployed.behave(link, loses_encryption_when_old_removed=True)
    return (deployed.rotate(link),)


def busy(deployed: Deployed) -> tuple[Ended, ...]:
    """Start a rotation and, while it runs, another one."""
    link = "dxcon-busylin1"
    first = deployed.start({"link": link})
    while not deployed.locks(link):
        assert len(deployed.history(first)) < 1000
    second = deployed.rotate(link)
    return deployed.ended(first), second


STORIES: dict[str, Story] = {
    "connection": rotated("dxcon-onekey01", reason="as the policy asks"),
    "LAG": member,
    "interconnect": rotated(INTERCONNECT),
    "onboarding": rotated("dxcon-nokeys01"),
    "no_encrypt": rotated("dxcon-noencry1"),
    "three keys": rotated("dxcon-three001"),
    "urgent": urgent,
    "version": version,
    "no way back": no_way_back,
    "on old key": on_old_key,
    "falls back": falls_back,
    "silent": silent,
    "restored": restored,
    "busy": busy,
}

LINKS = {
    "connection": "dxcon-onekey01",
    "LAG": LAG,
    "interconnect": INTERCONNECT,
    "onboarding": "dxcon-nokeys01",
    "no_encrypt": "dxcon-noencry1",
    "three keys": "dxcon-three001",
    "urgent": "dxcon-urgent01",
    "version": "dxcon-version1",
    "no way back": "dxcon-nowayba1",
    "on old key": "dxcon-oldkey01",
    "falls back": "dxcon-fallbac1",
    "silent": "dxcon-silent01",
    "restored": "dxcon-restore1",
    "busy": "dxcon-busylin1",
}


class Stories:
    """Tells stories in the background, each once; whoever asks for one waits for its end."""

    def __init__(self, deployed: Deployed) -> None:
        """Tell nothing yet."""
        self._deployed = deployed
        self._tellers = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="story")
        self._told: dict[str, Future[tuple[Ended, ...]]] = {}

    def begin(self, *names: str) -> None:
        """Begin the stories that were not begun before."""
        for name in names:
            if name not in self._told:
                self._told[name] = self._tellers.submit(STORIES[name], self._deployed)

    def __getitem__(self, name: str) -> tuple[Ended, ...]:
        """Return how the rotations of a story ended, the first one first."""
        self.begin(name)
        return self._told[name].result()

    def all_told(self) -> dict[str, tuple[Ended, ...]]:
        """Tell every story to its end."""
        self.begin(*STORIES)
        return {name: self[name] for name in STORIES}

    def settle(self) -> None:
        """Wait for the stories that were begun: nobody else rotates then."""
        for told in self._told.values():
            told.result()
