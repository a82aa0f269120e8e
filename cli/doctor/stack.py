"""The deployed stack's things: there, switched on, at work, and nothing left lying."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from cli.doctor.check import Check, Patient, failed, not_checked, ok, warning
from dxmacsec.handlers.wiring import VERSION
from dxmacsec.model import RouterMode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

DEPLOY = "make deploy"
AT_ONCE = 8
QUEUE_HEADINGS = {
    "Changes": "ChangesNotHeard",
    "RouterTasks": "RouterTasksNotTaken",
    "Triggers": "TriggersNotDelivered",
}
"""Heading of the runbook by a word in the queue's name."""
ALARM_HEADINGS = {"ChangesWait": "ChangesNotHeard"}


def resources_of(patient: Patient, stack: str) -> dict[str, tuple[str, ...]]:
    """Read the physical ids of the stack's resources by their type."""
    found: dict[str, tuple[str, ...]] = {}
    after: dict[str, str] = {}
    while True:
        page = patient.client("cloudformation").list_stack_resources(StackName=stack, **after)
        for each in page["StackResourceSummaries"]:
            known = found.get(each["ResourceType"], ())
            found[each["ResourceType"]] = (*known, each.get("PhysicalResourceId", ""))
        if not page.get("NextToken"):
            return found
        after = {"NextToken": page["NextToken"]}


def versions(patient: Patient) -> Iterator[Check]:
    """Hold the stack's version against the command's."""
    outputs = patient.account.outputs if patient.account else {}
    theirs = outputs.get("Version")
    if theirs is None:
        yield not_checked("versions", f"The command is {VERSION} and reads the stack's settings; the stack names none.")
    elif theirs == VERSION:
        yield ok("versions", f"stack and command are {VERSION}")
    else:
        yield warning("versions", f"The stack is {theirs}, the command {VERSION}.", DEPLOY)


def rules(patient: Patient) -> Iterator[Check]:
    """Look whether every rule of the stack is enabled."""
    client = patient.client("events")

    def state(name: str) -> str:
        return str(client.describe_rule(Name=name)["State"])

    off = [each for each, seen in _each(patient, "AWS::Events::Rule", state) if not seen.startswith("ENABLED")]
    yield _all_on(patient, "rules", "AWS::Events::Rule", off, "aws events enable-rule --name {}")


def schedules(patient: Patient) -> Iterator[Check]:
    """Look whether the runs over the fleet and the sweeps are scheduled."""
    client = patient.client("scheduler")

    def state(name: str) -> str:
        return str(client.get_schedule(Name=name)["State"])

    off = [each for each, seen in _each(patient, "AWS::Scheduler::Schedule", state) if seen != "ENABLED"]
    yield _all_on(patient, "schedules", "AWS::Scheduler::Schedule", off, f"{DEPLOY} (switches {{}} on)")


def queues(patient: Patient) -> Iterator[Check]:
    """Look whether work waits, or was given up; a queue without a redrive policy holds what was given up."""
    client = patient.client("sqs")
    left: list[tuple[str, str]] = []
    waits: list[tuple[str, str]] = []
    names = ["ApproximateNumberOfMessages", "RedrivePolicy"]
    for url in patient.resources.get("AWS::SQS::Queue", ()):
        seen = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        if int(seen["ApproximateNumberOfMessages"]):
            (waits if "RedrivePolicy" in seen else left).append((url, seen["ApproximateNumberOfMessages"]))
    for url, count in left:
        name = url.rpartition("/")[2]
        heading = next((found for word, found in QUEUE_HEADINGS.items() if word in name), "")
        yield failed("queues", f"{count} messages were given up in {name}.", f"docs/runbook.md, heading {heading}")
    for url, count in waits:
        yield warning("queues", f"{count} messages wait in {url.rpartition('/')[2]}.", "Look again in a minute.")
    if not left and not waits:
        yield ok("queues", "nothing waits, nothing was given up")


