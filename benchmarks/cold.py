"""What a cold start costs: the CPU of init and first call of every function, beside two functions of others.

Each cold start is a fresh process under Lambda's own runtime client, as the sandbox starts it: the unzipped asset, a
Runtime API and AWS over TLS on loopback. A first call is one that was recorded in the sandbox and is asked again, so
that it is the same in each round. The peers are interleaved with ours in the same run, with the ordinary boto3 of the
same version, which the runtime image brings along with its byte code.

The peer that counts makes the calls of AWS's template for rotations, of `createSecret`: that is the step which Secrets
Manager calls first, and so the one that meets a cold function.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.cold_aws import Aws, answering
from benchmarks.cold_process import ColdRuntime
from benchmarks.cold_recording import Exchange, FirstCall
from benchmarks.cold_stories import recorded
from benchmarks.cold_wire import Answer
from benchmarks.figures import Figure, spread
from infra.asset import staged
from infra.byte_code import OWN, compile_all
from infra.dependencies import RUNTIME_PYTHON
from sandbox.cloud.deploy import zipped

AREA = "cold start"
AIM = 0.95
ROUNDS = 5
SOURCE_ROUNDS = 1
"""Without byte code a start takes about twice as long, and nothing is promised of it."""
FUNCTIONS_A_PEER = 6
"""So many functions are measured between two measurements of the peers."""

PEERS = Path(__file__).parent / "cold_peers"
PLAIN, ROTATION = "plain", "rotation"
PENDING, CURRENT = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


@dataclass(frozen=True, slots=True)
class Start:
    """A cold start that can be repeated: a function with its code, the event, and what AWS answers."""

    call: FirstCall
    code: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """The milliseconds of CPU that each start took, a list a round; the peers are measured several times a round."""

    ours: list[dict[str, float]]
    source: list[dict[str, float]]
    plain: list[float]
    rotation: list[float]


def measure() -> list[Figure]:
    """Record a first call of every function, repeat each of them, and compare it with the peers."""
    calls = recorded()
    with _codes() as (ours, source, peers), TemporaryDirectory() as folder, answering(Path(folder)) as (aws, trusted):
        starts = {name: Start(call, ours) for name, call in calls.items()}
        sources = {name: Start(call, source) for name, call in calls.items()}
        others = {name: Start(call, peers) for name, call in peer_calls(calls["TakeLock"]).items()}
        taken = _Bench(aws, trusted).run(starts, sources, others)
    return figures(taken)


def figures(taken: Taken) -> list[Figure]:
    """Return each function's ratio to the peer that counts, the worst first, and the peers themselves."""
    ratios = _ratios(taken.ours, taken.rotation)
    sources = _ratios(taken.source, taken.rotation)
    worst = max(ratios, key=lambda name: median(ratios[name]))
    slowest = max(sources, key=lambda name: median(sources[name]))
    note = f"{worst}; measured under Python {OWN.release}, the runtime's is {RUNTIME_PYTHON}"
    middle = median(median(each) for each in ratios.values())
    every = [
        replace(
            spread(AREA, "worst function, against AWS's rotation template", ratios[worst], "ratio", AIM), note=note
        ),
        Figure(AREA, "function in the middle, against the same", middle, "ratio", rounds=len(taken.ours)),
        replace(spread(AREA, "worst function without byte code", sources[slowest], "ratio"), note=slowest),
        Figure(
            AREA,
            "function in the middle without byte code",
            median(median(each) for each in sources.values()),
            "ratio",
            rounds=len(taken.source),
        ),
        spread(AREA, "AWS's rotation template's calls, boto3", taken.rotation, "ms CPU"),
        spread(AREA, "one client and one call, boto3", taken.plain, "ms CPU"),
        *(spread(AREA, name, each, "ratio") for name, each in sorted(ratios.items(), key=lambda one: -median(one[1]))),
    ]
    # CPU time is another one in each run.
    return [replace(each, wobbles=True) for each in every]


def _ratios(rounds: list[dict[str, float]], peer: list[float]) -> dict[str, list[float]]:
    """Return of each start its ratio to the peer's median of the same round."""
    each = len(peer) // ROUNDS
    beside = [median(peer[at * each : (at + 1) * each]) for at in range(ROUNDS)]
    return {name: [took[name] / beside[at] for at, took in enumerate(rounds)] for name in rounds[0]}


