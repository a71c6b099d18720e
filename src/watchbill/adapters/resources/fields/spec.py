"""The ground of every resource model: unknown keys are faults, what was written is what is stored."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict

__all__ = ["Spec", "shorthand", "word_list"]


class Spec(BaseModel):
    """A mapping of a resource. Fields stand in the template's order; that is the order of exports and of the reference."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=False)

    def written(self) -> dict[str, Any]:  # Any: JSON
        """Only what was written, as JSON-able data."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)


def shorthand(field: str) -> Callable[[object], object]:
    """Lets plain text stand for a mapping with one field: `payments` for `{name: payments}`."""

    def spelled_out(value: object) -> object:
        return {field: value} if isinstance(value, str) else value

    return spelled_out


def word_list(value: object) -> object:
    """Lets a single text stand for a list of one."""
    return [value] if isinstance(value, str) else value


def form_of(mapping: str, text: str) -> Callable[[object], str]:
    """Tells a union of a mapping and a text apart; tags in brackets do not show in the fields of faults."""

    def tag(value: object) -> str:
        return text if isinstance(value, str) else mapping

    return tag
