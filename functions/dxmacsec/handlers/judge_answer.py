"""The function JudgeAnswer."""

from __future__ import annotations

from dxmacsec.handlers.run import rotation_task
from dxmacsec.steps.judge_answer import judge_answer

handler = rotation_task(judge_answer)