class _Bench:
    """Starts functions, one at a time."""

    def __init__(self, aws: Aws, trusted: Path) -> None:
        self._aws = aws
        # As on Lambda, no byte code is written: where the asset brings none, each start compiles.
        self._environment = {"AWS_CA_BUNDLE": str(trusted), "PYTHONDONTWRITEBYTECODE": "1"}
        self._runtime = ColdRuntime(aws.endpoint)

    def run(self, ours: Mapping[str, Start], sources: Mapping[str, Start], peers: Mapping[str, Start]) -> Taken:
        """Measure every start in every round, and the peers among them."""
        taken = Taken([], [], [], [])
        try:
            for number in range(ROUNDS):
                compiled: dict[str, float] = {}
                plainly: dict[str, float] = {}
                for at, name in enumerate(ours):
                    if at % FUNCTIONS_A_PEER == 0:
                        taken.rotation.append(self._milliseconds(peers[ROTATION]))
                        taken.plain.append(self._milliseconds(peers[PLAIN]))
                    compiled[name] = self._milliseconds(ours[name])
                    if number < SOURCE_ROUNDS:
                        plainly[name] = self._milliseconds(sources[name])
                taken.ours.append(compiled)
                if plainly:
                    taken.source.append(plainly)
        finally:
            self._runtime.stop()
        return taken

    def _milliseconds(self, start: Start) -> float:
        """Start a function and return what it took.

        Raises:
            RuntimeError: it failed, or asked AWS for something else than when it was recorded.
        """
        known = start.call.function
        environment = {**known.environment, **self._environment}
        digest = hashlib.sha256(start.code).hexdigest()
        function = replace(known, code=start.code, code_sha256=digest, environment=environment)
        self._aws.play(start.call.exchanges)
        took = self._runtime.milliseconds(function, start.call.payload)
        if self._aws.unknown:
            message = f"{known.handler} asked for {', '.join(self._aws.unknown)}, which was not recorded"
            raise RuntimeError(message)
        return took


@contextmanager
def _codes() -> Iterator[tuple[bytes, bytes, bytes]]:
    """Lend the zipped asset with byte code of the Python that runs this, the same as source, and the peers."""
    with staged(byte_code=False) as folder, TemporaryDirectory() as scratch:
        source = zipped(folder)
        compiled, peers = Path(scratch) / "compiled", Path(scratch) / "peers"
        shutil.copytree(folder, compiled)
        shutil.copytree(PEERS, peers, ignore=shutil.ignore_patterns("__pycache__"))
        for each in (compiled, peers):
            compile_all(each, each, OWN)
        yield zipped(compiled), source, zipped(peers)


def peer_calls(like: FirstCall) -> dict[str, FirstCall]:
    """Return the first calls of the peers, configured as a function of ours is, without its variables."""
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:a-secret-a1b2c3"
    event = {"SecretId": arn, "ClientRequestToken": PENDING, "Step": "createSecret"}
    described = {
        "ARN": arn,
        "Name": "a-secret",
        "RotationEnabled": True,
        "VersionIdsToStages": {PENDING: ["AWSPENDING"], CURRENT: ["AWSCURRENT"]},
    }
    none_yet = {"__type": "ResourceNotFoundException", "Message": "there is no such version"}
    rotation = (
        _said("secretsmanager.DescribeSecret", described),
        _said("secretsmanager.GetSecretValue", {"ARN": arn, "VersionId": CURRENT, "SecretString": "{}"}),
        _said("secretsmanager.GetSecretValue", none_yet, HTTPStatus.BAD_REQUEST),
        _said("secretsmanager.GetRandomPassword", {"RandomPassword": "x" * 32}),
        _said("secretsmanager.PutSecretValue", {"ARN": arn, "VersionId": PENDING}),
    )
    plain = (_said("OvertureService.DescribeConnections", {"connections": []}),)
    function = replace(like.function, environment={})
    return {
        PLAIN: FirstCall(replace(function, handler="plain.handler"), b"{}", plain),
        ROTATION: FirstCall(replace(function, handler="rotation.handler"), json.dumps(event).encode(), rotation),
    }


def _said(operation: str, document: dict[str, Any], status: int = HTTPStatus.OK) -> Exchange:
    headers = (("Content-Type", "application/x-amz-json-1.1"),)
    return operation, Answer(status, headers, json.dumps(document).encode())
