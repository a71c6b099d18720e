"""What the code offers is in the docs, word for word."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]


def _reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "name", ["cli.md", "api.md", "events.md", "errors.md", "settings.md", "metrics.md", "resources.md", "logs.md"]
)
def test_reference_page_is_up_to_date(name: str) -> None:
    """The page is what scripts/reference.py makes of the code as it is now."""
    made = _reference().PAGES[name]()

    assert (ROOT / "docs" / "reference" / name).read_text("utf-8") == made
