"""An Alertmanager configuration as it was read, with everything that is inherited or defaulted filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from watchbill.alerts.model import Matcher
from watchbill.receivers.model.intervals import TimeInterval

__all__ = ["Auth", "Configuration", "Inhibition", "Integration", "Kind", "RouteNode"]


class Kind(StrEnum):
    """What a receiver may be told by."""

    WEBHOOK = "webhook"
    EMAIL = "email"
    SLACK = "slack"
    PAGERDUTY = "pagerduty"
    OPSGENIE = "opsgenie"


@dataclass(frozen=True, slots=True)
class RouteNode:
    """A node of the route tree. `id` is its place in the tree (`0/2/1`), `key` the original's name for it."""

    id: str
    key: str
    receiver: str
    match: tuple[Matcher, ...]
    group_by: tuple[str, ...]  # ("...",): every label
    group_wait: timedelta
    group_interval: timedelta
    repeat_interval: timedelta
    continues: bool = False
    mute: tuple[str, ...] = ()  # names of time intervals
    active: tuple[str, ...] = ()
    routes: tuple["RouteNode", ...] = ()


@dataclass(frozen=True, slots=True)
class Auth:
    """What goes into the Authorization header. A file is read anew for every request, as the original does."""

    scheme: str  # Basic, Bearer, or what the file says
    user: str = ""
    secret: str = field(default="", repr=False)
    secret_file: str = ""


@dataclass(frozen=True, slots=True)
class Integration:
    """One way by which a receiver is told; `position` counts those of the same kind. Settings are the file's own words."""

    receiver: str
    kind: Kind
    position: int
    send_resolved: bool
    settings: Mapping[str, object] = field(repr=False, default_factory=dict)  # secrets are among them
    details: Mapping[str, str] = field(default_factory=dict)  # templates by name: PagerDuty's and Opsgenie's details
    auth: Auth | None = None
    max_alerts: int = 0  # 0: all of them

    @property
    def key(self) -> str:
        """Its name in the log of what was told."""
        return f"{self.receiver}/{self.kind}/{self.position}"

    def text(self, name: str) -> str:
        """A setting as text; "" where it is not set."""
        return str(self.settings.get(name, ""))


@dataclass(frozen=True, slots=True)
class Inhibition:
    """While an alert fires that matches `source`, those that match `target` and agree on the `equal` labels are not told."""

    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Configuration:
    """A whole file. `version` differs whenever its text does; `shown` is the file without its secrets.

    `remarks` are sentences about what the file asks for and watchbill does otherwise or not at all.
    """

    version: str
    route: RouteNode
    receivers: Mapping[str, tuple[Integration, ...]]
    inhibitions: tuple[Inhibition, ...]
    intervals: Mapping[str, tuple[TimeInterval, ...]]
    resolve_timeout: timedelta
    shown: str = field(repr=False)
    remarks: tuple[str, ...] = ()
