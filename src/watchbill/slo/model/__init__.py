"""Facts of the SLO domain, split by noun: sources and SLIs, windows, objectives, counts, and what was judged."""

from watchbill.slo.model.checks import (
    BeatCall,
    BeatRule,
    BeatStanding,
    DnsCheck,
    HttpCheck,
    Ping,
    ProbeRule,
    ProbeStanding,
    TcpCheck,
    TlsCheck,
)
from watchbill.slo.model.counts import Bound, Bucket, Contributor, Losses, SourceState, Verdict, WindowSum
from watchbill.slo.model.judged import (
    DataStatus,
    Forecast,
    SloBurning,
    SloCalm,
    SloGlance,
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
from watchbill.slo.model.replayed import Backtest, Detection, Firing, Happened, Replayed
from watchbill.slo.model.sli import (
    Beacon,
    Beats,
    Heartbeat,
    Logs,
    Otlp,
    Plugin,
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
    "DEFAULT_TIERS", "Backtest", "Beacon", "BeatCall", "BeatRule", "BeatStanding", "Beats", "Bound", "Bucket", "Budgeting", "BurnTier", "Calendar",
    "CalendarUnit", "Composite", "CompositePart", "Contributor", "DataStatus", "Detection", "DnsCheck", "Firing", "Forecast",
    "Group", "Happened", "Heartbeat",
    "HttpCheck", "Logs", "Losses", "NoData", "Otlp", "Ping", "Plugin", "Probe", "ProbeRule", "ProbeStanding", "Prometheus",
    "Push", "ReadFrom", "Replayed", "Rolling", "Sli", "SliType", "Slo", "SloBurning", "SloCalm", "SloGlance", "SloStatus", "Source", "SourceState",
    "Sql", "TcpCheck", "TierMoved", "TierSeverity", "TierStanding", "TierStatus", "TimeSlice", "TlsCheck", "Transition",
    "Verdict", "Window", "WindowSum", "group_of", "parse_calendar", "parse_window", "series_of",
]  # fmt: skip
