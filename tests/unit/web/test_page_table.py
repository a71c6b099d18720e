"""The table of pages is complete and agrees with the table of operations."""

from collections import Counter

from watchbill.entrypoints.web.live import TOPICS, topics_of
from watchbill.entrypoints.web.nav import NAV, section_of
from watchbill.entrypoints.web.pages import pager, room
from watchbill.entrypoints.web.render import environment
from watchbill.entrypoints.web.routes import ROUTES, Row
from watchbill.kernel.events import event_kinds
from watchbill.operations.table import operation


def test_no_route_has_two_rows() -> None:
    """A path and method name one page."""
    assert [row for row, count in Counter((row.method, row.path) for row in ROUTES).items() if count > 1] == []


def test_acting_needs_at_least_the_role_that_the_operation_needs() -> None:
    """A page never lets somebody do what the API would refuse."""
    weaker = [row.path for row in ROUTES if row.does and row.role != operation(row.does).role]

    assert weaker == []


def test_every_post_that_acts_names_its_operation() -> None:
    """Only logging in and out, this browser's wishes, one-tap links and visitors of status pages act without one."""
    without = {row.path for row in ROUTES if row.method == "POST" and not row.does and not _is_for_visitors(row)}

    assert without == {"/login/{token}", "/logout", "/me", "/p/{token}"}


def test_only_public_pages_are_open_to_anyone() -> None:
    """Login, one-tap links, calendar feeds and status pages (which look at their audience themselves); everything else needs a login."""
    opened = {row.path for row in ROUTES if row.role == "anyone" and not _is_for_visitors(row)}
    assert opened == {"/calendar/{token}", "/login", "/login/{token}", "/p/{token}"}


def test_only_sealed_links_act_without_a_hidden_token() -> None:
    """The address of the link in a mail is the proof; nothing else is exempt."""
    assert {row.path for row in ROUTES if row.proven} == {"/status/confirm/{token}", "/status/leave/{token}"}


def _is_for_visitors(row: Row) -> bool:
    return row.path.startswith("/status/")


def test_every_navigation_entry_is_a_page() -> None:
    """No section is listed that does not exist, and each page knows its section."""
    paths = {row.path for row in ROUTES if row.method == "GET"}
    listed = {path for section in NAV for _name, path in (("", section.path), *section.within)}

    assert listed <= paths
    assert (section_of("/incidents/12"), section_of("/alerts"), section_of("/me")) == ("Incidents", "Reliability", "")


def test_navigation_keys_differ() -> None:
    """G and a letter lead to one place."""
    assert max(Counter(section.key for section in NAV).values()) == 1


def test_every_act_of_a_form_is_in_its_table() -> None:
    """No button posts a word that the page does not know."""
    source = environment().loader
    assert source is not None
    pager_html, _, _ = source.get_source(environment(), "pager.html")
    room_html, _, _ = source.get_source(environment(), "room.html")

    posted = {part.split('"')[0] for part in pager_html.split('name="act" value="')[1:]}
    assert posted == {*pager.ACTS, "declare"}
    assert {part.split("'")[0] for part in room_html.split("hidden('")[1:]} == set(room.ACTS)


def test_live_topics_are_told_once_each() -> None:
    """A burst of events about one kind of record is one line of the stream; unknown kinds are none."""
    assert topics_of(["alert.opened", "escalation.started", "alert.resolved", "account.changed"]) == ["alert", "page"]


def test_live_topics_name_events_that_exist() -> None:
    """Each prefix of the table is that of an event class."""
    import watchbill.bootstrap  # noqa: F401 - loads every domain, and with it every class of events

    known = {kind.partition(".")[0] for kind in event_kinds()}

    assert set(TOPICS) - known == set()
