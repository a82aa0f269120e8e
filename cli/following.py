"""Following executions live: what each does, for how long, what it waits for and who must act by when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from cli.executions import Result, result
from cli.records.executions import ExecutionReader
from cli.router_tasks import answer_command
from cli.words import by, clock
from dxmacsec.adapters.state_machines import execution_arn
from dxmacsec.errors import Transient
from dxmacsec.model import RouterTaskKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rich.console import Console, RenderableType

    from cli.account import Account
    from dxmacsec.interfaces import TaskRow

LOOK_SECONDS = 2.0

DOES = {
    "TakeLock": "takes its locks",
    "PlanRotation": "makes its plan",
    "WaitForLink": "waits until the link is ready",
    "MakeRoom": "makes room in the key chain",
    "WaitForRoom": "waits until the removed key is gone",
    "AskWhatIsInUse": "asks the router which keys it uses",
    "CreateKey": "makes the pair and stores it in the key secret",
    "InstallOnRouter": "has the key installed on the router",
    "AssociateKey": "associates the key with the link",
    "AwaitAssociated": "waits until the key is associated and every port encrypted",
    "WithdrawKey": "takes back a key that never was associated",
    "ProveOnRouter": "has the router prefer the key and prove it",
    "JudgeProof": "holds the router's answer against the link",
    "Bake": "bakes: looks whether encryption stays up",
    "WaitToBake": "bakes: looks whether encryption stays up",
    "ConfirmOnRouter": "asks the router which key is in use now",
    "JudgeConfirmation": "holds the router's answer against the link",
    "RetireKey": "removes the old key from the link",
    "AwaitRetired": "watches the line after the old key went",
    "RestoreKey": "asks the old key back: encryption went down",
    "PromoteKey": "makes the new key the one in use",
    "EnforceEncryption": "enforces must_encrypt and watches the line",
    "RemoveFromRouter": "has the old keys removed from the router",
    "CloseRotation": "writes the record and frees the locks",
    "PlanFleet": "lays out the waves",
    "WaitForWindow": "waits for the rotation window",
    "CheckWave": "looks whether the next wave may start",
    "WaitForPartner": "waits until the partner link is encrypted",
    "RotateWave": "rotates the links of a wave",
    "RotateLink": "rotates the links of a wave",
    "NotRotated": "notes what failed",
    "ReportFleet": "writes the report",
}
"""What each state does, in words; a test holds them against the machines."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one link's rotation does now; `tasks` are its router tasks that wait."""

    link: str
    does: str
    tasks: tuple[TaskRow, ...] = ()


def follow(account: Account, execution: str, links: tuple[str, ...], shown: Console, *, by_agent: bool) -> Result:
    """Show an execution until it ends, and return how; Ctrl-C ends the showing and nothing else.

    Raises:
        KeyboardInterrupt: the person has seen enough.
    """
    began = account.world.clock.now()
    following = _Following(account, execution, links, began, by_agent=by_agent)
    if shown.is_terminal:
        with Live(get_renderable=following.picture, console=shown, refresh_per_second=2, transient=True):
            return following.until_the_end(lambda: None)
    return following.until_the_end(lambda: following.say(shown))


def line_text(line: Line, now: datetime, *, by_agent: bool) -> list[str]:
    """Return what a link's rotation does, and for each router task who must act by when."""
    told = [f"{line.link} {line.does}"]
    for task in line.tasks:
        who = "the router agent" if by_agent else "you, or whoever holds the router"
        told.append(f"  {task.kind}: {who}, until {by(task.deadline, now)}")
        told.append("  If it does not answer, by hand:" if by_agent else f"  {task.message.get('what', '')}")
        # Alone on its line, so that even 80 columns don't break what is to be copied.
        told.append(answer_command(task))
    return told


class _Following:
    """Looks at an execution again and again, and keeps what it saw for whoever draws it."""

    def __init__(
        self, account: Account, execution: str, links: tuple[str, ...], began: datetime, *, by_agent: bool
    ) -> None:
        self._account, self._execution, self._links, self._began = account, execution, links, began
        self._by_agent = by_agent
        self._executions = ExecutionReader(account.client("stepfunctions"))
        self._lines: tuple[Line, ...] = ()
        self._said: list[tuple[str, str, tuple[str, ...]]] = []
        self._does: dict[str, str] = {}
        self._spinner = Spinner("dots")

    def until_the_end(self, after_each_look: Callable[[], None]) -> Result:
        """Look until it ends; AWS that gives no answer is asked again."""
        while True:
            try:
                ended = result(self._account, self._execution)
                if ended is not None:
                    return ended
                self._lines = self._look()
            except Transient as error:
                self._lines = (Line("AWS", f"gives no answer, looking again: {type(error).__name__}"),)
            after_each_look()
            self._account.world.clock.sleep(LOOK_SECONDS)

    def picture(self) -> RenderableType:
        """Return what the terminal shows now."""
        now = self._account.world.clock.now()
        name = self._execution.rpartition(":")[2]
        self._spinner.update(text=Text.assemble((f"{clock(now - self._began)}  ", "bold"), name))
        rows = (Text("\n".join(line_text(line, now, by_agent=self._by_agent)), style="") for line in self._lines)
        return Group(self._spinner, *rows, Text("Ctrl-C stops following, not the rotation.", style="dim"))

    def say(self, shown: Console) -> None:
        """Print what is new since the last look, a line each."""
        now = self._account.world.clock.now()
        for line in self._lines:
            seen = (line.link, line.does, tuple(task.task_id for task in line.tasks))
            if seen not in self._said:
                told = line_text(line, now, by_agent=self._by_agent)
                shown.print(f"{clock(now - self._began)}  " + "\n".join(told), soft_wrap=True, markup=False)
        self._said = [(line.link, line.does, tuple(task.task_id for task in line.tasks)) for line in self._lines]

    def _look(self) -> tuple[Line, ...]:
        if self._execution == execution_arn(self._account.settings.rotate_key_arn, self._execution.rpartition(":")[2]):
            return (self._line(self._links[0], self._execution),)
        owners = self._account.world.fleet_ledger.rotating(self._links, ())
        rotating = tuple(self._line(link, owners[link].execution) for link in self._links if link in owners)
        return rotating or (self._line("the fleet", self._execution),)

    def _line(self, link: str, execution: str) -> Line:
        found = self._executions.now_in(execution)
        state = found.state if found else ""
        does = self._does[execution] = DOES.get(state) or self._does.get(execution, "starts")
        tasks = self._account.stories.tasks(link) if state in ROUTER_STATES else ()
        return Line(link, does, tasks)


ROUTER_STATES = frozenset(
    {"AskWhatIsInUse", *(f"{kind.title()}OnRouter" for kind in RouterTaskKind), "RemoveFromRouter"}
)
"""States in which a router task waits; in others none is read."""
