"""Synthetic checks and dead-man's switches, as the resources define them: what probes ask, and what heartbeats are due."""

from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = [
    "BeatCall", "BeatRule", "BeatStanding", "DnsCheck", "HttpCheck", "Ping", "ProbeRule", "ProbeStanding", "TcpCheck", "TlsCheck",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class HttpCheck:
    """Fetches an address; good when the status is one of these and the body holds the text."""

    url: str
    method: str = "GET"
    statuses: tuple[int, ...] = (200,)
    body: str | None = None


@dataclass(frozen=True, slots=True)
class TcpCheck:
    """Opens a connection; good when it opens."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class DnsCheck:
    """Resolves a name; good when there is an answer and, if some are expected, one of those is among them."""

    name: str
    record: str = "A"
    expect: tuple[str, ...] = ()
    server: str | None = None


@dataclass(frozen=True, slots=True)
class TlsCheck:
    """Looks at a certificate; good when it is valid for the host and lasts at least so many days more."""

    host: str
    port: int = 443
    min_days: int = 14


@dataclass(frozen=True, slots=True)
class ProbeRule:
    """A probe: what it checks, how often, and when it gives up."""

    name: str
    service: str
    check: HttpCheck | TcpCheck | DnsCheck | TlsCheck
    every: timedelta
    timeout: timedelta


@dataclass(frozen=True, slots=True)
class BeatRule:
    """A heartbeat: due `every`, missed when `grace` more has passed. A run longer than `max_duration` is a slow one."""

    name: str
    service: str
    every: timedelta
    grace: timedelta = timedelta(0)
    max_duration: timedelta | None = None
    severity: str = "P1"

    @property
    def limit(self) -> timedelta:
        """The age of the last good run from which on it is missed."""
        return self.every + self.grace


@dataclass(frozen=True, slots=True)
class ProbeStanding:
    """How a probe went last; None where it never ran."""

    rule: ProbeRule
    at: datetime | None = None
    ok: bool | None = None
    said: str = ""
    took_ms: int | None = None
    failures: int = 0  # in a row


@dataclass(frozen=True, slots=True)
class BeatStanding:
    """How a heartbeat stands. `watched_since`: when it was first waited for; `late_since`: when it was missed."""

    rule: BeatRule
    watched_since: datetime | None = None
    last_at: datetime | None = None  # of the last ping, good or bad
    last_good_at: datetime | None = None
    last_ok: bool | None = None
    last_took_s: float | None = None
    said: str = ""
    late_since: datetime | None = None
    alerted_at: datetime | None = None  # when the alert was sent last; None while there is none


@dataclass(frozen=True, slots=True)
class Ping:
    """One run that reports in. The same `run` from the same heartbeat again changes nothing."""

    ok: bool = True
    took_s: float | None = None
    said: str = ""
    run: str | None = None


@dataclass(frozen=True, slots=True)
class BeatCall:
    """An alert about a heartbeat to be sent or, where `why` is None, to be ended."""

    standing: BeatStanding
    why: str | None
    since: datetime
