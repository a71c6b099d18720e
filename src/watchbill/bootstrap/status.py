"""Puts status pages together: what they show of other parts, how they are drawn, and their static copies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.smtp import MailServer, SmtpChannel
from watchbill.adapters.notify.status import Address, Mailings, Site, write_copy
from watchbill.adapters.notify.webhook import WebhookChannel
from watchbill.adapters.store.status import StatusStore
from watchbill.alerts.rules.maintenance import occurrences
from watchbill.bootstrap.incidents import incident_desk
from watchbill.incidents.model.status import PageAudience, StatusPage
from watchbill.incidents.service.publishing import Publishing
from watchbill.incidents.service.status_desk import StatusDesk
from watchbill.incidents.service.subscribing import Subscribing
from watchbill.incidents.status_ports import PlannedWork

if TYPE_CHECKING:
    from watchbill.bootstrap.app import App
    from watchbill.bootstrap.services import Services
    from watchbill.slo.model import Slo

__all__ = ["COPY_EVERY", "Publishing", "StatusParts", "Subscribing", "publishing", "subscribing"]

COPY_EVERY = timedelta(seconds=30)
_FRESH = timedelta(seconds=10)  # a page that a crowd reloads is drawn once in this time
_MOST_KEPT = 64
_NOTHING, _SMALLEST = Fraction(0), Fraction(1, 10**9)


@dataclass(frozen=True, slots=True)
class _Kept:
    at: datetime
    content: str


class StatusParts:
    """One for each process: pages as they were drawn last, and the way to subscribers."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._kept: dict[tuple[str, ...], _Kept] = {}

    @cached_property
    def mailings(self) -> Mailings:
        """How subscribers are reached. They chose their addresses, so that internal ones are refused."""
        config, clock = self._app.config, self._app.clock
        fence = Fence(config.allow_internal)
        caller = HttpCaller(fence, monotonic=clock.monotonic)
        mail = (
            SmtpChannel(MailServer.parse(config.smtp_url), config.mail_from, monotonic=clock.monotonic)
            if config.smtp_url
            else None
        )
        hooks = WebhookChannel(caller, fence, lambda: self._app.roads.webhook_key)
        return Mailings(
            mail, config.mail_from, hooks, caller=caller, fence=fence, key=lambda: self._app.roads.webhook_key
        )

    def drawn(self, s: "Services", page: StatusPage, form: str, key: str = "") -> str:
        """The page as `index`, `feed`, `rss` or `document`; one that is at most ten seconds old is given again."""
        place = (page.name, form, key)
        known = self._kept.get(place)
        if known is not None and timedelta(0) <= s.now - known.at < _FRESH:
            return known.content
        site = Site(s.publishing.standing(page), Address(self._app.public_url, key))
        content: str = getattr(site, form)()
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[place] = _Kept(s.now, content)
        return content

    @cached_property
    def style(self) -> str:
        """The style sheet of all pages."""
        return Site.style()

    def month(self, s: "Services", page: StatusPage, first: date, key: str) -> str:
        """What was published in a month."""
        site = Site(s.publishing.standing(page), Address(self._app.public_url, key))
        return site.month(first, s.publishing.month(page, first))

    def forget(self) -> None:
        """Draw anew: something was published."""
        self._kept.clear()

    def files(self, s: "Services", page: StatusPage) -> Mapping[str, str]:
        """The static copy of a page: every form of it, and this month's history."""
        standing = s.publishing.standing(page)
        site = Site(standing, Address(self._app.public_url, is_copy=True))
        first = s.now.astimezone(standing.zone).date().replace(day=1)
        files = {"index.html": site.index(), "feed.atom": site.feed(), "feed.rss": site.rss()}
        files |= {"status.json": site.document(), "status.css": site.style()}
        for _ in range(12):
            files[f"history/{first:%Y-%m}.html"] = site.month(first, s.publishing.month(page, first))
            first = (first - timedelta(days=1)).replace(day=1)
        return files

    def copy_once(self) -> int:
        """Bring the copies of all public pages up to date, where a folder for them is set; how many files were written."""
        folder = self._app.config.status_copies
        if folder is None:
            return 0
        with self._app.reading() as s:
            pages = [page for page in s.publishing.pages() if page.audience is PageAudience.PUBLIC]
            copies = {page.name: self.files(s, page) for page in pages}
        return sum(write_copy(folder / name, files) for name, files in copies.items())


class _Surroundings:
    """incidents.status_ports.Surroundings over counts and maintenance windows."""

    def __init__(self, s: "Services") -> None:
        self._s = s

    def uptime(
        self, service: str, slo: str | None, moments: Sequence[datetime]
    ) -> Sequence[tuple[Fraction | None, Fraction]]:
        """For each span the share of good events and what may fail."""
        chosen = self._chosen(service, slo, moments[0], moments[-1])
        if chosen is None:
            return [(None, _NOTHING)] * (len(moments) - 1)
        return [(self._ratio(chosen, start, end), chosen.allowed) for start, end in pairwise(moments)]

    def planned(self, services: frozenset[str], since: datetime, until: datetime) -> Sequence[PlannedWork]:
        """Maintenance of these services, earliest first."""
        found = [
            PlannedWork(one.window.name, tuple(sorted(one.window.services & services)), one.starts_at, one.ends_at)
            for window in self._s.definitions.windows.list()
            if window.services & services
            for one in occurrences(window, since, until)
        ]
        return sorted(found, key=lambda one: (one.start, one.title))

    def _chosen(self, service: str, slo: str | None, start: datetime, end: datetime) -> "Slo | None":
        """The SLO that is named; else that which lost most of its promise, by the ratio of failures to what was allowed."""
        if slo is not None:
            return next((one for one in self._s.slo.list() if one.name == slo), None)
        worst, most = None, Fraction(-1)
        for one in self._s.slo.for_service(service):
            ratio = self._ratio(one, start, end)
            if ratio is not None and (lost := (1 - ratio) / (one.allowed or _SMALLEST)) > most:
                worst, most = one, lost
        return worst

    def _ratio(self, slo: "Slo", start: datetime, end: datetime) -> Fraction | None:
        end = min(end, self._s.slo.watermark + timedelta(minutes=1))
        if start >= end:
            return None
        found = self._s.slo.counts.between(self._s.slo.budget_series(slo), start, end)
        bad = found.bad_ratio(slo.no_data)
        return None if bad is None or not found.total else 1 - bad


def _desk(s: "Services") -> StatusDesk:
    return StatusDesk(
        pages=s.definitions.status_pages,
        records=StatusStore(s.connection),
        surroundings=_Surroundings(s),
        seals=s.app.roads.seals,
        incidents=incident_desk(s),
    )


def publishing(s: "Services") -> Publishing:
    """Status pages over one transaction."""
    return Publishing(_desk(s))


def subscribing(s: "Services") -> Subscribing:
    """Their subscribers."""
    return Subscribing(_desk(s), s.app.status.mailings)
