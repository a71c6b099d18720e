"""One page of a long list, with the cursor that fetches the next."""

from typing import Generic, TypeVar

from pydantic import BaseModel

__all__ = ["Page"]

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """Items in order; `next` is the opaque cursor of the following page, None at the end."""

    items: list[Item]
    next: str | None = None
