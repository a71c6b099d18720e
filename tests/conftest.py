"""What every kind of test may ask for: the whole application in one process, on its own data and a clock that stands still."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watchbill.bootstrap import App
from watchbill.config import Config
from watchbill.kernel.clock import ManualClock


def pytest_addoption(parser: pytest.Parser) -> None:
    """Tests marked slow run only when asked for."""
    parser.addoption("--slow", action="store_true", help="also run tests marked slow: real servers, kills, long runs")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip slow tests visibly unless --slow was given."""
    if config.getoption("--slow"):
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="slow: run with --slow"))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings with a data directory of their own and nothing from the environment."""
    return Config.load({}, data=tmp_path / "data", listen="127.0.0.1:0")


@pytest.fixture
def app(config: Config) -> Iterator[App]:
    """The application in this process: a temporary data directory, and a ManualClock at Tuesday 2026-11-24 03:00 UTC."""
    opened = App.open(config, clock=ManualClock(datetime(2026, 11, 24, 3, 0, tzinfo=UTC)))
    yield opened
    opened.close()
