"""Step Functions: what a distributed Map leaves behind, and how many failures it bears.

moto (5.2.5) takes no `Arguments` in a ResultWriter and no whole number of tolerated per cent, writes a manifest
without result files, and a Map in which everything fails succeeds. What breaks when moto moves: `parse`,
`result_writer_field` of the parser, `_eval_job` of the worker, `_map_run` of the component, `_handle_put_object` of
the result writer.
The children have no history of their own, and a Map that fails writes no results; on AWS both is there.
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

# ruff: noqa: SLF001 - what is private to moto is what this package is for

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.vocabulary import Client, Private

_PARSER: Final = "moto.stepfunctions.parser"
_MAP: Final = f"{_PARSER}.asl.component.state.exec.state_map"
_WHOLE_PER_CENT: Final = re.compile(r'("ToleratedFailurePercentage"\s*:\s*\d+)(?=\s*[,}])')
SUCCEEDED: Final = "SUCCEEDED"
Child = dict[str, Any]
"""One child execution as a result file has it."""


def mend(mends: Mends, _hooks: Hooks) -> None:
    """Note how each child ends, hold the tolerated failures against it, and write it all down."""
    _take_arguments(mends)
    _take_whole_numbers(mends)
    _note_children(mends)
    _bear_failures(mends)
    _write_results(mends)


def _take_arguments(mends: Mends) -> None:
    """Read the arguments of a ResultWriter by the rule for those of an ItemReader: they are written alike."""
    parser: Private = private(f"{_PARSER}.asl.antlr.runtime.ASLParser").ASLParser
    read = parser.result_writer_field

    def result_writer_field(self: Private) -> Private:
        return self.items_reader_field() if self._input.LA(1) == parser.ARGUMENTS else read(self)

    mends.replace(parser, "result_writer_field", result_writer_field)


def _take_whole_numbers(mends: Mends) -> None:
    """Write a whole number of per cent as the parser wants it, with a point."""
    reader: Private = private(f"{_PARSER}.asl.parse.asl_parser").AmazonStateLanguageParser
    read = reader.parse

    def parse(definition: str) -> Private:
        return read(_WHOLE_PER_CENT.sub(r"\1.0", definition))

    mends.replace(reader, "parse", staticmethod(parse))


def _note_children(mends: Mends) -> None:
    worker = private(f"{_MAP}.iteration.itemprocessor.distributed_item_processor_worker").DistributedItemProcessorWorker
    evaluate = worker._eval_job

    def eval_job(self: Private, env: Private, job: Private) -> None:
        started = datetime.now(UTC)
        evaluate(self, env, job)
        child = {**_described(self._map_run_record, started), "Input": json.dumps(job.job_input)}
        _children(self._map_run_record).append({**child, **_ended(env.program_state(), job)})

    mends.replace(worker, "_eval_job", eval_job)


def _children(record: Private) -> list[Child]:
    noted: list[Child] = record.__dict__.setdefault("children", [])
    return noted


def _described(record: Private, started: datetime) -> Child:
    """Return what is known of a child whatever its end; its name is random, as on AWS."""
    name = str(uuid.uuid4())
    return {
        "ExecutionArn": f"{record.map_state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}",
        "InputDetails": {"Included": True},
        "Name": name,
        "RedriveCount": 0,
        "StartDate": _stamp(started),
        "StateMachineArn": record.map_state_machine_arn,
        "StopDate": _stamp(datetime.now(UTC)),
    }


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def _ended(state: Private, job: Private) -> Child:
    """Return how a child ended; moto swallows what fails before its first state."""
    states = private(f"{_PARSER}.asl.eval.program_state")
    if isinstance(state, states.ProgramEnded):
        output = {"Output": json.dumps(job.job_output), "OutputDetails": {"Included": True}}
        return {**output, "RedriveStatus": "NOT_REDRIVABLE", "Status": SUCCEEDED}
    if isinstance(state, states.ProgramStopped):
        return {"RedriveStatus": "REDRIVABLE", "Status": "ABORTED"}
    if isinstance(state, states.ProgramTimedOut):
        return {"Error": "States.Timeout", "RedriveStatus": "REDRIVABLE", "Status": "TIMED_OUT"}
    told: Mapping[str, Any] = (getattr(state, "error", None) or {}) if isinstance(state, states.ProgramError) else {}
    failure = {"Cause": told.get("cause") or "", "Error": told.get("error") or "States.Runtime"}
    return {**failure, "RedriveStatus": "REDRIVABLE", "Status": "FAILED"}


def _bear_failures(mends: Mends) -> None:
    component = private(f"{_MAP}.iteration.distributed_iteration_component").DistributedIterationComponent
    run = component._map_run

    def map_run(self: Private, env: Private, eval_input: Private) -> None:
        run(self, env, eval_input)
        record = eval_input.map_run_record
        if too_many([child["Status"] for child in _children(record)], **_tolerated(record)):
            raise _exceeded(env)

    mends.replace(component, "_map_run", map_run)


def _tolerated(record: Private) -> dict[str, float]:
    return {"percentage": float(record.tolerated_failure_percentage), "count": int(record.tolerated_failure_count)}


def too_many(statuses: Sequence[str], *, percentage: float, count: float) -> bool:
    """Return whether more children failed than tolerated; a limit of 0 is one that was not set, unless both are.

    https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#maprun-fail-threshold
    """
    failed = sum(status != SUCCEEDED for status in statuses)
    by_percentage = percentage > 0 and failed * 100 > percentage * len(statuses)
    by_count = count > 0 and failed > count
    return by_percentage or by_count or (failed > 0 and not percentage and not count)


def _exceeded(env: Private) -> Exception:
    failures = private(f"{_PARSER}.asl.component.common.error_name.failure_event")
    names = private(f"{_PARSER}.asl.component.common.error_name.states_error_name")
    kinds = private(f"{_PARSER}.asl.component.common.error_name.states_error_name_type").StatesErrorNameType
    name = names.StatesErrorName(typ=kinds.StatesExceedToleratedFailureThreshold)
    cause = "The specified tolerated failure threshold was exceeded"
    kind = private(f"{_PARSER}.api").HistoryEventType.MapRunFailed
    details = {"mapRunFailedEventDetails": {"error": name.error_name, "cause": cause}}
    event = failures.FailureEvent(env=env, error_name=name, event_type=kind, event_details=details)
    error: Exception = failures.FailureEventException(failure_event=event)
    return error


def _write_results(mends: Mends) -> None:
    writer = private(f"{_MAP}.result_writer.resource_eval.resource_eval_s3").ResourceEvalS3

    def handle_put_object(env: Private, resource_runtime_part: Private, state_credentials: Private) -> None:
        asked = env.stack.pop()
        env.stack.pop()
        record = env.map_run_record_pool_manager.get_all().pop()
        client = writer._get_s3_client(resource_runtime_part, state_credentials)
        prefix = "/".join(part for part in (str(asked.get("Prefix", "")).strip("/"), _uuid(record)) if part)
        key = written(client, str(asked["Bucket"]), prefix, record.map_run_arn, _children(record))
        details = {"Bucket": asked["Bucket"], "Key": key}
        env.stack.append({"MapRunArn": record.map_run_arn, "ResultWriterDetails": details})

    mends.replace(writer, "_handle_put_object", staticmethod(handle_put_object))


def _uuid(record: Private) -> str:
    return str(record.map_run_arn.rsplit(":", 1)[-1])


def written(s3: Client, bucket: str, prefix: str, map_run_arn: str, children: Sequence[Child]) -> str:
    """Write the files of a map run as Step Functions does, and return the manifest's key."""
    by_file = {
        "FAILED": [child for child in children if child["Status"] != SUCCEEDED],
        "PENDING": [],
        SUCCEEDED: [child for child in children if child["Status"] == SUCCEEDED],
    }
    files: dict[str, list[dict[str, Any]]] = {name: [] for name in by_file}
    for name, listed in by_file.items():
        if listed:
            body, key = json.dumps(listed).encode(), f"{prefix}/{name}_0.json"
            s3.put_object(Bucket=bucket, Key=key, Body=body)
            files[name].append({"Key": key, "Size": len(body)})
    manifest = {"DestinationBucket": bucket, "MapRunArn": map_run_arn, "ResultFiles": files}
    s3.put_object(Bucket=bucket, Key=f"{prefix}/manifest.json", Body=json.dumps(manifest).encode())
    return f"{prefix}/manifest.json"
