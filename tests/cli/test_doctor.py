"""`dxmacsec doctor`: each check tells the sound account from the one that is not, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError

from cli import app as command_line
from cli.commands import doctor as command
from cli.commands.doctor import examine, mending
from cli.doctor.access import clock_skew, credentials_and_clock, permissions
from cli.doctor.check import Check, Patient, State, looked
from cli.doctor.readiness import readiness
from cli.doctor.stack import alarms, alerts, functions, machines, queues, resources_of, rules, schedules, versions
from cli.doctor.trail import logs_changes, trail
from cli.ending import CliError, Ending
from dxmacsec.handlers.wiring import VERSION
from dxmacsec.model import Link, RouterMode
from tests.cli.acting import ADA, Desk, FakeSession, a_desk, client_error
from tests.worlds.estates import LINK, a_connection
from tests.worlds.scene import LIMITS

SERVICES = {
    "directconnect": "Direct Connect",
    "dynamodb": "the ledger",
    "states": "the state machines",
    "secretsmanager": "the key secrets",
    "cloudtrail": "CloudTrail",
}
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ARN = f"arn:aws:directconnect:us-east-1:123456789012:dxcon/{LINK}"


class Answers:
    """A client of which each operation gives what a test says, or raises it."""

    def __init__(self, **answers: Any) -> None:  # noqa: ANN401 - any answer
        """Take the answers by operation; one that can be called is, with the operation's parameters."""
        self._answers = answers

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        """Return an operation."""
        answer = self._answers[operation]

        def call(**parameters: Any) -> Any:  # noqa: ANN401 - as the SDK's
            given = answer(**parameters) if callable(answer) else answer
            if isinstance(given, Exception):
                raise given
            return given

        return call


@dataclass(frozen=True)
class Settings:
    """What the checks read of the stack's settings."""

    ledger_table: str = "ledger"
    key_secret_prefix: str = "dxmacsec/"  # noqa: S105 - a name's beginning
    rotate_key_arn: str = "arn:aws:states:us-east-1:123456789012:stateMachine:RotateKey"
    rotate_fleet_arn: str = "arn:aws:states:us-east-1:123456789012:stateMachine:RotateFleet"
    alerts_topic_arn: str = "arn:aws:sns:us-east-1:123456789012:alerts"
    limits: Any = LIMITS


@dataclass(frozen=True)
class Deployed:
    """What the checks read of an account with the stack."""

    settings: Settings
    outputs: dict[str, str]


def patient(
    deployed: Settings | None = None, resources: Mapping[str, tuple[str, ...]] | None = None, **clients: Answers
) -> Patient:
    """Return an account to look at."""
    session: Any = FakeSession(dict(clients))
    account: Any = Deployed(deployed, {}) if deployed else None
    return Patient(session, account, ADA, dict(resources or {}))


def one(checks: Any) -> Check:  # noqa: ANN401 - any iterable of checks
    """Return the only check."""
    (check,) = list(checks)
    assert isinstance(check, Check)
    return check


@pytest.mark.parametrize(
    ("seconds", "state"), [(0, State.OK), (60, State.OK), (-60, State.OK), (61, State.FAILED), (-3600, State.FAILED)]
)
def test_a_clock_may_be_a_minute_off(seconds: int, state: State) -> None:
    assert clock_skew(NOW, NOW + timedelta(seconds=seconds)).state is state


def test_the_date_of_awss_answer_is_what_the_clock_is_held_against() -> None:
    headers = {"HTTPHeaders": {"date": "Sun, 01 Mar 2020 12:00:00 GMT"}}
    answer = {"Arn": ADA, "Account": "123456789012", "ResponseMetadata": headers}

    checks, caller = credentials_and_clock(patient(sts=Answers(get_caller_identity=answer)))

    assert caller == ADA
    assert [check.state for check in checks] == [State.OK, State.FAILED]


@pytest.mark.parametrize(
    ("error", "states"),
    [
        (client_error("ExpiredToken"), [State.FAILED]),
        (NoCredentialsError(), [State.FAILED]),
        (client_error("SignatureDoesNotMatch"), [State.FAILED, State.FAILED]),
    ],
)
def test_without_good_credentials_everything_else_waits(error: Exception, states: list[State]) -> None:
    checks = examine(patient(sts=Answers(get_caller_identity=error)), "DxMacsec")

    assert [check.state for check in checks if check.state is State.FAILED] == states
    assert {check.state for check in checks[len(states) :]} == {State.NOT_CHECKED}


