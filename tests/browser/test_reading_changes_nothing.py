"""GET only reads: every page is opened, by somebody who may do everything, and the database stays as it was."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.browser.conftest import Kept
from tests.browser.world import World

from watchbill.entrypoints.web import create_web
from watchbill.entrypoints.web.routes import ROUTES

READS = sorted({row.path for row in ROUTES if row.method == "GET"})


@pytest.fixture(scope="module")
def world(kept_worlds: dict[str, Kept], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A copy of the fire."""
    import shutil

    kept, copy = kept_worlds["burning"], tmp_path_factory.mktemp("reading") / "world"
    shutil.copytree(kept.folder, copy)
    world = World.reopen(copy, kept.now)
    yield world
    world.close()


def addresses(world: World) -> dict[str, str]:
    """A path of each route that leads to something; filters and other spans are asked for as well."""
    login = world.login_path("bob")
    subscriber = world.subscriber()
    public = {
        f"/status/{{page}}{rest}": f"/status/public{rest}"
        for rest in ("", "/feed.atom", "/feed.rss", "/status.json", "/subscribe", "/report")
    }
    named = public | {
        "/calendar/{token}": world.calendar(),
        "/status/confirm/{token}": f"/status/confirm/{subscriber}",
        "/status/leave/{token}": f"/status/leave/{subscriber}",
        "/status/{page}/history/{month}": "/status/public/history/2026-11",
        "/incidents/{number}/look": "/incidents/2/look",
        "/incidents/{number}/timeline.{format}": "/incidents/2/timeline.md",
        "/runbooks/{name}": "/runbooks/checkout-errors",
        "/walks/{id}": world.walk(),
        "/senders/{name}": "/senders/zabbix",
        "/slos/{name}/calendar": "/slos/checkout-availability/calendar?weeks=52",
        "/incidents/{number}": "/incidents/2?all=1",
        "/postmortems/{id}": f"/postmortems/{world.newest('postmortem')}",
        "/postmortems/{id}/export/{format}": f"/postmortems/{world.newest('postmortem')}/export/md",
        "/postmortems/{id}/file": "/postmortems/INC-1/file",
        "/postmortems/{id}/versions": "/postmortems/INC-1/versions?before=1",
        "/postmortems/{id}/fishbone": "/postmortems/INC-1/fishbone",
        "/postmortems/{id}/meeting": "/postmortems/INC-1/meeting",
        "/postmortems": "/postmortems?q=connections",
        "/actions": "/actions?owner=ana&days=28",
        "/services/{name}": "/services/checkout",
        "/oncall/{name}": "/oncall/shop?days=28",
        "/slos/{name}": "/slos/checkout-availability",
        "/alerts/{id}": f"/alerts/{world.newest('alert')}",
        "/handoffs/{id}": f"/handoffs/{world.handoff()}",
        "/handoffs/{id}/export": f"/handoffs/{world.handoff()}/export",
        "/pages/{id}": f"/pages/{world.newest('page')}",
        "/tickets/{id}": "/tickets/1",
        "/p/{token}": world.link(),
        "/login/{token}": login,
        "/incidents/new": "/incidents/new?title=checkout&service=checkout",
        "/find": "/find?q=checkout",
    }
    return {path: named.get(path, path) for path in READS}


def content(world: World) -> list[str]:
    """Everything in the database."""
    file = world.app.config.sqlite_path
    assert file is not None
    return _dump(file)


def _dump(file: Path) -> list[str]:
    base = sqlite3.connect(file)
    try:
        return list(base.iterdump())
    finally:
        base.close()


def test_opening_every_page_leaves_the_database_as_it_was(world: World) -> None:
    """All routes that answer GET, with a name that exists; scanners, prefetchers and reloads may do the same."""
    paths = addresses(world)
    client = TestClient(create_web(world.app), cookies={"watchbill": world.session()}, follow_redirects=False)
    before = content(world)
    answers = {route: client.get(path).status_code for route, path in paths.items()}

    assert answers == dict.fromkeys(READS, 200)
    assert content(world) == before


def test_a_head_request_reads_as_well(world: World) -> None:
    """HEAD answers like GET, without a body."""
    client = TestClient(create_web(world.app), cookies={"watchbill": world.session()})

    assert client.head("/incidents/2").status_code == 200
