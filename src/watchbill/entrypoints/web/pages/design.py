"""/design: every token, component and picture, with made-up facts: the place to look before building a page."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.charts.band import Band, Bar, Row, Span, Tick, band, day_around, hours_around
from watchbill.entrypoints.web.charts.burndown import Burndown, Left, Mark, Stretch, burndown
from watchbill.entrypoints.web.charts.minutes import Flag, Minute, Minutes, minutes
from watchbill.entrypoints.web.visit import Shown, Visit
from watchbill.entrypoints.web.words.phrase import Part, say
from watchbill.entrypoints.web.words.times import Local

__all__ = ["page"]

# A Tuesday at 03:16 in Paris: the moment that this product is for.
NOW = datetime(2026, 11, 24, 2, 16, tzinfo=UTC)
COLOURS = (
    ("paper", "the page"), ("panel", "raised"), ("sunk", "wells, code"), ("rule", "hairlines"), ("ink", "text"), ("dim", "second text"),
    ("lamp", "the lantern: now, links, the main action"), ("night", "the band's night"), ("day", "the band's day"),
    ("ok", "healthy"), ("warn", "warning"), ("crit", "critical"), ("dead", "firing, exhausted"),
)  # fmt: skip


def page(s: Services, visit: Visit) -> Shown:  # noqa: ARG001 - the shape of every page
    """The design system, drawn with itself."""
    local = Local(visit.local.zone, NOW)
    return Shown(
        "design.html",
        {
            "colours": COLOURS,
            "headline": say(Part("checkout fails 15 in 1,000 requests", "dead"), "."),
            "more": say(
                "It runs out of budget at 17:40. ", Part("Ana", "strong"), " has the watch and acknowledged at 03:14."
            ),
            "wide": band(_band(local, *day_around(NOW, local.zone), key="sky-wide"), class_="far"),
            "narrow": band(_band(local, *hours_around(NOW), key="sky-near", width_px=358, every_h=2), class_="near"),
            "minutes": minutes(_minutes(local)),
            "burndown": burndown(_burndown(local)),
            "example": SimpleNamespace(now=NOW, local=local),
            "steps": [
                ("Detect", ""),
                ("Triage", "03:14"),
                ("Respond", "03:20"),
                ("Mitigate", ""),
                ("Resolve", ""),
                ("Review", ""),
            ],
        },
    )


def _band(local: Local, start: datetime, end: datetime, *, key: str, width_px: int = 1080, every_h: int = 4) -> Band:
    midnight, _ = day_around(NOW, local.zone)
    change, before, after = (
        midnight + timedelta(hours=9),
        midnight - timedelta(hours=15),
        midnight + timedelta(hours=33),
    )
    return Band(
        start=start, end=end, now=NOW, zone=local.zone, key=key, width_px=width_px, every_h=every_h,
        rows=(
            Row((Bar(before, change, "Ana", "on"), Bar(change, after, "Bob")), name="payments"),
            Row((Bar(before, change, "Cy, second"), Bar(change, after, "Ana, second")), low=True),
        ),
        ticks=(Tick(NOW - timedelta(minutes=4), "page to Ana"),),
        spans=(
            Span(NOW - timedelta(minutes=4), None, "INC-114"),
            Span(midnight + timedelta(hours=16), midnight + timedelta(hours=18), "database patching", "dim"),
        ),
    )  # fmt: skip


def _minutes(local: Local) -> Minutes:
    bad = [0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 3, 9, 14, 12, 15, 14, 16, 15]
    start = NOW - timedelta(minutes=len(bad))
    rows = [Minute(start + timedelta(minutes=index), 1000 - count, 1000) for index, count in enumerate(bad)]
    return Minutes(rows, Fraction(1, 1000), local.zone, (Flag(NOW - timedelta(minutes=9), "deploy 842"),))


def _burndown(local: Local) -> Burndown:
    """Slow spending, one incident in the middle that took a third, and a fast burn at the end."""
    steps = 112
    started, hour = NOW - timedelta(days=28), timedelta(hours=6)
    line = []
    for index in range(steps + 1):
        left = 100 - Fraction(index, 6) - (30 if index > 64 else 0) - max(0, index - 106) * 4  # noqa: PLR2004 - the places of the made-up incidents
        line.append(Left(started + hour * index, left))
    return Burndown(
        start=started, end=NOW + timedelta(days=2), now=NOW, zone=local.zone, line=line,
        incidents=(Stretch(started + hour * 64, started + hour * 65, "INC-112"), Stretch(NOW - timedelta(minutes=4), None, "INC-114")),
        deploys=(Mark(NOW - timedelta(days=9), "840"), Mark(NOW - timedelta(days=3), "841"), Mark(NOW - timedelta(minutes=9), "842")),
        gone_at=NOW + timedelta(hours=14),
    )  # fmt: skip