def allowing(*denied: str, seen: list[dict[str, Any]] | None = None) -> Answers:
    """Return an IAM that denies these actions, and remembers what it was asked."""

    def simulate(**asked: Any) -> dict[str, Any]:  # noqa: ANN401 - as the SDK's
        if seen is not None:
            seen.append(asked)
        decided = [(name, "implicitDeny" if name in denied else "allowed") for name in asked["ActionNames"]]
        return {"EvaluationResults": [{"EvalActionName": name, "EvalDecision": word} for name, word in decided]}

    return Answers(
        simulate_principal_policy=simulate,
        get_role=lambda RoleName: {"Role": {"Arn": f"arn:role/path/{RoleName}"}},  # noqa: N803
    )


def test_permissions_are_asked_of_the_role_behind_a_session_and_of_the_stacks_own_things() -> None:
    seen: list[dict[str, Any]] = []

    check = one(permissions(patient(Settings(), iam=allowing(seen=seen))))

    assert check.state is State.OK
    assert {each["PolicySourceArn"] for each in seen} == {"arn:role/path/NetOps"}
    resources = [each["ResourceArns"][0] for each in seen]
    assert "arn:aws:dynamodb:us-east-1:123456789012:table/ledger" in resources
    assert "arn:aws:states:us-east-1:123456789012:execution:RotateKey:doctor" in resources
    assert "arn:aws:secretsmanager:us-east-1:123456789012:secret:dxmacsec/doctor-AbCdEf" in resources


def test_it_says_of_which_services_it_asked_and_promises_no_more() -> None:
    seen: list[dict[str, Any]] = []

    check = one(permissions(patient(Settings(), iam=allowing(seen=seen))))

    asked = {action.partition(":")[0] for each in seen for action in each["ActionNames"]}
    told, left = check.found.split(" Not asked: ")
    assert {service for service, name in SERVICES.items() if name in told} == asked
    assert "all that the command does" not in check.found
    for word in ("CAK", "CloudTrail", "service control policies"):
        assert word in left


def test_whoever_may_not_read_the_labels_of_a_key_secret_hears_it() -> None:
    check = one(permissions(patient(Settings(), iam=allowing("secretsmanager:DescribeSecret"))))

    assert check.state is State.FAILED
    assert "secretsmanager:DescribeSecret on arn:aws:secretsmanager" in check.found


def test_what_the_caller_may_not_do_is_named_with_its_resource() -> None:
    check = one(permissions(patient(Settings(), iam=allowing("states:StartExecution"))))

    assert check.state is State.FAILED
    assert "states:StartExecution on arn:aws:states:us-east-1:123456789012:stateMachine:RotateKey" in check.found
    assert check.fix


def test_a_user_is_asked_about_as_it_is_and_root_not_at_all() -> None:
    seen: list[dict[str, Any]] = []
    user = replace(patient(Settings(), iam=allowing(seen=seen)), caller="arn:aws:iam::123456789012:user/ben")

    assert one(permissions(user)).state is State.OK
    assert {each["PolicySourceArn"] for each in seen} == {user.caller}
    assert one(permissions(replace(patient(), caller="arn:aws:iam::123456789012:root"))).state is State.OK


@pytest.mark.parametrize(("refused", "state"), [(False, State.NOT_CHECKED), (True, State.FAILED)])
def test_where_iam_does_not_say_what_is_harmless_is_tried(refused: bool, state: State) -> None:  # noqa: FBT001
    iam = Answers(get_role=client_error("AccessDenied", "GetRole"))
    denied = client_error("AccessDeniedException")
    found = patient(
        Settings(),
        iam=iam,
        directconnect=Answers(describe_connections={}),
        dynamodb=Answers(get_item=denied if refused else {}),
        stepfunctions=Answers(list_executions={}),
    )

    check = one(permissions(found))

    assert check.state is state
    assert ("dynamodb:GetItem (AccessDeniedException)" in check.found) is refused


MANAGEMENT = {"EventSelectors": [{"IncludeManagementEvents": True, "ReadWriteType": "All"}]}


