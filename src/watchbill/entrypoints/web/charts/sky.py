"""Night and day behind a time axis, in the zone of the person who looks."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from watchbill.entrypoints.web.charts.svg import Scale, el, num, pct

__all__ = ["darkness", "sky", "stars"]

# Local clock times at which the sky changes; between them it fades. No place is known, so these are those of an equinox.
DAWN, SUNRISE, SUNSET, DUSK = 5.5, 7.5, 17.5, 19.5


def darkness(moment: datetime, zone: ZoneInfo) -> float:
    """1 at night, 0 by day, in between at dawn and dusk."""
    local = moment.astimezone(zone)
    hour = local.hour + local.minute / 60
    if hour < DAWN or hour >= DUSK:
        return 1.0
    if hour < SUNRISE:
        return (SUNRISE - hour) / (SUNRISE - DAWN)
    return 0.0 if hour < SUNSET else (hour - SUNSET) / (DUSK - SUNSET)


def sky(key: str, start: datetime, end: datetime, zone: ZoneInfo) -> Markup:
    """The gradient `key` for an axis: it begins a day before and ends a day after, so that its edges need no mixing."""
    first = (start.astimezone(zone) - timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    last = end + timedelta(days=1)
    reach, axis = Scale(first, last), Scale(start, end)
    stops = []
    day = first
    while day <= last:
        for hour, name in ((DAWN, "sky-n"), (SUNRISE, "sky-d"), (SUNSET, "sky-d"), (DUSK, "sky-n")):
            # Wall-clock arithmetic on purpose: dawn is at the same local time on a day that has 23 hours.
            offset = reach.free(day + timedelta(hours=hour))
            if 0 <= offset <= 1:
                stops.append(el("stop", offset=num(round(offset, 4) * 100) + "%", class_=name))
        day += timedelta(days=1)
    return el(
        "linearGradient", *stops, id=key, gradientUnits="userSpaceOnUse",
        x1=pct(axis.free(first)), x2=pct(axis.free(last)), y1=0, y2=0,
    )  # fmt: skip


def stars(start: datetime, end: datetime, zone: ZoneInfo, *, top: float, height: float, count: int) -> list[Markup]:
    """A few dots where it is night: the same ones each time, for a picture that changes must mean something."""
    span = end - start
    found = []
    for index in range(1, count + 1):
        # Golden-ratio steps spread the dots without clumps and without chance.
        x, y = index * 0.61803 % 1, index * 0.75488 % 1
        if darkness(start + span * x, zone) == 1:
            radius = 0.55 + (index % 3) * 0.3
            found.append(el("circle", class_="star", cx=pct(x), cy=top + 3 + y * (height - 6), r=radius))
    return found
