"""Status pages as visitors see them: no login where the page is public, no scripts, and documents that caches may keep."""

from datetime import date

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.visit import Plain, Shown, Visit
from watchbill.incidents.model.status import PageAudience, StatusPage
from watchbill.kernel.errors import NotFound

__all__ = [
    "ask",
    "ask_report",
    "confirm",
    "document",
    "feed",
    "leave",
    "month",
    "offer_confirm",
    "offer_leave",
    "report",
    "rss",
    "show",
    "style",
    "subscribe",
]


def show(s: Services, visit: Visit) -> Plain:
    """The page."""
    return _drawn(s, visit, "index", "text/html")


def feed(s: Services, visit: Visit) -> Plain:
    """What was published, as Atom."""
    return _drawn(s, visit, "feed", "application/atom+xml")


def rss(s: Services, visit: Visit) -> Plain:
    """What was published, as RSS."""
    return _drawn(s, visit, "rss", "application/rss+xml")


def document(s: Services, visit: Visit) -> Plain:
    """The page for programs."""
    return _drawn(s, visit, "document", "application/json")


def style(s: Services, visit: Visit) -> Plain:  # noqa: ARG001 - every page function has these two
    """The style sheet of all status pages."""
    return Plain(s.app.status.style, "text/css", seconds=3_600)


def month(s: Services, visit: Visit) -> Plain:
    """What was published in a month."""
    page = _page(s, visit)
    try:
        first = date.fromisoformat(f"{visit.params['month']}-01")
    except ValueError as wrong:
        raise NotFound("month", visit.params["month"], hint="write 2026-11") from wrong
    return _plain(page, s.app.status.month(s, page, first, visit.ask("key") or ""), "text/html")


def ask(s: Services, visit: Visit) -> Shown:
    """The form that takes an address."""
    return _form(s, visit, "subscribe")


def subscribe(s: Services, visit: Visit) -> Shown:
    """Send the invitation. The answer is the same whether the address is known or not."""
    s.subscribing.ask(_page(s, visit), visit.need("email"))
    return _form(s, visit, "asked")


def offer_confirm(s: Services, visit: Visit) -> Shown:
    """A button: programs that look at links in mails must not confirm anything."""
    return _button(s, visit, "confirm")


def confirm(s: Services, visit: Visit) -> Shown:
    """The invitation is accepted."""
    s.subscribing.confirm(visit.params["token"])
    return _button(s, visit, "confirmed")


def offer_leave(s: Services, visit: Visit) -> Shown:
    """A button, for the same reason."""
    return _button(s, visit, "leave")


def leave(s: Services, visit: Visit) -> Shown:
    """By the button, or by a mail program's own (RFC 8058)."""
    s.subscribing.leave(visit.params["token"])
    return _button(s, visit, "left")


def ask_report(s: Services, visit: Visit) -> Shown:
    """The form that takes a report."""
    return _form(s, visit, "report")


def report(s: Services, visit: Visit) -> Shown:
    """Keep a report; it calls nobody by itself."""
    page = _page(s, visit)
    s.publishing.report(page, visit.maybe("component"), visit.need("text"), visit.form.get("contact", ""))
    return _form(s, visit, "reported")


def _drawn(s: Services, visit: Visit, form: str, media_type: str) -> Plain:
    page = _page(s, visit)
    key = visit.ask("key") or "" if page.audience is PageAudience.TOKEN else ""
    return _plain(page, s.app.status.drawn(s, page, form, key), media_type)


def _plain(page: StatusPage, content: str, media_type: str) -> Plain:
    return Plain(content, media_type, shared=page.audience is PageAudience.PUBLIC)


def _page(s: Services, visit: Visit) -> StatusPage:
    return s.publishing.visible(visit.params["page"], visit.ask("key"), visit.actor)


def _form(s: Services, visit: Visit, step: str) -> Shown:
    page = _page(s, visit)
    key = visit.ask("key")
    facts = {
        "step": step,
        "page": page,
        "home": f"/status/{page.name}" + (f"?key={key}" if key else ""),
        "query": f"?key={key}" if key else "",
        "components": [(one.service, one.title) for one in page.components],
    }
    return Shown("status_form.html", facts)


def _button(s: Services, visit: Visit, step: str) -> Shown:
    subscriber = s.subscribing.of_token(visit.params["token"])
    page = s.publishing.page(subscriber.page)
    home = f"/status/{page.name}" if page.audience is PageAudience.PUBLIC else ""
    return Shown("status_form.html", {"step": step, "page": page, "home": home, "query": "", "components": []})
