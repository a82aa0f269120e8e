"""The toy's handlers, which run under awslambdaric as the product's do."""

import json
import os
import time
from typing import Any

import boto3

Event = dict[str, Any]
Context = Any


BUS = boto3.client("events")
"""Made before the first request, whose time is short."""


class ToyRefusedError(Exception):
    """An error by whose name a machine catches."""


def echo(event: Event, context: Context) -> Event:
    """Return the event and what the environment says."""
    print(f"echo of {sorted(event)}")  # noqa: T201 - stdout of a function is its log
    return {
        "event": event,
        "function": context.function_name,
        "endpoint": os.environ["AWS_ENDPOINT_URL"],
        "colour": os.environ["TOY_COLOUR"],
        "process": os.getpid(),
        "remaining": context.get_remaining_time_in_millis(),
    }


def refuse(event: Event, _context: Context) -> None:
    """Fail with a named error."""
    raise ToyRefusedError("refused " + event["link"])


def sleep(event: Event, _context: Context) -> Event:
    """Take as long as the event says."""
    time.sleep(event["seconds"])
    return {"slept": event["seconds"]}


def crash(_event: Event, _context: Context) -> None:
    """End the process in the middle of a request."""
    os._exit(3)


def caller(_event: Event, _context: Context) -> Event:
    """Call AWS twice, as the function's role."""
    client = boto3.client("directconnect")
    boto3.client("dynamodb").put_item(TableName=os.environ["TOY_TABLE"], Item={"id": {"S": "from-function"}})
    return {"connections": len(client.describe_connections()["connections"])}


def flaky(event: Event, _context: Context) -> Event:
    """Fail until the table has counted to three."""
    answer = boto3.client("dynamodb").update_item(
        TableName=os.environ["TOY_TABLE"],
        Key={"id": {"S": event["counter"]}},
        UpdateExpression="ADD seen :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
        ReturnValues="UPDATED_NEW",
    )
    seen = int(answer["Attributes"]["seen"]["N"])
    if seen < 3:
        raise ToyRefusedError(seen)
    return {"seen": seen}


def ask(event: Event, _context: Context) -> Event:
    """Keep a task token where the test finds it."""
    boto3.client("dynamodb").put_item(
        TableName=os.environ["TOY_TABLE"],
        Item={"id": {"S": event["question"]}, "token": {"S": event["token"]}},
    )
    return {"ignored": True}


def rotate(event: Event, _context: Context) -> None:
    """Note each rotation step; fail the third one of a secret whose name says so."""
    table, key = os.environ["TOY_TABLE"], {"id": {"S": event["ClientRequestToken"]}}
    boto3.client("dynamodb").update_item(
        TableName=table,
        Key=key,
        UpdateExpression="SET steps = list_append(if_not_exists(steps, :none), :step), secret = :secret",
        ExpressionAttributeValues={
            ":none": {"L": []},
            ":step": {"L": [{"S": event["Step"]}]},
            ":secret": {"S": event["SecretId"]},
        },
    )
    if event["Step"] == "testSecret" and "failing" in event["SecretId"]:
        raise ToyRefusedError(event["Step"])


def announce(event: Event, _context: Context) -> int:
    """Put an event on the bus."""
    entry: Any = {"Source": "toy", "DetailType": "Toy Spoke", "Detail": json.dumps(event)}
    return boto3.client("events").put_events(Entries=[entry])["FailedEntryCount"]


def work(event: Event, _context: Context) -> Event:
    """Tell of each batch; leave those messages undone that say so, and fail with the whole batch if one says so."""
    jobs = [{**json.loads(record["body"]), "message": record["messageId"]} for record in event["Records"]]
    first = {name: value for name, value in event["Records"][0].items() if name != "body"}
    told = {"jobs": [job.get("job") for job in jobs], "first": first, "at": time.time()}
    entry: Any = {"Source": "toy.work", "DetailType": "Toy Worked", "Detail": json.dumps(told)}
    BUS.put_events(Entries=[entry])
    if any(job.get("how") == "refuse" for job in jobs):
        raise ToyRefusedError(len(jobs))
    time.sleep(sum(job.get("seconds", 0) for job in jobs))
    left = [{"itemIdentifier": job["message"]} for job in jobs if job.get("how") == "leave"]
    return {"batchItemFailures": left}


def measure(event: Event, _context: Context) -> None:
    """Print a metric in the embedded format, between lines that hold none."""
    directive = {"Namespace": "toy", "Dimensions": [["service"], []], "Metrics": [{"Name": "Links", "Unit": "Count"}]}
    document = {"_aws": {"Timestamp": 0, "CloudWatchMetrics": [directive]}, "service": "toy", "Links": event["links"]}
    print(json.dumps({"level": "INFO", "message": "no metric"}))  # noqa: T201 - stdout of a function is its log
    print(json.dumps(document))  # noqa: T201
