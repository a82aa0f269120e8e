"""What is known not to be kept: each with its reason. The page shows them, and their tests end as xfail."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Gap:
    """A promise that is broken in certain cases: which faults, which complaints, and why it stays."""

    name: str
    faults: str
    complaints: str
    why: str

    def explains(self, fault: str, complaint: str) -> bool:
        """Tell whether this gap is what a complaint is about."""
        return bool(re.search(self.faults, fault) and re.search(self.complaints, complaint))


GAPS = (
    Gap(
        "a lock that was edited",
        r"^lock ",
        r"outlived its rotation|has no label|labelled in use is not on the link|lock is left|without a record",
        "An execution whose lock row somebody deleted or overwrote may move no label: the link may be another one's "
        "by now; nor does RecoverLink act for it. The next rotation finds the pair by its label and uses it again, and "
        "frees what is left of a dead one's locks, after two hours at the latest.",
    ),
    Gap(
        "no conditional call",
        r"^(acting|lock) ",
        r"a change without its lock",
        "The API has no conditional call: a row that is edited between our check and our call is seen by the next "
        "check only.",
    ),
    Gap(
        "a deleted key secret keeps its labels",
        r"^key secret deleted$",
        r"outlived its rotation|has no label",
        "In a secret that is scheduled for deletion no label can be moved. When it is restored, the next rotation "
        "finds the pair by its label and uses it again.",
    ),
    Gap(
        "an old question leaves its task row",
        r"^old document",
        r"a router task is left|left a lock or a task",
        "AskRouter that somebody runs again with an old document writes a row that no answer drops: it expires with "
        "its deadline. The router does a task that it has done before as done.",
    ),
    Gap(
        "an old look frees the lock",
        r"^old document",
        r"a change without its lock",
        "AwaitAssociated and JudgeAnswer free the acting lock of their own rotation. Run again later with an old "
        "document, they free it in the middle of a removal; the rotation's own lock still keeps every other one out.",
    ),
    Gap(
        "a removal that is asked for once more",
        r"^old document in CloseRotation$",
        r"^Restored, and the line is dark$",
        "RetireKey that somebody runs again while the lock is still held, and the router's answer still young, removes "
        "the key of its document again, though RestoreKey has asked it back meanwhile: the line is dark, and the next "
        "sweep tells people (EncryptionDown).",
    ),
    Gap(
        "nobody looks after the last look",
        r"^router takes the key and loses it$",
        r"^SUCCEEDED, and the link is in must_encrypt, encrypted: False$",
        "A router that loses the key after the watch of the removal is over does not end the rotation otherwise. The "
        "next sweep tells people (EncryptionDown).",
    ),
    Gap(
        "a lock that is taken after the end",
        r"^old document after the end$",
        r"a rotation lock is left",
        "TakeLock that somebody runs again after its execution succeeded takes the locks in a dead name. A start "
        "two hours later frees them; RecoverLink does not look at executions that succeeded.",
    ),
)


def gap_of(fault: str, broken: tuple[str, ...]) -> Gap | None:
    """Return the gap that explains what is broken; None where a complaint is left that none explains."""
    explained = [next((gap for gap in GAPS if gap.explains(fault, each)), None) for each in broken]
    return explained[0] if explained and all(explained) else None
