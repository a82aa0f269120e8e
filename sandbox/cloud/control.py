"""The control routes: what a person or a test does to the sandbox from outside AWS's API."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from sandbox.cloud.moto_patches.letters import letters
from sandbox.cloud.routers_at_hand import RoutersAtHand
from sandbox.cloud.wire import Answer
from sandbox.twin.reading import FormError
from sandbox.twin.world import World

if TYPE_CHECKING:
    from sandbox.cloud.delivery import Delivery
    from sandbox.cloud.journal import Journal
    from sandbox.twin import DirectConnectTwin
    from sandbox.twin.clock import ScaledClock, VirtualClock

PREFIX: Final = "/_sandbox/"


class Control:
    """Answers the routes under /_sandbox/."""

    def __init__(
        self,
        twin: DirectConnectTwin,
        clock: ScaledClock | VirtualClock,
        delivery: Delivery,
        journal: Journal,
        world: dict[str, Any],
        settle: Callable[[float], None],
    ) -> None:
        """Join what the routes show and change; `world` is the world's JSON document."""
        self._twin, self._clock, self._delivery = twin, clock, delivery
        self._journal, self._world, self._settle = journal, world, settle
        self._routes: list[tuple[str, str, Callable[..., Any]]] = [
            ("GET", "traffic", self._traffic),
            ("GET", "world", lambda _: self._world),
            ("PATCH", "world", self._change_world),
            ("POST", "clock/advance", self._advance),
            ("GET", "calls", lambda _: [call.to_json() for call in self._journal.calls()]),
            ("GET", "events", lambda _: self._delivery.events()),
            ("GET", "letters", lambda _: letters()),
            ("POST", "settle", lambda document: self._settle(float(document.get("patience_seconds", 60)))),
            ("POST", "schedules/([^/]+)/fire", lambda _, name: self._delivery.fire_schedule(name)),
            ("POST", "ports/([^/]+)/down", lambda _, port: self._twin.drop_port(port)),
            ("POST", "ports/([^/]+)/up", lambda _, port: self._twin.raise_port(port)),
            *RoutersAtHand(twin).routes,
        ]

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """Answer one control request; what can't be done is 400, what isn't there 404, what takes too long 409."""
        name = path.removeprefix(PREFIX)
        for wanted, pattern, act in self._routes:
            found = re.fullmatch(pattern, name)
            if found and wanted == method:
                return self._act(act, body, found.groups())
        return Answer({"message": f"there is no route {method} {path}"}, 404)

    @staticmethod
    def _act(act: Callable[..., Any], body: bytes, arguments: tuple[str, ...]) -> Answer:
        try:
            document = json.loads(body or b"{}")
            return Answer(act(document, *arguments) or {})
        except (FormError, ValueError) as error:
            return Answer({"message": str(error)}, 400)
        except TimeoutError as error:
            return Answer({"message": str(error)}, 409)
        except KeyError as error:
            return Answer({"message": f"there is no {error.args[0]}"}, 404)

    def _traffic(self, _: dict[str, Any]) -> dict[str, Any]:
        return {
            link: {f"{kind}_seconds": seconds for kind, seconds in measured._asdict().items()}
            for link in self._twin.links()
            for measured in [self._twin.meter.seconds(link)]
        }

    def _change_world(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Replace the named members of the world; the rest stays as it is."""
        changed = {**self._world, **changes}
        self._twin.set_world(World.from_json(changed))
        self._world = changed
        return self._world

    def _advance(self, document: dict[str, Any]) -> dict[str, str]:
        self._clock.advance(float(document["seconds"]))
        return {"now": self._clock.now().isoformat()}
