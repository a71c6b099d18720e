"""The example's resources: `examples/shop` in a checkout, the same files inside an installed wheel."""

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from watchbill.kernel.errors import NotFound

__all__ = ["shop_resources"]

_IN_CHECKOUT = Path(__file__).parents[4] / "examples" / "shop"
# The build puts the folder there (pyproject.toml, force-include): there is one copy in the repository.
_IN_WHEEL = "examples/shop"


def shop_resources() -> Iterator[tuple[str, str]]:
    """Name and text of each file, in the order of names."""
    installed = resources.files("watchbill").joinpath(_IN_WHEEL)
    folder: Traversable = installed if installed.is_dir() else _IN_CHECKOUT
    if not folder.is_dir():
        raise NotFound("example", _IN_WHEEL, hint="reinstall watchbill: its package data is missing")
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".yaml"):
            yield file.name, file.read_text("utf-8")