def functions(patient: Patient) -> Iterator[Check]:
    """Look whether every function can be called and its last update went well."""
    client = patient.client("lambda")

    def state(name: str) -> str:
        seen = client.get_function_configuration(FunctionName=name)
        ready = seen.get("State", "Active") in ("Active", "Inactive")
        updated = seen.get("LastUpdateStatus", "Successful") != "Failed"
        return "" if ready and updated else f"{seen.get('State')}, last update {seen.get('LastUpdateStatus')}"

    found = list(_each(patient, "AWS::Lambda::Function", state))
    bad = [f"{name}: {seen}" for name, seen in found if seen]
    yield failed("functions", "; ".join(bad), DEPLOY) if bad else ok("functions", f"{len(found)} are ready")


def machines(patient: Patient) -> Iterator[Check]:
    """Look whether the state machines are there."""
    client = patient.client("stepfunctions")

    def state(arn: str) -> str:
        return str(client.describe_state_machine(stateMachineArn=arn)["status"])

    found = list(_each(patient, "AWS::StepFunctions::StateMachine", state))
    bad = [arn.rpartition(":")[2] for arn, seen in found if seen != "ACTIVE"]
    if bad:
        yield failed("machines", f"not active: {', '.join(bad)}", DEPLOY)
    else:
        yield ok("machines", ", ".join(sorted(arn.rpartition(":")[2].removeprefix("dxmacsec-") for arn, _ in found)))


def alerts(patient: Patient) -> Iterator[Check]:
    """Look whether anybody hears the alerts; where people answer for routers, nobody else brings them the tasks."""
    if patient.account is None:
        return
    settings = patient.account.settings
    topic = settings.alerts_topic_arn
    found = patient.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    confirmed = [each for each in found if each["SubscriptionArn"].startswith("arn:")]
    fix = f"aws sns subscribe --topic-arn {topic} --protocol email --notification-endpoint YOU@EXAMPLE.COM"
    if confirmed:
        yield ok("alerts", f"{len(confirmed)} confirmed: {', '.join(sorted({each['Protocol'] for each in confirmed}))}")
    elif found:
        yield warning("alerts", f"{len(found)} subscribed and none confirmed.", "Follow the link in the mail of AWS.")
    elif settings.limits.router_mode is RouterMode.MANUAL:
        yield failed("alerts", "Nobody hears alerts, and router tasks come to people by them alone.", fix)
    else:
        yield warning("alerts", "Nobody hears alerts.", fix)


def alarms(patient: Patient) -> Iterator[Check]:
    """Look whether an alarm of the stack rings."""
    names = list(patient.resources.get("AWS::CloudWatch::Alarm", ()))
    client, found = patient.client("cloudwatch"), []
    for start in range(0, len(names), 100):
        found += client.describe_alarms(AlarmNames=names[start : start + 100])["MetricAlarms"]
    ringing = [each["AlarmName"] for each in found if each["StateValue"] == "ALARM"]
    for name in ringing:
        short = name.rpartition("-")[2]
        heading = ALARM_HEADINGS.get(short, short)
        yield failed("alarms", f"{name} rings.", f"docs/runbook.md, heading {heading}")
    gone = sorted(set(names) - {each["AlarmName"] for each in found})
    if gone:
        yield failed("alarms", f"gone: {', '.join(gone)}", DEPLOY)
    if not ringing and not gone:
        yield ok("alarms", f"none of {len(names)} rings")


def _each(patient: Patient, kind: str, look: Callable[[str], str]) -> Iterable[tuple[str, str]]:
    """Look at every resource of a type, some at once; the client is made before that."""
    ids = patient.resources.get(kind, ())
    if not ids:
        return []
    first = look(ids[0])
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(zip(ids, (first, *pool.map(look, ids[1:])), strict=True))


def _all_on(patient: Patient, name: str, kind: str, off: list[str], fix: str) -> Check:
    count = len(patient.resources.get(kind, ()))
    if not count:
        return failed(name, "The stack has none.", DEPLOY)
    if off:
        return failed(name, f"switched off: {', '.join(off)}", "; ".join(fix.format(each) for each in off))
    return ok(name, f"all {count} are enabled")


CHECKS: tuple[tuple[str, Callable[[Patient], Iterator[Check]]], ...] = (
    ("versions", versions),
    ("rules", rules),
    ("schedules", schedules),
    ("queues", queues),
    ("functions", functions),
    ("machines", machines),
    ("alerts", alerts),
    ("alarms", alarms),
)
"""What is looked at of a deployed stack, by name."""
