"""Short waits for walks: every road is the same, and takes minutes instead of hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dxmacsec.model import MUST_ENCRYPT, SHOULD_ENCRYPT
from sandbox.twin import Estate, RouterBehaviour
from sandbox.twin import World as TwinWorld
from tests.walk.execution import Execution
from tests.walk.walker import Walker
from tests.walk.witness import Witness
from tests.worlds.estates import LINK, a_connection
from tests.worlds.scene import Scene, a_scene

FULL_CHAIN_ONLY = {"MakeRoom", "Room?", "WaitForRoom", "AskWhatIsInUse"}
QUICK: dict[str, Any] = {
    "bake": timedelta(seconds=60),
    "status_lag": timedelta(seconds=20),
    "look_seconds": 30,
}


@dataclass(frozen=True)
class Walk:
    """One link on a walk, with its witness."""

    scene: Scene
    walker: Walker
    witness: Witness
    link_id: str

    def rotate(self, **asked: Any) -> Execution:  # noqa: ANN401 - what a person types
        """Walk a rotation of the link to its end."""
        return self.walker.rotate(self.link_id, **asked)

    def start(self) -> Execution:
        """Start a rotation of the link."""
        return self.walker.start("rotate_key", {"link": self.link_id})

    def behave(self, **behaviour: Any) -> None:  # noqa: ANN401 - any field of RouterBehaviour
        """Let the router behave like that from now on; without a word, well."""
        self.scene.twin.router(self.link_id).behaviour = RouterBehaviour(**behaviour)

    def repair_router(self) -> None:
        """Let the router behave well, take off what it only pretended to hold, and clear the pause of that."""
        self.behave()
        self.scene.ledger.pauses.pop(self.link_id, None)
        router = self.scene.twin.router(self.link_id)
        for pair in self.scene.key_maker.made:
            router.remove(pair.ckn)

    def ckns(self) -> list[str]:
        """Return the CKNs that the link holds, without those that AWS only goes on listing."""
        return [key.ckn for key in self.scene.link(self.link_id).keys if key.held]

    def router_ckns(self) -> tuple[str, ...]:
        """Return the CKNs that are configured on the router."""
        return self.scene.twin.router(self.link_id).keys()

    def made(self, number: int = 0) -> str:
        """Return the CKN of the so-and-so-manieth pair that was made."""
        return self.scene.key_maker.made[number].ckn

    def labels(self, ckn: str) -> frozenset[str]:
        """Return the labels of a CKN's pair."""
        return self.scene.key_secrets.labels(self.link_id, ckn)

    def record(self) -> dict[str, Any]:
        """Return the last record that was written."""
        return list(self.scene.ledger.records.values())[-1]


def a_walk(
    estate: Estate | None = None,
    link_id: str = LINK,
    twin_world: TwinWorld | None = None,
    **limits: Any,  # noqa: ANN401 - any field of Limits
) -> Walk:
    """Put a walker and a witness on a link, with short waits."""
    scene = a_scene(estate or a_connection(), twin_world, **{**QUICK, **limits})
    walker = Walker(scene)
    return Walk(scene, walker, Witness(walker, link_id), link_id)


def a_walk_through(state: str) -> Walk:
    """Put a walker on a link whose rotation comes through a state: some need a full chain, one a mode to enforce."""
    mode = SHOULD_ENCRYPT if state == "EnforceEncryption" else MUST_ENCRYPT
    return a_walk(a_connection(keys=3 if state in FULL_CHAIN_ONLY else 1, mode=mode))


def disassociate(scene: Scene, link_id: str, ckn: str) -> None:
    """Remove a key as somebody in the console does."""
    key = scene.link(link_id).key(ckn)
    assert key is not None
    scene.twin.call("DisassociateMacSecKey", {"connectionId": link_id, "secretARN": key.secret_arn})
