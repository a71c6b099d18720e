"""Calendar feeds: what calendar programs fetch under an address that only whoever was given it knows."""

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.visit import Download, Visit

__all__ = ["feed"]


def feed(s: Services, visit: Visit) -> Download:
    """The calendar behind the address; no login, for calendar programs have none."""
    name, text = s.arranged.calendars.open(visit.params["token"])
    return Download(f"{name}.ics", "text/calendar; charset=utf-8", text)
