"""The network operating systems that we know the lines of: what people type, and what the devices driver sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.platforms.eos import Eos
from agent.platforms.ios_xe import IosXe
from agent.platforms.ios_xr import IosXr
from agent.platforms.junos import Junos
from agent.platforms.nx_os import NxOs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.platforms.platform import Platform

PLATFORMS: Mapping[str, Platform] = {each.name: each for each in (IosXe(), IosXr(), NxOs(), Junos(), Eos())}
"""By the name that people type."""
