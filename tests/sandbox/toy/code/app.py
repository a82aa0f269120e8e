"""The toy's handlers, which run under awslambdaric as the product's do."""

import json
import os
import time

import boto3


class ToyRefusedError(Exception):
    """An error by whose name a machine catches."""


def echo(event, context):
    """Return the event and what the environment says."""
    print(f"echo of {sorted(event)}")
    return {
        "event": event,
        "function": context.function_name,
        "endpoint": os.environ["AWS_ENDPOINT_URL"],
        "colour": os.environ["TOY_COLOUR"],
        "process": os.getpid(),
        "remaining": context.get_remaining_time_in_millis(),
    }


def refuse(event, context):
    """Fail with a named error."""
    raise ToyRefusedError(f"refused {event['link']}")


def sleep(event, context):
    """Take as long as the event says."""
    time.sleep(event["seconds"])
    return {"slept": event["seconds"]}


def crash(event, context):
    """End the process in the middle of a request."""
    os._exit(3)


def caller(event, context):
    """Call AWS twice, as the function's role."""
    client = boto3.client("directconnect")
    boto3.client("dynamodb").put_item(TableName=os.environ["TOY_TABLE"], Item={"id": {"S": "from-function"}})
    return {"connections": len(client.describe_connections()["connections"])}


def flaky(event, context):
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
        raise ToyRefusedError(f"seen {seen}")
    return {"seen": seen}


def ask(event, context):
    """Keep a task token where the test finds it."""
    boto3.client("dynamodb").put_item(
        TableName=os.environ["TOY_TABLE"],
        Item={"id": {"S": event["question"]}, "token": {"S": event["token"]}},
    )
    return {"ignored": True}


def announce(event, context):
    """Put an event on the bus."""
    entry = {"Source": "toy", "DetailType": "Toy Spoke", "Detail": json.dumps(event)}
    return boto3.client("events").put_events(Entries=[entry])["FailedEntryCount"]
