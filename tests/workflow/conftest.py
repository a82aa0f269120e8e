"""The deployed product, with routers that answer, shared by all workflow tests of one kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud import Sandbox
from sandbox.cloud.deploy import synthesise
from sandbox.cloud.product import context
from sandbox.routers import answering
from tests.conftest import OneSandbox
from tests.workflow.deployed import Deployed
from tests.workflow.estate import ESTATE
from tests.workflow.messages import Messages
from tests.workflow.stories import LINKS, STORIES, Stories


@dataclass
class Scene:
    """A deployed product with what is told about it, and every message that left it."""

    deployed: Deployed
    stories: Stories
    messages: Messages


@dataclass
class Scenes:
    """Makes each kind of deployment once in a session: another one ends it."""

    place: OneSandbox
    folder: Path
    assemblies: dict[str, Path] = field(default_factory=dict)
    scene: Scene | None = None

    def of(self, router_mode: str) -> Scene:
        """Return the product deployed with a router mode, deployed anew where another one ran in between."""
        before = self.scene.deployed.sandbox if self.scene else None
        sandbox = self.place.of(
            f"workflow-{router_mode}", lambda: Sandbox(estate=ESTATE, assembly=self._made(router_mode))
        )
        if self.scene is None or sandbox is not before:
            messages = Messages(sandbox)
            if router_mode == "agent":
                answering(sandbox)
            deployed = Deployed(sandbox)
            self.scene = Scene(deployed, Stories(deployed), messages)
        return self.scene

    def _made(self, router_mode: str) -> Path:
        if router_mode not in self.assemblies:
            chosen = context({"dxmacsec": {"router_mode": router_mode}})
            self.assemblies[router_mode] = synthesise(self.folder / router_mode, chosen)
        return self.assemblies[router_mode]


@pytest.fixture(scope="session")
def scenes(one_sandbox: OneSandbox, tmp_path_factory: pytest.TempPathFactory) -> Scenes:
    """Return the maker of deployments."""
    return Scenes(one_sandbox, tmp_path_factory.mktemp("assemblies"))


@pytest.fixture
def scene(scenes: Scenes, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """Return the product with routers that an agent drives; the stories that this session needs are begun."""
    made = scenes.of("agent")
    made.stories.begin(*_needed(request.session.items))
    yield made
    made.messages.take()


@pytest.fixture
def deployed(scene: Scene) -> Deployed:
    """Return the product as a person sees it."""
    return scene.deployed


@pytest.fixture
def stories(scene: Scene) -> Stories:
    """Return what happened to each link."""
    return scene.stories


@pytest.fixture
def alone(scene: Scene) -> Deployed:
    """Return the product while no story is being told: for tests that change the world of all links."""
    scene.stories.settle()
    return scene.deployed


def _needed(items: Iterable[Any]) -> list[str]:
    """Return the names of the stories that the collected tests take, in the order of the stories."""
    wanted = {value for item in items for value in getattr(item, "callspec", _NONE).params.values() if value in LINKS}
    return [name for name in STORIES if name in wanted]


class _NONE:
    params: dict[str, str] = {}  # noqa: RUF012
