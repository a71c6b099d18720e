"""Schedules, escalation policies and runbooks from their specs."""

import shlex
from datetime import datetime
from zoneinfo import ZoneInfo

from watchbill.adapters.resources.fields.texts import clock_time, days_of, local_time
from watchbill.adapters.resources.kinds.escalation_policy import EscalationPolicySpec
from watchbill.adapters.resources.kinds.runbook import DiagnosisSpec, RunbookEscalationSpec, RunbookSpec
from watchbill.adapters.resources.kinds.schedule import LayerSpec, RestrictionSpec, ScheduleSpec
from watchbill.kernel.units import duration
from watchbill.oncall.model import (
    DiagnosisStep,
    EscalationPolicy,
    Layer,
    Mitigation,
    Override,
    PolicyStep,
    Restriction,
    Rotation,
    Runbook,
    RunbookEscalation,
    Schedule,
    Target,
)
from watchbill.oncall.rules.walltime import moment

__all__ = ["escalation_policy", "layer", "runbook", "schedule"]


def schedule(spec: ScheduleSpec, timezone: str) -> Schedule:
    """A schedule; `timezone` is the house's, for one that names none. Raises Invalid where the domain would."""
    zone = ZoneInfo(spec.timezone or timezone)
    paid = spec.compensation
    return Schedule(
        name=spec.name,
        timezone=zone.key,
        layers=tuple(map(layer, spec.layers)),
        overrides=tuple(
            Override(spec.name, _moment(one.start, zone), _moment(one.end, zone), one.person) for one in spec.overrides
        ),
        secondary=spec.secondary,
        covers=tuple(map(_restriction, spec.covers)),
        compensation=": ".join(filter(None, (paid.kind, paid.note))) if paid else "",
    )


def layer(spec: LayerSpec) -> Layer:
    """A layer."""
    return Layer(
        name=spec.name,
        rotation=Rotation(spec.rotation),
        start=local_time(spec.start),
        people=tuple(spec.people),
        every=duration(spec.every, field="every") if spec.every else None,
        restrictions=tuple(map(_restriction, spec.restrictions)),
        timezone=spec.timezone,
    )


def _restriction(spec: RestrictionSpec) -> Restriction:
    times = clock_time(spec.start), clock_time(spec.end)
    return Restriction(start=times[0], end=times[1]) if spec.days is None else Restriction(days_of(spec.days), *times)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    return moment(local_time(text), zone)


def escalation_policy(spec: EscalationPolicySpec) -> EscalationPolicy:
    """An escalation policy."""
    steps = (
        PolicyStep(tuple(map(Target.parse, step.notify)), duration(step.wait, field="wait")) for step in spec.steps
    )
    return EscalationPolicy(spec.name, tuple(steps), spec.repeat, tuple(map(Target.parse, spec.fallback)))


def runbook(spec: RunbookSpec, name: str, edited_at: datetime | None = None) -> Runbook:
    """A runbook; a command given as argv is quoted as a shell would need it."""
    call = spec.escalation or RunbookEscalationSpec()
    return Runbook(
        name=name,
        title=spec.title,
        alert_name=spec.alert_name or "",
        last_updated=spec.last_updated or "",
        owner=spec.owner or "",
        overview=spec.overview or "",
        impact=spec.impact or "",
        diagnosis=tuple(map(_step, spec.diagnosis)),
        mitigation=tuple(
            Mitigation(one.option, one.when or "", tuple(map(_step, one.steps))) for one in spec.mitigation
        ),
        escalation=RunbookEscalation(call.after_minutes, call.contact or "", call.context_to_provide or ""),
        body=spec.body or "",
        service=spec.service or "",
        edited_at=edited_at,
    )


def _step(one: DiagnosisSpec | str) -> DiagnosisStep:
    if isinstance(one, str):
        return DiagnosisStep(one)
    return DiagnosisStep(one.step, _command(one.command), one.expected or "", one.if_unexpected or "")


def _command(given: list[str] | str | None) -> str | None:
    return shlex.join(given) if isinstance(given, list) else given or None
