"""The SLO wizard as an operation: answers in, YAML and what is to be known about it out. Nothing is stored."""

from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services, SourceFile
from watchbill.catalog.model import Service
from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import Ratio
from watchbill.operations.suggest import suggested_for
from watchbill.people.model import Actor
from watchbill.slo.model import Sli
from watchbill.slo.rules.nines import TARGET_OF_TIER

__all__ = ["DefineSlo", "DefinedView", "define"]

_WHOLE = 100


class DefineSlo(BaseModel):
    """Input of `slo.define`; what is left out is proposed."""

    model_config = ConfigDict(extra="forbid")

    service: str
    sli: str | None = Field(default=None, description="An SLI of the service; its first availability SLI if left out")
    name: str | None = None
    target: str | None = Field(
        default=None, description="Percent (99.9) or share (0.999), as text so that it stays exact"
    )
    window: str = "28d"
    calendar: str | None = Field(default=None, description="week, month or quarter, instead of a rolling window")
    timezone: str | None = None
    description: str | None = None
    owner: str | None = None
    stakeholders: list[str] = []
    review_cadence: str | None = None
    runbook: str | None = None
    sla: str | None = None
    external_target: str | None = None
    no_data: str | None = None
    min_events: int | None = None
    slice_good_pct: str | None = Field(
        default=None, description="Counts minutes instead of events: good from this share on"
    )
    group_by: list[str] = []


class DefinedView(BaseModel):
    """The proposal. `faults` is what `validate` says about it; `because` is where the target comes from."""

    slo: str
    service: str
    sli: str
    target: str
    because: str
    achieved_28d_pct: float | None
    days_known: int
    yaml: str
    faults: list[str]
    valid: bool


def define(s: Services, who: Actor, given: DefineSlo) -> DefinedView:
    """An SLO document from the answers, checked as `validate` would."""
    service = s.catalog.find(given.service)
    sli = _sli(s, service, given.sli)
    suggested, month, quarter = suggested_for(s, service.name, sli)
    if given.target is not None:
        target, because = _percent(given.target), "as given"
    elif suggested.target is not None:
        target, because = suggested.target, suggested.because
    else:
        target, because = TARGET_OF_TIER[service.tier], f"the default of tier {service.tier}; {suggested.because}"
    ratio = month.bad_ratio
    if ratio is not None and ratio > 1 - target.value:
        because += "; the last 28 days would not have kept it"
    name = given.name or f"{service.name}-{sli.name.removeprefix(f'{service.name}-')}"
    text = s.document_text("slo", _spec(given, service, sli, name, target))
    report = s.resources.validate([SourceFile(f"{name}.yaml", text)], who)
    return DefinedView(
        slo=name,
        service=service.name,
        sli=sli.name,
        target=f"{_written(target):f}",
        because=because,
        achieved_28d_pct=None if ratio is None else float(100 * (1 - ratio)),
        days_known=quarter.known_days,
        yaml=text,
        faults=[str(fault) for fault in report.faults],
        valid=not any(fault.severity == "error" for fault in report.faults),
    )


def _spec(given: DefineSlo, service: Service, sli: Sli, name: str, target: Ratio) -> dict[str, Any]:  # Any: JSON
    window: object = given.window
    if given.calendar is not None:
        window = {"calendar": given.calendar} | ({"timezone": given.timezone} if given.timezone else {})
    spec = {
        "name": name,
        "service": service.name,
        "sli": sli.name,
        "target": _written(target),
        "window": window,
        "description": given.description,
        "review_cadence": given.review_cadence or "monthly",
        "owner": given.owner or service.owner_team,
        "stakeholders": given.stakeholders,
        "runbook": given.runbook,
        "sla": _decimal(given.sla) if given.sla else None,
        "external_target": _decimal(given.external_target) if given.external_target else None,
        "no_data": given.no_data,
        "min_events": given.min_events,
        "group_by": given.group_by,
    }
    if given.slice_good_pct is not None:
        spec |= {"budgeting": "time_slices", "time_slice": {"good_pct": _decimal(given.slice_good_pct)}}
    return {key: value for key, value in spec.items() if value not in (None, "", [])}


def _sli(s: Services, service: Service, name: str | None) -> Sli:
    if name is not None:
        found = s.definitions.slos.sli(name)
        if found is None:
            known = ", ".join(one.name for one in s.definitions.slos.slis() if one.service == service.name)
            raise Invalid("sli", f"there is no SLI {name!r}", hint=f"{service.name} has {known or 'none'}")
        return found
    own = [one for one in s.definitions.slos.slis() if one.service == service.name]
    if not own:
        raise Invalid(
            "sli", f"{service.name} has no SLI yet", hint=f"`watchbill sli suggest {service.name}` proposes some"
        )
    return min(own, key=lambda one: (one.type != "availability", one.name))


def _percent(text: str) -> Ratio:
    """`99.9`, `99.9%` or the share `0.999`; raises Invalid for 100 % and beyond."""
    number = _decimal(text)
    percent = number * 100 if 0 < number < 1 and "%" not in text else number
    if percent <= 0:
        raise Invalid("target", f"{text!r} promises nothing", hint="write 99.9")
    if percent >= _WHOLE:
        raise Invalid("target", f"{text!r} leaves no error budget", hint="write 99.9")
    return Ratio.percent(f"{percent:f}", field="target")


def _written(target: Ratio) -> Decimal:
    """The percentage as it is written; targets were decimal text before they were fractions."""
    return Decimal(target.pct.numerator) / Decimal(target.pct.denominator)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text.strip().rstrip("%").strip())
    except InvalidOperation:
        raise Invalid("target", f"{text!r} is no percentage", hint="write 99.9") from None
