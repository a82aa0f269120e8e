"""TagResource, UntagResource, DescribeTags, and the tags that create calls bring along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.twin import shapes
from sandbox.twin.faults import TwinError
from sandbox.twin.stage import Stage, required

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandbox.twin.plant import Hosted, Lag, Port


def tag_resource(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Set tags on a resource; a key that is there gets the new value. Safe to repeat."""
    _tagged(stage, required(parameters, "resourceArn")).tags.update(given(required(parameters, "tags")))
    return {}


def untag_resource(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Take tags off a resource. Safe to repeat."""
    resource = _tagged(stage, required(parameters, "resourceArn"))
    for key in required(parameters, "tagKeys"):
        resource.tags.pop(key, None)
    return {}


def describe_tags(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List the tags of resources, by their ARNs."""
    arns = required(parameters, "resourceArns")
    return {"resourceTags": [{"resourceArn": arn, **shapes.tags(_tagged(stage, arn).tags)} for arn in arns]}


def given(tags: Sequence[Mapping[str, str]] | None) -> dict[str, str]:
    """Return the tags of a request as a dictionary.

    Raises:
        TwinError: a key is there twice.
    """
    named = {tag["key"]: tag.get("value", "") for tag in tags or ()}
    if len(named) != len(tags or ()):
        code, message = "DuplicateTagKeysException", "A tag key was specified more than once"
        raise TwinError(code, message)
    return named


def _tagged(stage: Stage, arn: str) -> Port | Lag | Hosted:
    resource_id = arn.rpartition("/")[2]
    return stage.hosted(resource_id) if resource_id in stage.net.hosted else stage.holder(resource_id)
