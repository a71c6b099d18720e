"""Facts about receivers: the configuration as it was read, and the groups that are told."""

from watchbill.receivers.model.configuration import (
    Auth,
    Configuration,
    Inhibition,
    Integration,
    Kind,
    RouteNode,
)
from watchbill.receivers.model.events import ReceiverFailed, ReceiverTold
from watchbill.receivers.model.groups import Group, Log, Notification, Telling
from watchbill.receivers.model.intervals import Period, Range, TimeInterval

__all__ = [
    "Auth",
    "Configuration",
    "Group",
    "Inhibition",
    "Integration",
    "Kind",
    "Log",
    "Notification",
    "Period",
    "Range",
    "ReceiverFailed",
    "ReceiverTold",
    "RouteNode",
    "Telling",
    "TimeInterval",
]
