"""Which reactions may call people for an alert is said in two places, for a good reason, and must be the same."""

from watchbill.oncall.ports import CALLS_FOR_ALERTS
from watchbill.reactions import REACTIONS


def test_every_reaction_that_pages_for_an_alert_is_waited_for() -> None:
    """An incident waits for the page of its alert, whichever of the reactions is to send it."""
    paging = {row.job_kind for row in REACTIONS if "page_for_alert" in row.then.__code__.co_names}

    assert paging == set(CALLS_FOR_ALERTS)