@pytest.mark.parametrize(
    ("selectors", "logs"),
    [
        (MANAGEMENT, True),
        ({"EventSelectors": [{"IncludeManagementEvents": True, "ReadWriteType": "WriteOnly"}]}, True),
        ({"EventSelectors": [{"IncludeManagementEvents": True, "ReadWriteType": "ReadOnly"}]}, False),
        ({"EventSelectors": [{"IncludeManagementEvents": False, "ReadWriteType": "All"}]}, False),
        (
            {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]},
            True,
        ),
        ({"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}]}, False),
        (
            {
                "AdvancedEventSelectors": [
                    {
                        "FieldSelectors": [
                            {"Field": "eventCategory", "Equals": ["Management"]},
                            {"Field": "readOnly", "Equals": ["true"]},
                        ]
                    }
                ]
            },
            False,
        ),
        ({}, False),
    ],
)
def test_a_trail_must_log_management_events_that_write(selectors: dict[str, Any], *, logs: bool) -> None:
    assert logs_changes(selectors) is logs


@pytest.mark.parametrize(
    ("trails", "logging", "state"),
    [
        ([], True, State.FAILED),
        ([{"IsMultiRegionTrail": True}], True, State.OK),
        ([{"HomeRegion": "us-east-1"}], True, State.OK),
        ([{"HomeRegion": "eu-west-1"}], True, State.FAILED),
        ([{"IsMultiRegionTrail": True}], False, State.FAILED),
    ],
    ids=["none", "of all Regions", "of this Region", "of another Region", "switched off"],
)
def test_a_trail_must_cover_this_region_and_be_on(trails: list[dict[str, Any]], logging: bool, state: State) -> None:  # noqa: FBT001
    listed = [{"Name": "org", "TrailARN": "arn:trail", **each} for each in trails]
    client = Answers(
        describe_trails={"trailList": listed}, get_trail_status={"IsLogging": logging}, get_event_selectors=MANAGEMENT
    )

    assert one(trail(patient(cloudtrail=client))).state is state


def test_a_trail_of_the_organisation_that_cant_be_looked_at_is_not_called_missing() -> None:
    listed = [{"Name": "org", "TrailARN": "arn:trail", "IsMultiRegionTrail": True}]
    client = Answers(describe_trails={"trailList": listed}, get_trail_status=client_error("AccessDenied"))

    assert one(trail(patient(cloudtrail=client))).state is State.NOT_CHECKED


def test_the_sandbox_needs_no_trail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:4566")

    assert one(trail(patient())).state is State.NOT_CHECKED


def test_resources_are_read_in_pages() -> None:
    def page(StackName: str, NextToken: str = "") -> dict[str, Any]:  # noqa: ARG001, N803
        number = 2 if NextToken else 1
        told = {"StackResourceSummaries": [{"ResourceType": "AWS::Events::Rule", "PhysicalResourceId": f"r{number}"}]}
        return told if NextToken else {**told, "NextToken": "more"}

    found = resources_of(patient(cloudformation=Answers(list_stack_resources=page)), "DxMacsec")

    assert found == {"AWS::Events::Rule": ("r1", "r2")}


RULES = {"AWS::Events::Rule": ("a", "b")}


@pytest.mark.parametrize(
    ("resources", "off", "state"),
    [(RULES, "", State.OK), (RULES, "b", State.FAILED), ({}, "", State.FAILED)],
    ids=["all on", "one off", "none there"],
)
def test_a_rule_that_is_off_is_named_with_how_to_switch_it_on(
    resources: Mapping[str, tuple[str, ...]], off: str, state: State
) -> None:
    client = Answers(describe_rule=lambda Name: {"State": "DISABLED" if Name == off else "ENABLED"})  # noqa: N803

    check = one(rules(patient(Settings(), resources, events=client)))

    assert check.state is state
    assert (check.fix == "aws events enable-rule --name b") is bool(off)


@pytest.mark.parametrize(("seen", "state"), [("ENABLED", State.OK), ("DISABLED", State.FAILED)])
def test_a_schedule_that_is_off_is_a_failure(seen: str, state: State) -> None:
    client = Answers(get_schedule={"State": seen})

    assert one(schedules(patient(Settings(), {"AWS::Scheduler::Schedule": ("s",)}, scheduler=client))).state is state


@pytest.mark.parametrize(
    ("attributes", "state"),
    [
        ({"ApproximateNumberOfMessages": "0"}, State.OK),
        ({"ApproximateNumberOfMessages": "2"}, State.FAILED),
        ({"ApproximateNumberOfMessages": "2", "RedrivePolicy": "{}"}, State.WARNING),
    ],
    ids=["empty", "dead letters", "work that waits"],
)
def test_what_was_given_up_is_a_failure_and_what_waits_a_warning(attributes: dict[str, str], state: State) -> None:
    queue = {"AWS::SQS::Queue": ("https://sqs/1/DxMacsec-ChangesDeadLetters1",)}
    client = Answers(get_queue_attributes={"Attributes": attributes})

    check = one(queues(patient(Settings(), queue, sqs=client)))

    assert check.state is state
    assert ("heading ChangesNotHeard" in check.fix) is (state is State.FAILED)


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        ({"State": "Active", "LastUpdateStatus": "Successful"}, State.OK),
        ({"State": "Inactive"}, State.OK),
        ({"State": "Failed"}, State.FAILED),
        ({"State": "Active", "LastUpdateStatus": "Failed"}, State.FAILED),
    ],
)
def test_a_function_must_be_ready_and_updated(seen: dict[str, str], state: State) -> None:
    client = Answers(get_function_configuration=seen)
    found = patient(Settings(), {"AWS::Lambda::Function": ("f", "g")}, **{"lambda": client})

    assert one(functions(found)).state is state


