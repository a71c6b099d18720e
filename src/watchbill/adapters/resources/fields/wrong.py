"""How a field says no: a reason and a hint, carried through pydantic to the fault."""

from pydantic_core import PydanticCustomError

__all__ = ["FAULT", "wrong"]

FAULT = "fault"


def wrong(reason: str, hint: str = "") -> PydanticCustomError:
    """The error to raise inside a validator; both texts may hold braces."""
    return PydanticCustomError(FAULT, "{reason}", {"reason": reason, "hint": hint})
