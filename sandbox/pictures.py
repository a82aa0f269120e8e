"""`python -m sandbox.pictures` draws docs/screenshots from a sandbox: the board, the evidence page, the report.

A link is rotated, another is dark, a third waits for its router. Chromium takes the pictures; what the command
line can't make yet is left out, and said.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sandbox.cloud import Sandbox
from sandbox.cloud.account import REGION
from sandbox.routers import answering
from sandbox.twin import RouterBehaviour

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "screenshots"
ROTATED, DARK, WAITING = "dxcon-fg5678gh", "dxcon-ffw7x8y9", "dxcon-fh2j4k6m"
PATIENCE_SECONDS = 120
DASHBOARD = {"light": "#f2f3f3", "dark": "#0f141a"}
"""What lies around a widget."""
WIDGETS = (("light", 1200), ("light", 360), ("dark", 1200))
HEIGHTS = {1200: 800, 360: 1500}
LATE_SECONDS = 20.0
PAGE = (
    '<!doctype html><meta charset="utf-8"><body style="margin:0;background:{paper}"><div style="width:{width}px">{html}'
)


def pictures(folder: Path) -> Iterator[str]:
    """Start a sandbox, let things happen, and yield the name of each picture that was made, or what was not."""
    folder.mkdir(parents=True, exist_ok=True)
    with Sandbox() as sandbox:
        answering(sandbox)
        rotation = _rotated(sandbox)
        waiting = _disturbed(sandbox)
        boards = {
            f"board-{theme}-{width}.png": (width, PAGE.format(paper=DASHBOARD[theme], width=width, html=html))
            for theme, width in WIDGETS
            for html in [board(sandbox, theme, width)]
        }
        for name, (width, html) in boards.items():
            yield _photographed(html, folder / name, width, HEIGHTS[width])
        yield from _of_the_command(sandbox, folder, rotation)
        _ended(sandbox, waiting)


def _rotated(sandbox: Sandbox) -> str:
    """Rotate one link to its end, and return the rotation's id."""
    client = sandbox.client("stepfunctions")
    asked = json.dumps({"link": ROTATED, "reason": "for the pictures"})
    arn = client.start_execution(stateMachineArn=sandbox.outputs["RotateKeyArn"], input=asked)["executionArn"]
    return _ended(sandbox, arn)


def _ended(sandbox: Sandbox, arn: str) -> str:
    """Wait for a rotation's end, which must be a good one, and return its id."""
    client = sandbox.client("stepfunctions")
    _until(lambda: client.describe_execution(executionArn=arn)["status"] != "RUNNING", f"{arn} still runs")
    ended = client.describe_execution(executionArn=arn)
    if ended["status"] != "SUCCEEDED":
        message = f"the rotation ended {ended['status']}: {ended.get('cause', '')}"
        raise RuntimeError(message)
    return str(arn.rsplit(":", 1)[-1])


def _disturbed(sandbox: Sandbox) -> str:
    """Let one line go dark, let the sweep look, and let a rotation wait for a late router; return its ARN."""
    sandbox.twin.drop_port(DARK)
    sandbox.delivery.fire_schedule("dxmacsec-SweepLinks")
    _until(lambda: len(_standings(sandbox)) > 1, "the sweep judged nothing")
    sandbox.settle(PATIENCE_SECONDS, executions=True)
    sandbox.twin.router(WAITING).behaviour = RouterBehaviour(answers="late", late_seconds=LATE_SECONDS)
    asked = json.dumps({"link": WAITING, "reason": "for the pictures"})
    client = sandbox.client("stepfunctions")
    arn = client.start_execution(stateMachineArn=sandbox.outputs["RotateKeyArn"], input=asked)["executionArn"]
    table = sandbox.outputs["LedgerTable"]
    count = {"TableName": table, "FilterExpression": "begins_with(sk, :task)", "Select": "COUNT"}
    task = {":task": {"S": "TASK#"}}
    _until(
        lambda: sandbox.client("dynamodb").scan(**count, ExpressionAttributeValues=task)["Count"] > 0,
        "no router task waits",
    )
    return str(arn)


def _standings(sandbox: Sandbox) -> list[Any]:
    rows = sandbox.client("dynamodb").query(
        TableName=sandbox.outputs["LedgerTable"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "COMPLIANCE"}},
    )
    return list(rows["Items"])


def _until(done: Any, otherwise: str) -> None:  # noqa: ANN401 - a question without arguments
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(otherwise)
        time.sleep(0.2)


def board(sandbox: Sandbox, theme: str, width: int) -> str:
    """Return what the dashboard's widget gets of the function, in a theme and at a width."""
    functions = sandbox.client("lambda").get_paginator("list_functions").paginate()
    [name] = [
        each["FunctionName"]
        for page in functions
        for each in page["Functions"]
        if each["Handler"].endswith(".draw_board.handler")
    ]
    asked = json.dumps({"widgetContext": {"theme": theme, "width": width}})
    answer = sandbox.client("lambda").invoke(FunctionName=name, Payload=asked)
    drawn = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        message = f"DrawBoard failed: {drawn}"
        raise RuntimeError(message)
    return str(drawn)


def _of_the_command(sandbox: Sandbox, folder: Path, rotation: str) -> Iterator[str]:
    """Photograph the pages that the command writes; one that it can't write is named instead."""
    here = {"AWS_ENDPOINT_URL": sandbox.endpoint, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
    keys = {"AWS_ACCESS_KEY_ID": "anyone", "AWS_SECRET_ACCESS_KEY": "anything"}
    for name, words in {"evidence": ("evidence", rotation), "report": ("report",)}.items():
        with tempfile.TemporaryDirectory() as scratch:
            page = Path(scratch) / f"{name}.html"
            command = [sys.executable, "-m", "cli", *words, "--html", str(page)]
            ended = subprocess.run(  # noqa: S603 - our own interpreter and words
                command, env={**os.environ, **here, **keys}, cwd=ROOT, capture_output=True, text=True, check=False
            )
            if ended.returncode or not page.is_file():
                yield f"left out: dxmacsec {name} ended with {ended.returncode}"
                continue
            yield _photographed(page.read_text(encoding="utf-8"), folder / f"{name}.png", 1000, 1400)


def _photographed(html: str, picture: Path, width: int, height: int) -> str:
    """Let Chromium take a picture of a page; its window is never narrower than 500 pixels."""
    browser = shutil.which("chromium")
    if browser is None:
        message = "pictures are taken with Chromium (Debian: apt install chromium)"
        raise FileNotFoundError(message)
    with tempfile.TemporaryDirectory() as scratch:
        page = Path(scratch) / "page.html"
        page.write_text(html, encoding="utf-8")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += [f"--user-data-dir={scratch}/profile", f"--window-size={max(width, 500)},{height}"]
        command += [f"--screenshot={picture}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - our own page
    return picture.name


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    for made in pictures(FOLDER):
        sys.stdout.write(f"{made}\n")
        sys.stdout.flush()