@pytest.mark.parametrize(("seen", "state"), [("ACTIVE", State.OK), ("DELETING", State.FAILED)])
def test_a_machine_must_be_active(seen: str, state: State) -> None:
    client = Answers(describe_state_machine={"status": seen})

    check = one(machines(patient(Settings(), {"AWS::StepFunctions::StateMachine": ("a:m",)}, stepfunctions=client)))

    assert check.state is state


@pytest.mark.parametrize(
    ("arns", "mode", "state"),
    [
        (["arn:aws:sns:1"], RouterMode.MANUAL, State.OK),
        (["PendingConfirmation"], RouterMode.MANUAL, State.WARNING),
        ([], RouterMode.AGENT, State.WARNING),
        ([], RouterMode.MANUAL, State.FAILED),
    ],
)
def test_somebody_must_hear_the_alerts_most_of_all_where_people_answer(
    arns: list[str], mode: RouterMode, state: State
) -> None:
    subscribed = [{"SubscriptionArn": arn, "Protocol": "email"} for arn in arns]
    client = Answers(list_subscriptions_by_topic={"Subscriptions": subscribed})
    settings = Settings(limits=replace(LIMITS, router_mode=mode))

    assert one(alerts(patient(settings, sns=client))).state is state


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ([{"AlarmName": "dxmacsec-ChangesWait", "StateValue": "OK"}], State.OK),
        ([{"AlarmName": "dxmacsec-ChangesWait", "StateValue": "INSUFFICIENT_DATA"}], State.OK),
        ([{"AlarmName": "dxmacsec-ChangesWait", "StateValue": "ALARM"}], State.FAILED),
        ([], State.FAILED),
    ],
)
def test_an_alarm_that_rings_or_is_gone_is_a_failure(found: list[dict[str, str]], state: State) -> None:
    client = Answers(describe_alarms={"MetricAlarms": found})
    names = {"AWS::CloudWatch::Alarm": ("dxmacsec-ChangesWait",)}

    assert one(alarms(patient(Settings(), names, cloudwatch=client))).state is state


@pytest.mark.parametrize(
    ("outputs", "state"),
    [({}, State.NOT_CHECKED), ({"Version": VERSION}, State.OK), ({"Version": "9.9"}, State.WARNING)],
)
def test_stack_and_command_should_be_of_one_version(outputs: dict[str, str], state: State) -> None:
    account: Any = Deployed(Settings(), outputs)

    assert one(versions(replace(patient(), account=account))).state is state


def test_a_check_that_aws_refuses_is_not_checked_and_names_the_call() -> None:
    client = Answers(describe_rule=client_error("AccessDenied", "DescribeRule"))

    check = one(looked("rules", rules, patient(Settings(), RULES, events=client)))

    assert (check.state, check.name) == (State.NOT_CHECKED, "rules")
    assert "DescribeRule" in check.found


