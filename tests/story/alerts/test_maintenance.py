"""Planned work pages nobody; trouble that outlasts it does."""

from tests.story.alerts.conftest import Drill

WINDOW = 'maintenance_window: {name: db-patching, services: [db], starts: "2026-11-24T03:00:00", timezone: UTC, duration: 1h, what: Patch}'


def test_nobody_is_called_within_a_window(drill: Drill) -> None:
    """An alert of the service is recorded and covered; one of another service still calls."""
    drill.write(WINDOW)
    drill.fire(service="db")
    drill.fire(service="search")

    by_service = {one.service: one.silenced_by for one in drill.alerts()}
    assert by_service == {"db": ("maintenance:db-patching",), "search": ()}
    assert drill.called() == ["ann"]


def test_what_still_fires_when_the_window_closes_pages(drill: Drill) -> None:
    """The work is over and the trouble is not."""
    drill.write(WINDOW)
    drill.fire(service="db")
    drill.forward(minutes=59)
    assert drill.called() == []

    drill.forward(minutes=2)

    assert drill.called() == ["ann"]


def test_a_window_that_opens_calls_off_what_is_being_called(drill: Drill) -> None:
    """The walk ends; after the window it begins anew if the alert still fires."""
    drill.write(WINDOW.replace("03:00:00", "03:02:00"))
    drill.fire(service="db")
    drill.forward(minutes=10)
    assert drill.called() == ["ann"]

    drill.forward(minutes=60)

    assert drill.called()[:2] == ["ann", "ann"]


def test_a_window_by_matchers(drill: Drill) -> None:
    """A recurring silence: what matches calls nobody, whatever its service."""
    drill.write(
        """maintenance_window: {name: nightly, match: ['alertname="BackupSlow"'], starts: "2026-11-01T02:00:00", timezone: UTC,
           duration: 3h, recurrence: "FREQ=DAILY"}"""
    )
    drill.fire("BackupSlow", service="checkout")
    drill.fire("Down", service="search")

    assert drill.called() == ["ann"]
