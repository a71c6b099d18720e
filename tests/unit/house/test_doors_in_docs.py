"""Every door that senders knock on is in the how-to."""

from pathlib import Path

import pytest

from watchbill.entrypoints.api.intake import DOORS

TEXT = (Path(__file__).parents[3] / "docs" / "how-to" / "senders.md").read_text("utf-8")


@pytest.mark.parametrize(
    "base",
    sorted({door.path.split("/{", maxsplit=1)[0].removesuffix("/count").removesuffix("/requests") for door in DOORS}),
)
def test_the_how_to_names_each_door(base: str) -> None:
    """An address that nobody can find out is no door."""
    assert base.removesuffix("/v2/alerts") in TEXT
