"""Getting in and out: a one-time link shows a button, the button's POST uses it up, so that no mail scanner logs anybody in."""

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.cookies import KEEP_ZONE, NEXT, SESSION
from watchbill.entrypoints.web.visit import Go, Shown, Visit, zone_of

__all__ = ["explain", "leave", "offer", "use"]


def explain(s: Services, visit: Visit) -> Shown:  # noqa: ARG001 - the shape of every page
    """How to get a link."""
    return Shown("login.html", {"token": None})


def offer(s: Services, visit: Visit) -> Shown:  # noqa: ARG001 - the shape of every page
    """One button. Nothing is looked up, so that the page does not tell good links from bad ones."""
    return Shown("login.html", {"token": visit.params["token"]})


def use(s: Services, visit: Visit) -> Go:
    """Use the link up; the browser gets its session, and its zone where it has none yet."""
    _session, secret = s.people.log_in(visit.params["token"], via="link")
    cookies = {SESSION: secret, NEXT: None}
    zone = visit.maybe("browser_zone")
    if visit.prefs.zone is None and zone_of(zone) is not None:
        cookies[KEEP_ZONE] = zone
    return Go(visit.wanted or "/", cookies=cookies)


def leave(s: Services, visit: Visit) -> Go:
    """End the session here and on the server."""
    s.people.log_out(visit.secret)
    return Go("/login", said="logged-out", cookies={SESSION: None})
