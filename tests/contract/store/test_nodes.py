"""Several processes on one PostgreSQL: without a shared store of counts one only; with it all, and one of them measures."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from watchbill.bootstrap import App
from watchbill.config import Config
from watchbill.kernel.errors import Refused


@pytest.fixture
def urls(postgresql_url: str) -> dict[str, str]:
    """Settings of nodes with a metrics store; it is not asked here."""
    return {"database": postgresql_url, "counts_url": "http://127.0.0.1:1"}


@pytest.fixture
def nodes(urls: dict[str, str], tmp_path: Path) -> Iterator[tuple[App, App]]:
    """Two nodes with folders of their own."""
    opened = tuple(App.open(Config.load({}, data=tmp_path / name, **urls)) for name in ("a", "b"))
    yield opened[0], opened[1]
    for app in opened:
        app.close()


def test_a_second_node_without_a_shared_store_is_refused(postgresql_url: str, tmp_path: Path) -> None:
    """It says why, and what to set."""
    first, second = (App.open(Config.load({}, data=tmp_path / name, database=postgresql_url)) for name in ("a", "b"))
    first.claim_node()
    with pytest.raises(Refused, match="files of one node only") as refused:
        second.claim_node()

    assert "WATCHBILL_COUNTS_URL" in refused.value.hint
    first.close()
    second.claim_node()
    second.close()


def test_with_a_shared_store_one_node_measures(nodes: tuple[App, App]) -> None:
    """Both may run; the sources are read by one, and by the other as soon as that one is gone."""
    first, second = nodes
    for app in nodes:
        app.claim_node()

    assert (first.rounds.measures(), second.rounds.measures(), first.rounds.measures()) == (True, False, True)
    first.measuring.release()

    assert (second.rounds.measures(), first.rounds.measures()) == (True, False)


def test_a_node_whose_connection_broke_stops_measuring(nodes: tuple[App, App]) -> None:
    """The database ends the session of a dead node; the node itself notices at its next round."""
    first, second = nodes

    assert first.rounds.measures()
    with second.transaction() as s:
        s.connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        )

    assert not first.rounds.measures()
    assert second.rounds.measures()
