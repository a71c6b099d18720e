"""Long lists of incidents: words are looked for in bounded steps, and what is open never costs a walk over what is over."""

import sqlite3

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from watchbill.bootstrap import App
from watchbill.incidents.model import Severity, Status, search
from watchbill.incidents.ports import Search
from watchbill.operations import finding, incidents
from watchbill.operations.incident_given import CloseIncident, ListIncidents, StartIncident
from watchbill.people.model import Actor, Role

WHO = Actor(name="ana", role=Role.ADMIN, via="test")


@pytest.fixture
def ten(app: App) -> App:
    """INC-1 to INC-10; the first is the only one about mail, and the first nine are closed."""
    with app.transaction() as s:
        for number in range(1, 11):
            title = "Mail is late" if number == 1 else f"Checkout fails in zone {number}"
            incidents.start(s, WHO, StartIncident(title=title, severity=Severity.SEV3, confirm=True))
            if number < 10:
                incidents.close(s, WHO, CloseIncident(id=str(number), reason="a trial"))
    return app


def test_words_are_looked_for_in_steps(ten: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that ends early says where the search goes on; following it finds the old one."""
    monkeypatch.setattr(search, "WORDS_REACH", 4)
    pages, cursor = [], None
    with ten.reading() as s:
        for _ in range(5):
            page = incidents.list_all(s, WHO, ListIncidents(text="mail", cursor=cursor))
            pages.append([row.number for row in page.items])
            cursor = page.next
            if cursor is None:
                break

    assert pages == [[], [], [1]]


def test_words_within_reach_need_one_step(ten: App) -> None:
    """Fewer incidents than one step reads: no further page is offered."""
    with ten.reading() as s:
        page = incidents.list_all(s, WHO, ListIncidents(text="ZONE"))

    assert (len(page.items), page.next) == (9, None)


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        ("status IN ('open', 'mitigated') ORDER BY number DESC", "ix_incidents_open"),
        ("merged_into = 'inc_1'", "ix_incidents_merged_into"),
    ],
)
def test_small_questions_use_small_indexes(condition: str, index: str, ten: App) -> None:
    """SQLite's own plan for the very words that the store says: not a walk over the table, whatever the statistics."""
    assert ten.config.sqlite_path is not None
    base = sqlite3.connect(ten.config.sqlite_path)
    base.execute("ANALYZE")
    plan = base.execute(f"EXPLAIN QUERY PLAN SELECT * FROM incidents WHERE {condition}").fetchall()
    base.close()

    assert any(index in str(row[-1]) for row in plan), plan


def test_open_is_said_in_the_words_of_the_index(ten: App) -> None:
    """Bound values would hide from SQLite that the index of open incidents answers."""
    asked: list[str] = []
    with ten.reading() as s:
        event.listen(Engine, "before_cursor_execute", hear := lambda *given: asked.append(given[2]))
        s.incidents.open()
        s.incidents.list(Search(statuses=(Status.OPEN, Status.MITIGATED)))
        event.remove(Engine, "before_cursor_execute", hear)

    assert sum("status IN ('open', 'mitigated')" in sql for sql in asked) == 2


def test_finding_by_number_words_and_names(ten: App) -> None:
    """INC-7 is one thing; words are looked for; nothing is found for nothing."""
    with ten.reading() as s:
        by_number = finding.find(s, WHO, "inc-7")
        by_words = finding.find(s, WHO, "mail")
        missing = finding.find(s, WHO, "INC-99")
        nothing = finding.find(s, WHO, "  ")

    assert [one.title for one in by_number] == ["INC-7 Checkout fails in zone 7"]
    assert [one.title for one in by_words] == ["INC-1 Mail is late"]
    assert (missing, nothing) == ([], [])
