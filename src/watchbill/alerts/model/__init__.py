"""Facts about alerts: what senders claim, what became of it, where it goes, and what keeps it quiet."""

from watchbill.alerts.model.alerts import Alert, AlertStatus, Closing, Observation
from watchbill.alerts.model.claims import Parcel, Says, SenderWord
from watchbill.alerts.model.events import (
    AlertAcknowledged,
    AlertChanged,
    AlertNoted,
    AlertNotice,
    AlertOpened,
    AlertRated,
    AlertResolved,
    AlertRouted,
    AlertSilenced,
    AlertUnsilenced,
    SilenceEnding,
    SilenceExpired,
    SilenceSet,
)
from watchbill.alerts.model.integrations import Integration, PayloadMapping
from watchbill.alerts.model.maintenance import MaintenanceWindow, Occurrence
from watchbill.alerts.model.matching import Matcher, MatchOp, matches
from watchbill.alerts.model.routing import DeclareWhen, Route, Routing, RoutingStep, Target
from watchbill.alerts.model.severity import Severity
from watchbill.alerts.model.silences import Silence, SilenceState

__all__ = [
    "Alert",
    "AlertAcknowledged",
    "AlertChanged",
    "AlertNoted",
    "AlertNotice",
    "AlertOpened",
    "AlertRated",
    "AlertResolved",
    "AlertRouted",
    "AlertSilenced",
    "AlertStatus",
    "AlertUnsilenced",
    "Closing",
    "DeclareWhen",
    "Integration",
    "MaintenanceWindow",
    "MatchOp",
    "Matcher",
    "Observation",
    "Occurrence",
    "Parcel",
    "PayloadMapping",
    "Route",
    "Routing",
    "RoutingStep",
    "Says",
    "SenderWord",
    "Severity",
    "Silence",
    "SilenceEnding",
    "SilenceExpired",
    "SilenceSet",
    "SilenceState",
    "Target",
    "matches",
]
