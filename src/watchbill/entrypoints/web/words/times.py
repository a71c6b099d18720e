"""Moments and spans in the zone of the person who looks: absolute, relative, and UTC on hover."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from watchbill.entrypoints.web.charts.svg import el
from watchbill.kernel.instants import to_text
from watchbill.kernel.units import span_words

__all__ = ["Local"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Local:
    """The viewer's zone and the moment of the page: every relative time of a page agrees with every other."""

    zone: ZoneInfo
    now: datetime

    @property
    def zone_name(self) -> str:
        """The zone as people say it: Paris, New York, UTC."""
        return self.zone.key.rpartition("/")[2].replace("_", " ")

    @property
    def iso(self) -> str:
        """The page's moment, for scripts."""
        return to_text(self.now)

    def at(self, moment: datetime) -> datetime:
        """The moment on the viewer's clock."""
        return moment.astimezone(self.zone)

    def clock(self, moment: datetime) -> str:
        """`03:12`."""
        return f"{self.at(moment):%H:%M}"

    def day(self, moment: datetime) -> str:
        """`today`, `tomorrow`, `yesterday`, else `2 December`, with the year where it is another one."""
        return self.date(self.at(moment).date())

    def point(self, moment: datetime) -> str:
        """`03:12` on the same day, `tomorrow 03:12`, else `24 Nov 03:12`."""
        local, today = self.at(moment), self.at(self.now)
        days = (local.date() - today.date()).days
        if days == 0:
            return self.clock(moment)
        if days in {1, -1}:
            return f"{self.day(moment)} {self.clock(moment)}"
        year = f"\u00a0{local.year}" if local.year != today.year else ""
        return f"{local.day}\u00a0{local:%b}{year} {self.clock(moment)}"

    def when(self, moment: datetime) -> str:
        """A moment inside a sentence: `at 17:40`, `tomorrow at 03:10`, `on 2 December`."""
        local, today = self.at(moment), self.at(self.now)
        days = (local.date() - today.date()).days
        if days == 0:
            return f"at\u00a0{self.clock(moment)}"
        return f"{self.day(moment)} at\u00a0{self.clock(moment)}" if days in {1, -1} else f"on {self.day(moment)}"

    def ago(self, moment: datetime) -> str:
        """`4 min ago`, `in 2 h`, `just now`."""
        span = self.now - moment
        if abs(span) < timedelta(seconds=45):
            return "just now"
        return f"{span_words(span)} ago" if span > timedelta(0) else f"in {span_words(span)}"

    def lasting(self, start: datetime, end: datetime | None = None) -> str:
        """How long from start to end, or until now."""
        return span_words((end or self.now) - start)

    def date(self, day: date) -> str:
        """A calendar day: `today`, `2 December`, with the year where it is another one."""
        today = self.at(self.now).date()
        near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((day - today).days)
        return near or f"{day.day}\u00a0{day:%B}" + (f" {day.year}" if day.year != today.year else "")

    def span(self, seconds: int) -> str:
        """A length in words."""
        return span_words(timedelta(seconds=seconds))

    def countdown(self, moment: datetime) -> str:
        """`2:41` until the moment, `0:00` when it has come."""
        left = max(0, int((moment - self.now).total_seconds()))
        return f"{left // 60}:{left % 60:02d}"

    def el(self, moment: datetime | None, style: str = "both") -> Markup:
        """A `<time>` element: `both` (03:12, 4 min ago), `point`, `clock`, `day`, `ago`; scripts keep `ago` fresh."""
        if moment is None:
            return Markup("–")
        styles: dict[str, Callable[[datetime], str]] = {
            "point": self.point,
            "clock": self.clock,
            "day": self.day,
            "ago": self.ago,
            "both": lambda one: f"{self.point(one)}, {self.ago(one)}",
        }
        text = styles[style](moment)
        rel = style if style in {"ago", "both"} else None
        utc = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        return el("time", text, datetime=to_text(moment), title=utc, data_rel=rel)

    @property
    def today(self) -> str:
        """`Tuesday 24 November`."""
        local = self.at(self.now)
        return f"{local:%A} {local.day} {local:%B}"
