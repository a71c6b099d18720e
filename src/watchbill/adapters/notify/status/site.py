"""Renders a page from its standing. Everything is escaped; what is not in PageStanding cannot be on the page."""

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from watchbill.adapters.notify.status import feeds
from watchbill.incidents.model.status import Condition, PageAudience, Stage, StatusPage
from watchbill.incidents.rules.public import Day, Thread, published_pct
from watchbill.incidents.service.status_desk import PageStanding
from watchbill.kernel.instants import to_text

__all__ = ["Address", "Site"]

_SHAPES = {
    Condition.OPERATIONAL: ("ok", "●"),
    Condition.MAINTENANCE: ("plan", "◆"),
    Condition.DEGRADED: ("warn", "◆"),
    Condition.PARTIAL_OUTAGE: ("crit", "■"),
    Condition.MAJOR_OUTAGE: ("dead", "▲"),
}
_WORDS = {
    Condition.OPERATIONAL: "Works",
    Condition.MAINTENANCE: "Maintenance",
    Condition.DEGRADED: "Degraded",
    Condition.PARTIAL_OUTAGE: "Partial outage",
    Condition.MAJOR_OUTAGE: "Major outage",
}
_STAGES = {
    Stage.INVESTIGATING: "Investigating",
    Stage.IDENTIFIED: "Identified",
    Stage.MONITORING: "Monitoring",
    Stage.RESOLVED: "Resolved",
}
_DAY_WORDS = {"good": "kept its promise", "low": "missed its promise", "bad": "bad day", "none": "not measured"}
_WIDTH, _HEIGHT = 3, 28  # of a day in the picture, with a gap of 1
# Colour is never the only carrier: the worse the day, the shorter its bar.
_TALL = {"good": 28, "low": 20, "bad": 12, "none": 5}


@dataclass(frozen=True, slots=True)
class Address:
    """Where things lie: `server` is the installation's address, `here` the page's own folder, `key` its secret, if any.

    `is_copy`: links stay inside the folder and what needs the server goes to it.
    """

    server: str
    key: str = ""
    is_copy: bool = False

    def of(self, page: StatusPage, *parts: str) -> str:
        """A part of the page on the server."""
        path = "/".join((f"{self.server}/status/{page.name}", *parts))
        return f"{path}?key={self.key}" if self.key else path


@functools.cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("watchbill.adapters.notify.status"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals |= {"shapes": _SHAPES, "words": _WORDS, "stages": _STAGES, "bars": _bars, "pct": published_pct}
    return made


class Site:
    """One page of one moment, in each of its forms."""

    def __init__(self, standing: PageStanding, address: Address) -> None:
        self._standing = standing
        self._address = address

    def index(self) -> str:
        """The page itself."""
        groups: dict[str, list[object]] = {}
        for one in self._standing.components:
            groups.setdefault(one.component.group, []).append(one)
        return self._render(
            "page.html", groups=groups, months=_months(self._standing.at.astimezone(self._standing.zone).date())
        )

    def month(self, first: date, threads: Sequence[Thread]) -> str:
        """What was published in a month."""
        return self._render("month.html", first=first, threads=threads)

    def feed(self) -> str:
        """Bulletins of the last days and of all that goes on, as Atom."""
        return feeds.atom(self._standing, self._address.of(self._standing.page))

    def rss(self) -> str:
        """The same as RSS 2.0, for readers that know nothing newer."""
        return feeds.rss(self._standing, self._address.of(self._standing.page))

    def document(self) -> str:
        """The same for programs."""
        return json.dumps(_document(self._standing), ensure_ascii=False, indent=1)

    @staticmethod
    def style() -> str:
        """The style sheet."""
        return resources.files("watchbill.adapters.notify.status").joinpath("templates/status.css").read_text("utf-8")

    def _render(self, template: str, **facts: object) -> str:
        page, copy = self._standing.page, self._address.is_copy
        deeper = "../" if template == "month.html" else ""
        own = f"/status/{page.name}"
        key = f"?key={self._address.key}" if self._address.key else ""
        return _environment().get_template(template).render(
            now=self._standing,
            page=page,
            style=f"{deeper}status.css" if copy else "/status/style.css",
            home=f"{deeper}index.html" if copy else own + key,
            history=(lambda month: f"{deeper}history/{month}.html") if copy else (lambda month: f"{own}/history/{month}{key}"),
            feed=f"{deeper}feed.atom" if copy else f"{own}/feed.atom{key}",
            subscribe=self._address.of(page, "subscribe") if copy else f"{own}/subscribe{key}",
            report=self._address.of(page, "report") if copy else f"{own}/report{key}",
            is_public=page.audience is PageAudience.PUBLIC,
            t=lambda moment: _moment(moment, self._standing.zone),
            **facts,
        )  # fmt: skip


def _moment(moment: datetime, zone: ZoneInfo) -> Markup:
    local = moment.astimezone(zone)
    return Markup('<time datetime="{}">{}</time>').format(to_text(moment), f"{local:%d %b %Y, %H:%M} {local.tzname()}")


def _months(today: date) -> list[str]:
    """The last twelve, this one first."""
    months = []
    year, month = today.year, today.month
    for _ in range(12):
        months.append(f"{year:04d}-{month:02d}")
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return months


def _bars(days: Sequence[Day], title: str) -> Markup:
    """Ninety days as bars; the text alternative says what the picture says, each bar says its own day."""
    missed = sum(one.state in {"low", "bad"} for one in days)
    blank = sum(one.state == "none" for one in days)
    said = f"{title}, the last {len(days)} days: {missed} missed the promise" + (
        f", {blank} were not measured" if blank else ""
    )
    drawn = [
        Markup('<rect class="d-{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>').format(
            one.state, place * (_WIDTH + 1), _HEIGHT - _TALL[one.state], _WIDTH, _TALL[one.state], _day_words(one)
        )
        for place, one in enumerate(days)
    ]
    width = len(days) * (_WIDTH + 1) - 1
    return Markup(
        '<svg class="bars" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
    ).format(width, _HEIGHT, said, Markup("").join(drawn))


def _day_words(one: Day) -> str:
    pct = published_pct(one.ratio)
    return f"{one.day:%d %b %Y}: {_DAY_WORDS[one.state]}" + (f", {pct} %" if pct else "")


def _document(standing: PageStanding) -> dict[str, object]:
    def thread(one: Thread) -> dict[str, object]:
        return {
            "id": one.incident,
            "title": one.newest.title,
            "stage": one.newest.stage,
            "condition": one.newest.condition,
            "components": list(standing.page.titles(one.newest.services)),
            "updates": [{"at": to_text(said.at), "stage": said.stage, "text": said.text} for said in one.bulletins],
        }

    return {
        "page": standing.page.name,
        "title": standing.page.title,
        "at": to_text(standing.at),
        "condition": standing.overall,
        "sentence": standing.sentence,
        "components": [
            {
                "title": one.component.title,
                "group": one.component.group,
                "condition": one.condition,
                "uptime_90d_pct": published_pct(one.uptime),
                "days": [
                    {"day": day.day.isoformat(), "state": day.state, "pct": published_pct(day.ratio)}
                    for day in one.days
                ],
            }
            for one in standing.components
        ],
        "open": [thread(one) for one in standing.open],
        "recent": [thread(one) for one in standing.recent],
        "maintenance": [
            {
                "components": list(standing.page.titles(one.services)),
                "start": to_text(one.start),
                "end": to_text(one.end),
            }
            for one in standing.planned
        ],
    }
