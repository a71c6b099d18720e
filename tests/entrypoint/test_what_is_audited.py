"""What the audit log keeps of requests: who was refused, and who kept alerts quiet; and that looking writes nothing."""

import hashlib
from collections.abc import Callable

from sqlalchemy import text
from starlette.testclient import TestClient

from watchbill.bootstrap import App
from watchbill.operations.table import OPERATIONS
from watchbill.people.model import Role

Clients = Callable[[Role | None], TestClient]


def _rows(app: App, action: str) -> list[tuple[str, str]]:
    """Actor and subject of the rows of one action."""
    with app.reading() as s:
        return [(row.actor, row.subject) for row in s.audit.list(limit=1000) if row.action == action]


def test_a_request_above_ones_role_is_on_record(app: App, client_of: Clients) -> None:
    """The refused request is undone, and that it was tried stays, by name; the chain verifies."""
    viewer = client_of(Role.VIEWER)

    assert viewer.post("/api/v1/incidents", json={"title": "x"}).status_code == 403
    assert viewer.get("/api/v1/services").status_code == 200

    assert _rows(app, "access.denied") == [("viewer-0", "incident.start")]
    with app.reading() as s:
        assert s.audit.verify().fault is None


def test_a_silence_is_on_record_from_its_beginning_to_its_end(app: App, client_of: Clients) -> None:
    """Who hides alerts is asked about later; a dry run hides nothing and is not."""
    responder = client_of(Role.RESPONDER)
    asked = {"matchers": ["alertname=x"], "duration": "1h", "comment": "known"}

    responder.post("/api/v1/silences", json={**asked, "dry_run": True})
    assert _rows(app, "silence.set") == []
    made = responder.post("/api/v1/silences", json=asked).json()["id"]
    assert responder.delete(f"/api/v1/silences/{made}").status_code == 200

    assert _rows(app, "silence.set") == [("responder-0", made)]
    assert _rows(app, "silence.expire") == [("responder-0", made)]


def test_looking_changes_nothing(app: App, client_of: Clients) -> None:
    """Every GET of the table, asked by an admin, leaves each table of the database as it was."""
    admin = client_of(Role.ADMIN)
    admin.post("/api/v1/incidents", json={"title": "search is slow", "severity": "SEV4"})
    before = _digests(app)

    for row in OPERATIONS:
        if not row.writes:
            path = "/".join("1" if part.startswith("{") else part for part in row.path.split("/"))
            assert admin.request(row.method, path, json=None if row.method == "GET" else {}).status_code < 500

    assert _digests(app) == before


def _digests(app: App) -> dict[str, str]:
    """A digest of the rows of each table."""
    found = {}
    with app.reading() as s:
        tables = s.connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"))
        for name in tables.scalars().all():
            rows = s.connection.execute(text(f'SELECT * FROM "{name}"')).all()
            found[name] = hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()
    return found