@pytest.fixture
def link(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Link:
    tags = {"dxmacsec:redundancy-group": "north"}
    return a_desk(monkeypatch, capsys, a_connection(tags=tags)).scene.link(LINK)


def test_a_link_that_is_ready_says_how_it_stands(link: Link) -> None:
    check = readiness(link, {}, LIMITS, ARN)

    assert check.state is State.OK
    assert check.found == "must_encrypt, encrypted, 1 of 3 keys, group north, router: agent"


@pytest.mark.parametrize(
    ("changes", "state", "told"),
    [
        ({"macsec_capable": False}, State.WARNING, "Made without MACsec"),
        ({"state": "down"}, State.FAILED, "It is down"),
        ({"keys": ()}, State.WARNING, "no key yet"),
        ({"mode": "should_encrypt"}, State.WARNING, "The mode is should_encrypt"),
        ({"tags": {}}, State.WARNING, f"--resource-arn {ARN} --tags key=dxmacsec:redundancy-group"),
        ({"tags": {"dxmacsec:redundancy-group": "n", "dxmacsec:rotate": "perhaps"}}, State.WARNING, "dxmacsec:rotate"),
    ],
)
def test_what_a_link_lacks_is_told(link: Link, changes: dict[str, Any], state: State, told: str) -> None:
    check = readiness(replace(link, **changes), {}, LIMITS, ARN)

    assert check.state is state
    assert told in f"{check.found} {check.fix}"


@pytest.mark.parametrize(("mode", "state"), [("must_encrypt", State.FAILED), ("should_encrypt", State.WARNING)])
def test_a_dark_port_in_must_encrypt_carries_nothing(link: Link, mode: str, state: State) -> None:
    dark = replace(link, mode=mode, ports=tuple(replace(port, encryption="Encryption Down") for port in link.ports))

    assert readiness(dark, {}, LIMITS, ARN).state is state


def test_a_full_key_chain_is_told(link: Link) -> None:
    (key,) = link.keys
    full = replace(link, keys=(key, replace(key, secret_arn="2"), replace(key, secret_arn="3")))  # noqa: S106

    assert "full (3 keys)" in readiness(full, {}, LIMITS, ARN).found


def test_an_owner_who_declares_is_told_what_that_means(link: Link) -> None:
    assert "No router is asked" in readiness(link, {}, replace(LIMITS, router_mode=RouterMode.NONE), ARN).found


def before_the_deployment(desk: Desk, error: CliError) -> list[Check]:
    def no_stack(*_: object) -> None:
        raise error

    desk.patch.setattr(command, "open_account", no_stack)
    desk.patch.setattr(command, "links", lambda _: [])
    clients = {
        "sts": Answers(get_caller_identity={"Arn": ADA, "Account": "1", "ResponseMetadata": {}}),
        "iam": allowing(),
        "cloudtrail": Answers(describe_trails={"trailList": []}),
    }
    session: Any = FakeSession(dict(clients))
    return examine(Patient(session), "DxMacsec")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return a_desk(monkeypatch, capsys)


def test_before_the_deployment_what_needs_the_stack_waits_for_it(desk: Desk) -> None:
    checks = before_the_deployment(desk, CliError(Ending.NOT_FOUND, "There is no stack."))

    states = {check.name: check.state for check in checks}
    assert states["stack"] is State.NOT_CHECKED
    assert {states[name] for name in ("rules", "queues", "functions", "alarms")} == {State.NOT_CHECKED}
    assert states["permissions"] is State.OK
    assert states["CloudTrail"] is State.FAILED


def test_a_stack_that_cant_be_read_is_a_failure(desk: Desk) -> None:
    checks = before_the_deployment(desk, CliError(Ending.FAILED, "Another version.", "make deploy"))

    (stack,) = [check for check in checks if check.name == "stack"]
    assert (stack.state, stack.fix) == (State.FAILED, "make deploy")


@pytest.mark.parametrize(("state", "code"), [(State.WARNING, 0), (State.NOT_CHECKED, 0), (State.FAILED, 1)])
def test_only_a_failure_is_an_exit_code(desk: Desk, state: State, code: int) -> None:
    found = [Check("clock", State.OK, "0 s"), Check("alerts", state, "Nobody hears.", "aws sns subscribe")]
    desk.patch.setattr(command, "examine", lambda *_: found)
    desk.patch.setattr(command, "session_of", lambda *_: None)

    typed = desk.type("doctor")

    assert typed.code == code
    assert "\naws sns subscribe\n" in typed.out
    assert desk.type("doctor", "--json").document[1] == {
        "name": "alerts",
        "state": str(state),
        "found": "Nobody hears.",
        "fix": "aws sns subscribe",
    }


def test_the_gravest_is_mended_first() -> None:
    found = [Check("a", State.WARNING, "", "second"), Check("b", State.FAILED, "", "first"), Check("c", State.OK, "")]

    told = mending(found).plain

    assert told.index("first") < told.index("second")


def test_the_doctor_needs_no_stack_to_be_called() -> None:
    assert "doctor" in {each.callback.__name__ for each in command_line.app.registered_commands if each.callback}
