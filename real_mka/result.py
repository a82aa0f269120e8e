"""What a run showed: figures, what must hold of them, and how the twin's word compares; pure data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from real_mka.controls import LEAST_LOST, Control
from real_mka.customer_end import Answers
from real_mka.estate import ROTATIONS
from real_mka.flows import Direction, Moment, located

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.mka.judge_report import CaptureReport

LOSSES_TOLD = 5
ROUTER_ENDS = frozenset({"RouterOnOldKey", "RouterFailed", "RouterTimedOut"})


@dataclass(frozen=True, slots=True)
class Rotated:
    """One rotation: how it ended, and when its keys came and went, in the virtual machine's time.

    Attributes:
        moved_after_seconds: from the key's association until AWS's end carried its traffic under it.
        twin_moved_after_seconds: the same in the twin.
        twin_up: the twin's port said `Encryption Up` at the end.
        old_last_traffic_seconds: when the old key's last traffic was seen, relative to its removal at AWS; below 0 is
            before. ARP is none: a kernel may ask over the old key's device for some seconds after the traffic left it.
    """

    number: int
    status: str
    error: str
    seconds: float
    ckn: str
    frames_opened: int
    moved_after_seconds: float | None
    twin_moved_after_seconds: float | None
    old_last_traffic_seconds: float | None
    real_in_use: str | None
    twin_in_use: str | None
    twin_up: bool


@dataclass(frozen=True, slots=True)
class Captured:
    """A capture, counted."""

    frames: int
    mkpdus: int
    macsec: int
    clear: int
    other: int
    not_opened: int
    mkpdus_invalid: int
    mkpdus_unknown: int
    opened_readable: int

    @classmethod
    def of(cls, report: CaptureReport) -> Captured:
        """Count what the judge found."""
        return cls(
            frames=report.frames,
            mkpdus=report.mka,
            macsec=report.macsec,
            clear=report.clear,
            other=report.other,
            not_opened=report.not_opened,
            mkpdus_invalid=sum(key.mkpdus_invalid for key in report.keys.values()),
            mkpdus_unknown=sum(report.mkpdus_strange.values()) + report.mkpdus_malformed,
            opened_readable=sum(key.opened_readable for key in report.keys.values()),
        )

    @property
    def troubles(self) -> dict[str, int]:
        """Count what is not MKA or MACsec, not valid, not encrypted, or not opened under a key that we know."""
        counts = {
            "in clear": self.clear,
            "of another kind": self.other,
            "not opened": self.not_opened,
            "MKPDUs of no key that we know": self.mkpdus_unknown,
            "opened and readable": self.opened_readable,
        }
        return {what: count for what, count in counts.items() if count}


@dataclass(frozen=True, slots=True)
class Misled:
    """The rotation of the router with the wrong CAK."""

    status: str
    error: str
    to_aws: Direction
    from_aws: Direction
    captured: Captured
    opened_under_new: int
    real_in_use: str | None
    twin_in_use: str | None
    twin_up: bool
    old: str
    moments: tuple[Moment, ...]
    twin_dropped_seconds: float


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold, with the figure that shows it."""

    what: str
    holds: bool
    figure: str


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that a run showed."""

    rotated: tuple[Rotated, ...]
    to_aws: Direction
    from_aws: Direction
    captured: Captured
    controls: tuple[Control, ...]
    misled: Misled
    answers: tuple[Answers, ...]
    moments: tuple[Moment, ...]
    twin_dropped_seconds: float
    seconds: float

    def checks(self) -> list[Check]:
        """Return what must hold."""
        return [*self._rotation_checks(), *self._control_checks(), *self._misled_checks()]

    def to_json(self) -> dict[str, Any]:
        """Return the whole result as a JSON document."""
        checks = self.checks()
        return {
            **asdict(self),
            "checks": [asdict(check) for check in checks],
            "holds": all(check.holds for check in checks),
        }

    def _rotation_checks(self) -> Iterable[Check]:
        done = [each for each in self.rotated if each.status == "SUCCEEDED"]
        yield Check("rotations in a row that succeeded", len(done) >= ROTATIONS, f"{len(done)} of {len(self.rotated)}")
        yield _flow_check("five rotations", self.moments, self.to_aws, self.from_aws)
        yield _capture_check("five rotations", self.captured)
        yield Check("MKPDUs with a wrong ICV", self.captured.mkpdus_invalid == 0, str(self.captured.mkpdus_invalid))
        fewest = min((each.frames_opened for each in self.rotated), default=0)
        yield Check("frames that open under the CAK of each key secret", fewest >= LEAST_LOST, f"at least {fewest}")
        after = [each.old_last_traffic_seconds for each in self.rotated]
        late = ["none seen" if each is None else f"{each:.2f} s after" for each in after if each is None or each > 0]
        figure = "; ".join([str(len(late)), *late])
        yield Check("rotations with traffic under the old key after its removal", not late, figure)

    def _control_checks(self) -> Iterable[Check]:
        for control in self.controls:
            yield Check(f"control: {control.name}", control.loses, f"{control.lost} lost, as it must")

    def _misled_checks(self) -> Iterable[Check]:
        misled = self.misled
        stopped = misled.status == "FAILED" and misled.error in ROUTER_ENDS
        yield Check("wrong CAK: the rotation ends at the prove gate", stopped, misled.error or misled.status)
        yield _flow_check("wrong CAK", misled.moments, misled.to_aws, misled.from_aws)
        yield _capture_check("wrong CAK", misled.captured)
        told = f"{misled.captured.mkpdus_invalid} MKPDUs with a wrong ICV, {misled.opened_under_new} frames"
        seen = misled.captured.mkpdus_invalid > 0 and misled.opened_under_new == 0
        yield Check("wrong CAK: the new key never carries", seen and misled.real_in_use == misled.old, told)


def _flow_check(name: str, moments: Sequence[Moment], to_aws: Direction, from_aws: Direction) -> Check:
    """Judge by what was lost: a gap without a loss is a hiccup of the emulated machine."""
    ways = (to_aws, from_aws)
    sent, lost = sum(way.sent for way in ways), sum(way.lost for way in ways)
    enough = min(way.sent for way in ways) >= LEAST_LOST
    where = [
        f"{way}: {located(loss, moments)}"
        for way, flow in (("to AWS", to_aws), ("from AWS", from_aws))
        for loss in flow.losses[:LOSSES_TOLD]
    ]
    figure = "; ".join([f"{lost} of {sent:,}", *where])
    return Check(f"{name}: datagrams lost", enough and lost == 0, figure)


def _capture_check(name: str, captured: Captured) -> Check:
    odd = captured.frames - captured.mkpdus - captured.macsec
    told = [f"{count} {what}" for what, count in captured.troubles.items()] or ["0 not opened"]
    figure = ", ".join([f"{odd} of {captured.frames:,}", *told])
    return Check(f"{name}: frames in clear", not captured.troubles and odd == 0 and captured.macsec > 0, figure)


def differences(result: Result) -> Sequence[tuple[str, str, str]]:
    """Return where the twin's word and the real peers' differ: what, real, twin."""
    rows = [
        (f"{each.link}, {each.task}: key in use", _short(each.real), _short(each.twin))
        for each in result.answers
        if not each.alike
    ]
    ends: list[tuple[str, Rotated | Misled]] = [(f"rotation {each.number}", each) for each in result.rotated]
    for name, end in (*ends, ("wrong CAK", result.misled)):
        if end.real_in_use != end.twin_in_use:
            rows.append((f"{name}: key in use at AWS's end", _short(end.real_in_use), _short(end.twin_in_use)))
        if (end.real_in_use is not None) != end.twin_up:
            rows.append((f"{name}: encryption", _up(up=end.real_in_use is not None), _up(up=end.twin_up)))
    real = [each.moved_after_seconds for each in result.rotated if each.moved_after_seconds is not None]
    twin = [each.twin_moved_after_seconds for each in result.rotated if each.twin_moved_after_seconds is not None]
    if real and twin:
        rows.append(("from associated to in use at AWS's end", _span(real), _span(twin)))
    for name, lost, dropped in (
        ("five rotations: seconds without traffic", result.to_aws.lost, result.twin_dropped_seconds),
        ("wrong CAK: seconds without traffic", result.misled.to_aws.lost, result.misled.twin_dropped_seconds),
    ):
        if bool(lost) != bool(dropped):
            rows.append((name, f"{lost / 100:.1f} s", f"{dropped:.1f} s"))
    return rows


def _short(ckn: str | None) -> str:
    return ckn[:8] if ckn else "none"


def _up(*, up: bool) -> str:
    return "up" if up else "down"


def _span(seconds: Sequence[float]) -> str:
    return f"{min(seconds):.1f} to {max(seconds):.1f} s"
