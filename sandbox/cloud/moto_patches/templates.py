"""CloudFormation: a resource type that nobody makes is an error that names it; moto skips it with a warning.

What breaks when moto moves: `resource_class_from_type`, the cached lists of `CloudFormationModel`, and how a
change set is applied to its stack.
"""

# ruff: noqa: SLF001 - what is private to moto is what this package is for

from __future__ import annotations

from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.moto_patches.resource_types import classes
from sandbox.cloud.vocabulary import Private


def mend(mends: Mends, hooks: Hooks) -> None:
    """Add the resource types that moto lacks, and refuse the ones that still lack."""
    parsing: Private = private("moto.cloudformation.parsing")
    validation_error = private("moto.cloudformation.exceptions").ValidationError
    find = parsing.resource_class_from_type
    added = classes(hooks)

    def resource_class_from_type(resource_type: str) -> Private:
        if resource_type in added:
            return added[resource_type]
        known = parsing.get_model_map()
        if resource_type not in known and not resource_type.startswith("Custom::"):
            raise validation_error(message=f"The sandbox makes no resources of type {resource_type}")
        return find(resource_type)

    def name_property(resource_type: str) -> str | None:
        if resource_type in added:
            return str(added[resource_type].cloudformation_name_type()) or None
        name = parsing.get_name_type_map().get(resource_type)
        return str(name) if name else None

    mends.replace(parsing, "resource_class_from_type", resource_class_from_type)
    mends.replace(parsing, "resource_name_property_from_type", name_property)
    _name_missing_change_sets(mends)
    _give_change_sets_their_outputs(mends)


def _name_missing_change_sets(mends: Mends) -> None:
    """Answer ChangeSetNotFound, by which the CDK CLI knows that an old change set is gone."""
    backend: Private = private("moto.cloudformation.models").CloudFormationBackend
    exceptions = private("moto.cloudformation.exceptions")
    describe = backend.describe_change_set

    def describe_change_set(self: Private, change_set_name: str) -> Private:
        try:
            return describe(self, change_set_name)
        except exceptions.ValidationError as error:
            missing = exceptions.ValidationError(message=f"ChangeSet [{change_set_name}] does not exist")
            missing.code = "ChangeSetNotFound"
            raise missing from error

    mends.replace(backend, "describe_change_set", describe_change_set)


def _give_change_sets_their_outputs(mends: Mends) -> None:
    """Give a stack that a change set makes the outputs of its template; moto gives it none.

    The CDK CLI deploys by change sets: without this `cdk deploy --outputs-file` writes `{}`.
    """
    change_set: Private = private("moto.cloudformation.models").ChangeSet
    apply = change_set.apply

    def apply_with_outputs(self: Private) -> None:
        apply(self)
        self.stack.template = self.template
        self.stack._parse_template()
        self.stack.output_map = self.stack._create_output_map()

    mends.replace(change_set, "apply", apply_with_outputs)
