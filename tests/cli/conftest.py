"""A scene of two links of one group, and the account that the command line opens on it."""

from __future__ import annotations

import pytest

from dxmacsec.model import RouterMode
from tests.cli.played import PlayedAccount, played
from tests.worlds.estates import a_pair_of_connections
from tests.worlds.scene import Scene, a_scene


@pytest.fixture
def scene() -> Scene:
    return a_scene(a_pair_of_connections(), router_mode=RouterMode.MANUAL)


@pytest.fixture
def account(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> PlayedAccount:
    return played(scene, monkeypatch)
