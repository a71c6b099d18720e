"""Every provider of the channels file is in the how-to, with its keys and channels."""

from pathlib import Path

import pytest

from watchbill.adapters.notify.providers import CHANNELS

TEXT = (Path(__file__).parents[3] / "docs" / "how-to" / "channels.md").read_text("utf-8")


@pytest.mark.parametrize("name", CHANNELS)
def test_the_how_to_shows_each_provider(name: str) -> None:
    """Its row names what it needs and what it gives."""
    row = next(line for line in TEXT.splitlines() if line.startswith(f"| `[{name}]` |"))
    provider = CHANNELS[name]

    assert all(key in row for key in (*provider.needs, *provider.may, *provider.gives))
