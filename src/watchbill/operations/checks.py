"""Operations on synthetic checks: heartbeats and probes as they stand, and the ping of a job that ran."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import duration, duration_text
from watchbill.people.model import Actor
from watchbill.slo.model import BeatStanding, DnsCheck, HttpCheck, Ping, ProbeRule, ProbeStanding, TcpCheck
from watchbill.slo.rules.beats import missed_at, why_alarming

__all__ = [
    "HeartbeatView", "NamedProbe", "Nothing", "PingHeartbeat", "PingView", "ProbeView", "heartbeats", "ping", "probes", "try_probe",
]  # fmt: skip


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Nothing(_Given):
    """No input."""


class NamedProbe(_Given):
    """Which probe."""

    name: str


class PingHeartbeat(_Given):
    """A run that reports in: `duration` as 12m or in seconds; the same `run` a second time changes nothing."""

    name: str
    status: Literal["ok", "fail"] = "ok"
    duration: str | float | None = None
    message: str = Field(default="", max_length=2000)
    run: str | None = Field(default=None, min_length=1, max_length=200)


class HeartbeatView(BaseModel):
    """How a heartbeat stands. `state`: `waiting` until it has reported in or is missed."""

    name: str
    service: str
    every: str
    grace: str
    state: Literal["ok", "waiting", "missed", "failed"]
    due_at: datetime | None
    last_at: datetime | None
    last_good_at: datetime | None
    last_duration_s: float | None
    message: str
    reason: str


class PingView(HeartbeatView):
    """How it stands after the ping; `duplicate`: this run was taken before."""

    duplicate: bool


class ProbeView(BaseModel):
    """How a probe went last; `ok` is null until it ran."""

    name: str
    service: str
    checks: str
    every: str
    ok: bool | None
    at: datetime | None
    took_ms: int | None
    failures: int
    said: str


def heartbeats(s: Services, who: Actor, given: Nothing) -> list[HeartbeatView]:
    """All heartbeats."""
    return [_beat(one, s.now) for one in s.checks.heartbeats()]


def probes(s: Services, who: Actor, given: Nothing) -> list[ProbeView]:
    """All probes."""
    return [_probe(one) for one in s.checks.probes()]


def try_probe(s: Services, who: Actor, given: NamedProbe) -> ProbeView:
    """Run a probe now and say how it went; nothing is counted."""
    return _probe(s.checks.try_probe(given.name))


def ping(s: Services, who: Actor, given: PingHeartbeat) -> PingView:
    """Take in that a job ran; durable when answered. Raises NotFound for a heartbeat that no resource defines."""
    run = Ping(ok=given.status == "ok", took_s=_seconds(given.duration), said=given.message, run=given.run)
    standing, fresh = s.checks.ping(given.name, run)
    return PingView(**dict(_beat(standing, s.now)), duplicate=not fresh)


def _seconds(given: str | float | None) -> float | None:
    if isinstance(given, str):
        return duration(given, allow_zero=True) / timedelta(seconds=1)
    if given is not None and not 0 <= given < float("inf"):
        raise Invalid("duration", f"{given} is not a duration", hint="write 12m, or seconds")
    return given


def _beat(one: BeatStanding, now: datetime) -> HeartbeatView:
    waited_for = one.watched_since is not None or one.last_at is not None  # applied a moment ago: not yet
    why = why_alarming(one, now) if waited_for else None
    state: Literal["ok", "waiting", "missed", "failed"]
    if one.last_ok is False:
        state = "failed"
    elif why:
        state = "missed"
    else:
        state = "ok" if one.last_ok else "waiting"
    return HeartbeatView(
        name=one.rule.name,
        service=one.rule.service,
        every=duration_text(one.rule.every),
        grace=duration_text(one.rule.grace),
        state=state,
        due_at=missed_at(one),
        last_at=one.last_at,
        last_good_at=one.last_good_at,
        last_duration_s=one.last_took_s,
        message=one.said,
        reason=why or "",
    )


def _probe(one: ProbeStanding) -> ProbeView:
    return ProbeView(
        name=one.rule.name,
        service=one.rule.service,
        checks=_target(one.rule),
        every=duration_text(one.rule.every),
        ok=one.ok,
        at=one.at,
        took_ms=one.took_ms,
        failures=one.failures,
        said=one.said,
    )


def _target(rule: ProbeRule) -> str:
    match rule.check:
        case HttpCheck() as check:
            return f"{check.method} {check.url}"
        case TcpCheck() as check:
            return f"tcp {check.host}:{check.port}"
        case DnsCheck() as check:
            return f"dns {check.name} {check.record}"
        case check:
            return f"tls {check.host}:{check.port}"
