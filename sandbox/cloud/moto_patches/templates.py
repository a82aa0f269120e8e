"""CloudFormation: a resource type that nobody makes is an error that names it; moto skips it with a warning.

What breaks when moto moves: `resource_class_from_type`, and the cached lists of `CloudFormationModel`.
"""

from __future__ import annotations

from typing import Any

from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.moto_patches.resource_types import classes


def mend(mends: Mends, hooks: Hooks) -> None:
    """Add the resource types that moto lacks, and refuse the ones that still lack."""
    parsing: Any = private("moto.cloudformation.parsing")
    validation_error = private("moto.cloudformation.exceptions").ValidationError
    find = parsing.resource_class_from_type
    added = classes(hooks)

    def resource_class_from_type(resource_type: str) -> Any:
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
