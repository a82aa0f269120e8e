"""Draws a state machine's file as a Mermaid flowchart, so that the picture can't drift from the machine.

`python -m infra.picture rotate_key` prints the picture of `infra/rotate_key.asl.json`.
Choice states become the words on the arrows. "Else" and a caught error are drawn only where they lead
somewhere else than to the common end, for every Task has both.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WORD = re.compile(r"verdict\.next = '(\w+)'")
ELSE = "-- else -->"
SHAPES = {"ask": '{0}[/"{0}"/]', "Wait": '{0}("{0}")', "Succeed": '{0}(["{0}"])', "Fail": '{0}(["{0}"])'}


def machine(name: str) -> dict[str, Any]:
    """Read a machine's file as JSON; its placeholders are text."""
    loaded: dict[str, Any] = json.loads((HERE / f"{name}.asl.json").read_text())
    return loaded


def mermaid(name: str) -> str:
    """Return the flowchart of a machine: a slanted box asks the router, a round one waits or ends."""
    states: dict[str, dict[str, Any]] = machine(name)["States"]
    common_end = Counter(caught for state in states.values() if (caught := _caught(state))).most_common(1)[0][0]
    lines = ["flowchart TD"]
    lines += [f"  {_box(state_name, state)}" for state_name, state in states.items() if state["Type"] != "Choice"]
    drawn = {name: _arrows(state, states) for name, state in states.items() if state["Type"] != "Choice"}
    reached = any(to == common_end and arrow != ELSE for arrows in drawn.values() for arrow, to in arrows)
    for state_name, state in states.items():
        if state["Type"] == "Choice":
            continue
        # Where only "else" leads to the common end, nothing would.
        arrows = [(arrow, to) for arrow, to in drawn[state_name] if not reached or (arrow, to) != (ELSE, common_end)]
        lines += [f"  {_id(state_name)} {arrow} {_id(target)}" for arrow, target in arrows]
        caught = _caught(state)
        if caught and caught != common_end:
            lines.append(f"  {_id(state_name)} -. error .-> {_id(caught)}")
    return "\n".join(lines)


def _caught(state: dict[str, Any]) -> str | None:
    catches = state.get("Catch", [])
    return catches[0]["Next"] if catches else None


def _arrows(state: dict[str, Any], states: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    target = state.get("Next")
    if target is None:
        return []
    following = states[target]
    if following["Type"] != "Choice":
        return [("-->", target)]
    words: dict[str, list[str]] = {}
    for rule in following["Choices"]:
        words.setdefault(rule["Next"], []).append(_word(rule["Condition"]))
    arrows = [(f"-- {' / '.join(said)} -->", to) for to, said in words.items()]
    default = following["Default"]
    return arrows if default in words else [*arrows, (ELSE, default)]


def _word(condition: str) -> str:
    said = WORD.search(condition)
    return said.group(1) if said else "yes"


def _box(name: str, state: dict[str, Any]) -> str:
    shape = "ask" if str(state.get("Resource", "")).endswith("waitForTaskToken") else state["Type"]
    return SHAPES.get(shape, '{0}["{0}"]').format(_id(name))


def _id(name: str) -> str:
    return name.rstrip("?")


if __name__ == "__main__":
    print(mermaid(sys.argv[1]))  # noqa: T201 - printing is this command's purpose
