"""What starts RecoverLink, as what, and with which rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Properties = Callable[[str], dict[str, dict[str, Any]]]

ENDED_BY_ITSELF_OR_NOT = ["ABORTED", "TIMED_OUT", "FAILED"]


def rules(properties: Properties) -> list[dict[str, Any]]:
    """The rules about ends of executions."""
    found = properties("AWS::Events::Rule").values()
    return [rule for rule in found if rule["EventPattern"]["source"] == ["aws.states"]]


def names(properties: Properties, rule: dict[str, Any]) -> set[str]:
    """The names of the machines that a rule watches."""
    machines = properties("AWS::StepFunctions::StateMachine")
    return {machines[arn["Ref"]]["StateMachineName"] for arn in rule["EventPattern"]["detail"]["stateMachineArn"]}


def test_every_end_that_may_have_left_something_starts_a_recovery(properties: Properties) -> None:
    [ends] = [rule for rule in rules(properties) if "FAILED" in rule["EventPattern"]["detail"]["status"]]

    assert ends["EventPattern"]["detail-type"] == ["Step Functions Execution Status Change"]
    assert ends["EventPattern"]["detail"]["status"] == ENDED_BY_ITSELF_OR_NOT
    assert names(properties, ends) == {"dxmacsec-RotateKey", "dxmacsec-EnforceEncryption"}


def test_a_recovery_that_fails_does_not_start_itself_again(properties: Properties) -> None:
    [own] = [rule for rule in rules(properties) if names(properties, rule) == {"dxmacsec-RecoverLink"}]

    assert own["EventPattern"]["detail"]["status"] == ["ABORTED", "TIMED_OUT"]


def test_the_recovery_is_told_the_execution_and_nothing_else(properties: Properties) -> None:
    for rule in rules(properties):
        [target] = rule["Targets"]
        assert target["InputTransformer"]["InputPathsMap"] == {"detail-executionArn": "$.detail.executionArn"}
        assert target["InputTransformer"]["InputTemplate"] == '{"execution":<detail-executionArn>}'


def test_a_start_that_fails_is_kept_as_a_dead_letter(properties: Properties) -> None:
    queues = properties("AWS::SQS::Queue")

    for rule in rules(properties):
        [target] = rule["Targets"]
        assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0] in queues


def test_the_rules_may_start_recover_link_and_nothing_else(properties: Properties) -> None:
    machines, roles = properties("AWS::StepFunctions::StateMachine"), properties("AWS::IAM::Role")

    for rule in rules(properties):
        [target] = rule["Targets"]
        [policy] = roles[target["RoleArn"]["Fn::GetAtt"][0]]["Policies"]
        [statement] = policy["PolicyDocument"]["Statement"]
        assert statement["Action"] == "states:StartExecution"
        assert machines[statement["Resource"]["Ref"]]["StateMachineName"] == "dxmacsec-RecoverLink"
        assert machines[target["Arn"]["Ref"]]["StateMachineName"] == "dxmacsec-RecoverLink"


def test_only_the_first_step_reads_histories_and_only_of_our_machines(properties: Properties) -> None:
    readers = [
        statement
        for role in properties("AWS::IAM::Role").values()
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if "states:GetExecutionHistory" in statement["Action"]
    ]

    [statement] = readers
    written = str(statement["Resource"])
    assert all(f":{name}:*" in written for name in ("RotateKey", "EnforceEncryption", "RecoverLink")) or (
        len(statement["Resource"]) == 3 and "stateMachine" not in written
    )
