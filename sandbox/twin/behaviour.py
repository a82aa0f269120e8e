"""How the customer's router behaves: all normal, or one of the troubles worth a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

from sandbox.twin.reading import Fields

Answers = Literal["normal", "never", "late", "failure", "wrong-ckn", "some-ports"]


@dataclass(frozen=True)
class RouterBehaviour:
    """What a router and the agent in front of it do; `RouterBehaviour()` is a well-behaved one.

    Attributes:
        answers: how the agent answers router tasks; honoured by the agent, not by the twin.
        late_seconds: how long an agent that answers "late" takes.
        takes_key: False accepts an install but never has the key: the sessions stay on the old one.
        falls_back_after_seconds: so long after *prefer*, the router goes back to another key it holds.
        loses_key_after_seconds: so long after *install*, the key is gone from the router.
        flaps_at_seconds: so long after *prefer*, every port of the link goes down.
        flap_seconds: how long the ports stay down then.
        loses_encryption_when_old_removed: the router names the preferred key while its sessions are
            really on the old one, so that encryption is lost when AWS drops the old one.
    """

    answers: Answers = "normal"
    late_seconds: float = 0.0
    takes_key: bool = True
    falls_back_after_seconds: float | None = None
    loses_key_after_seconds: float | None = None
    flaps_at_seconds: float | None = None
    flap_seconds: float = 3.0
    loses_encryption_when_old_removed: bool = False

    @classmethod
    def from_json(cls, data: object, where: str = "behaviour") -> RouterBehaviour:
        """Read a behaviour from a JSON object.

        Raises:
            FormError: a field is unknown or has a wrong value; `where` names the object in the message.
        """
        fields = Fields(data, where)
        behaviour = cls(
            answers=cast("Answers", fields.choice("answers", get_args(Answers), "normal")),
            late_seconds=fields.number("late_seconds", 0.0) or 0.0,
            takes_key=fields.flag("takes_key", default=True),
            falls_back_after_seconds=fields.number("falls_back_after_seconds"),
            loses_key_after_seconds=fields.number("loses_key_after_seconds"),
            flaps_at_seconds=fields.number("flaps_at_seconds"),
            flap_seconds=fields.number("flap_seconds", 3.0) or 0.0,
            loses_encryption_when_old_removed=fields.flag("loses_encryption_when_old_removed", default=False),
        )
        fields.done()
        return behaviour
