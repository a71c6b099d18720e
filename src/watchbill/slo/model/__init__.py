"""Facts of the SLO domain, split by noun: sources and SLIs, windows, objectives, counts, and what was judged."""

from watchbill.slo.model.counts import Bound, Bucket, Contributor, Losses, SourceState, Verdict, WindowSum
from watchbill.slo.model.judged import (
    DataStatus,
    Forecast,
    SloBurning,
    SloCalm,
    SloStatus,
    TierMoved,
    TierStanding,
    TierStatus,
    Transition,
)
from watchbill.slo.model.objective import (
    DEFAULT_TIERS,
    Budgeting,
    BurnTier,
    Composite,
    CompositePart,
    Group,
    NoData,
    Slo,
    TierSeverity,
    TimeSlice,
    group_of,
    series_of,
)
from watchbill.slo.model.sli import (
    Heartbeat,
    Logs,
    Probe,
    Prometheus,
    Push,
    ReadFrom,
    Sli,
    SliType,
    Source,
    Sql,
)
from watchbill.slo.model.window import Calendar, CalendarUnit, Rolling, Window, parse_calendar, parse_window

__all__ = [
    "DEFAULT_TIERS", "Bound", "Bucket", "Budgeting", "BurnTier", "Calendar", "CalendarUnit", "Composite", "CompositePart",
    "Contributor", "DataStatus", "Forecast", "Group", "Heartbeat", "Logs", "Losses", "NoData", "Probe", "Prometheus", "Push", "ReadFrom",
    "Rolling", "Sli", "SliType", "Slo", "SloBurning", "SloCalm", "SloStatus", "Source", "SourceState", "Sql", "TierMoved", "TierSeverity",
    "TierStanding", "TierStatus", "TimeSlice", "Transition", "Verdict", "Window", "WindowSum", "group_of", "parse_calendar",
    "parse_window", "series_of",
]  # fmt: skip
