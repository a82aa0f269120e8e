"""Many accounts and Regions as a planner sees them: they answer, rotate, fail and fall silent as a test says."""

from __future__ import annotations

from dataclasses import dataclass, field

from dxmacsec.organisation import Action, Answer, DueThere, SpanningLink, StopOn, TurnResult
from dxmacsec.policy.organisation import Step, begin, next_step, take_answers, take_ends
from dxmacsec.policy.organisation_course import Course


@dataclass
class PlayedLink:
    """A link of a member: its group, how old its key is, whether it carries its traffic, whether its turn fails."""

    link: str
    group: str = "undeclared"
    age_days: float | None = 100.0
    due: bool = True
    carries: bool = True
    fails: bool = False

    @property
    def spanning(self) -> bool:
        return self.group.startswith("org:")


@dataclass
class PlayedMember:
    """A member with its links; `silent` are the rounds of asking in which it does not answer."""

    name: str
    links: list[PlayedLink]
    silent: frozenset[int] = frozenset()
    postpones: bool = False
    asked: int = 0

    def answer(self) -> Answer:
        self.asked += 1
        if self.asked - 1 in self.silent:
            return Answer(silence="gave no answer.")
        due = (each for each in self.links if each.due)
        return Answer(
            tuple(DueThere(self.name, each.link, each.group, each.spanning, each.age_days) for each in due),
            tuple(SpanningLink(each.link, each.group, each.carries) for each in self.links if each.spanning),
        )

    def rotate(self, links: tuple[str, ...]) -> TurnResult:
        if self.postpones:
            return TurnResult("FAILED", "OutsideWindow", "No window is open.")
        turned = [each for each in self.links if each.link in links]
        if any(each.fails for each in turned):
            return TurnResult("FAILED", "FleetStopped", "A link failed.")
        for each in turned:
            each.due = False
        results = [
            {"link": link, "rotation": f"r-{link}", "status": "SUCCEEDED", "reason": "Rotated"} for link in links
        ]
        return TurnResult("SUCCEEDED", "FleetRotated", "", {"results": results, "left_out": []})


@dataclass
class PlayedOrganisation:
    """Plays a whole run over members; keeps the waves, and how often members were asked."""

    members: list[PlayedMember]
    stop_on: StopOn = StopOn.ALL
    most_members: int = 100
    holdings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()
    waves: list[dict[str, tuple[str, ...]]] = field(default_factory=list)
    courses: list[Course] = field(default_factory=list)
    steps: list[Action] = field(default_factory=list)

    def run(self) -> Course:
        by_name = {member.name: member for member in self.members}
        names = tuple(by_name)
        chosen = self.chosen or names
        others = tuple(name for name in names if name not in chosen)
        course = Course(chosen, others, self.stop_on, self.most_members, holdings=self.holdings)
        step: Step = begin(course, sweep=False)
        while step.action is not None and step.turns is not None:
            self.steps.append(step.action)
            self.courses.append(step.course)
            if step.action is Action.ASK:
                course = take_answers(step.course, {name: by_name[name].answer() for name in step.turns})
            else:
                self.waves.append(dict(step.turns))
                course = take_ends(
                    step.course, {name: by_name[name].rotate(links) for name, links in step.turns.items()}
                )
            step = next_step(course)
        return step.course

    @property
    def asks(self) -> int:
        return sum(member.asked for member in self.members)

    def group_of(self, member: str, link: str) -> str:
        return next(
            each.group for there in self.members if there.name == member for each in there.links if each.link == link
        )


def an_organisation(accounts: int, most_members: int) -> PlayedOrganisation:
    """Return accounts with ten due links each: eight of their own, two of groups that three accounts share."""
    members = [
        PlayedMember(
            f"{account:012d}/eu-west-1",
            [
                *(PlayedLink(f"dxcon-{account:06d}{each:02d}", f"local-{each // 2}") for each in range(8)),
                *(PlayedLink(f"dxcon-{account:06d}{each:02d}", f"org:{each}-{account // 3}") for each in (8, 9)),
            ],
        )
        for account in range(accounts)
    ]
    return PlayedOrganisation(members, most_members=most_members)
