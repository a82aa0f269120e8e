"""Programs from outside: the sandbox as a process of its own, the CDK CLI and the AWS CLI against it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sandbox.cloud.account import ACCOUNT_ID, REGION

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
"""Where the virtual environment keeps node, npm and aws."""


def served(*arguments: str) -> subprocess.Popen[str]:
    """Start `python -m sandbox serve` on any free port."""
    return subprocess.Popen(  # noqa: S603 - the sandbox itself
        [sys.executable, "-m", "sandbox", "serve", "--port", "0", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ran(*command: str, endpoint: str, seconds: float = 240) -> str:
    """Run a tool of the virtual environment against an endpoint and return what it printed; it must not fail."""
    done = subprocess.run(  # noqa: S603 - the tools that a test names
        [str(TOOLS / command[0]), *command[1:]],
        cwd=ROOT,
        env=_environment(endpoint),
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def children_of(pid: int) -> list[int]:
    """Return the processes that a process started."""
    listed = subprocess.run(  # noqa: S603 - asks for one process
        ["/bin/ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(child) for child in listed.stdout.split()]


def runs(pid: int) -> bool:
    """Tell whether a process is alive."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _environment(endpoint: str) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "anyone",
        "AWS_SECRET_ACCESS_KEY": "anything",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "CDK_DEFAULT_ACCOUNT": ACCOUNT_ID,
        "CDK_DEFAULT_REGION": REGION,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
    }
