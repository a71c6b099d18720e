"""Operation `runbook.design`: a first runbook for an alert, as YAML that `apply` takes; nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from statistics import median

from pydantic import BaseModel, ConfigDict, Field

from watchbill.alerts.model.history import Occurred
from watchbill.alerts.model.written import WrittenAlert
from watchbill.bootstrap import Services
from watchbill.kernel.errors import Faults, Invalid, NotFound
from watchbill.oncall.rules.designing import PROMPT, Helped, Known, design, most_alike
from watchbill.operations.lint import RuleFileModel
from watchbill.people.model import Actor
from watchbill.slo.model import Slo

__all__ = ["DesignRunbook", "DraftView", "design_runbook"]

_DAYS = 90
_MOST_INCIDENTS = 3
_HOUSE_ALERT = "SLOBurn"


class DesignRunbook(BaseModel):
    """Input of `runbook.design`: the alert's name; rule files that define it, or the promise whose burn it is."""

    model_config = ConfigDict(extra="forbid")

    alert: str = Field(min_length=1, max_length=200)
    rules: list[RuleFileModel] = Field(default_factory=list, max_length=100)
    slo: str | None = None


class DraftView(BaseModel):
    """The draft, how many prompts are left in it, and where it comes from."""

    yaml: str
    prompts: int
    sources: list[str]


def design_runbook(s: Services, who: Actor, given: DesignRunbook) -> DraftView:
    """The draft; raises NotFound where rule files were given and none defines the alert."""
    rule, slo = _rule(s, given), _slo(s, given)
    happened = s.acting.alert_happened(given.alert, timedelta(days=_DAYS))
    service = _service(s, rule, slo, happened)
    around = _around(s, service)
    known = Known(
        alert=given.alert,
        expression=" ".join(rule.expr.split()) if rule else "",
        waits=rule.waits if rule else None,
        summary=_annotation(rule, "summary"),
        description=_annotation(rule, "description"),
        source=f"{rule.place.file}:{rule.place.line}" if rule else f"the promise {slo.name}" if slo else "",
        promise=f"It guards the promise {slo.name}: {float(slo.target.pct):g} %." if slo else "",
        service=service,
        owner=around.owner,
        contact=around.contact,
        upstream=around.upstream,
        occurred=len(happened),
        days=_DAYS,
        typical=_typical(happened),
        actionable=_actionable(happened),
        helped=_helped(s, given.alert, service, happened),
        similar=most_alike(given.alert, service, s.runbooks.list()),
    )
    yaml = s.document_text("runbook", design(known))
    sources = [text for text in (known.source, f"{len(happened)} occurrences", *(f"INC-{one.incident}" for one in known.helped), known.similar.name if known.similar else "") if text]  # fmt: skip
    return DraftView(yaml=yaml, prompts=yaml.count(PROMPT), sources=sources)


def _rule(s: Services, given: DesignRunbook) -> WrittenAlert | None:
    if not given.rules:
        return None
    names: list[str] = []
    for file in given.rules:
        alerts, faults = s.alert_quality.lint.read_rules(file.path, file.text)
        if faults and not alerts:
            raise Faults(faults)
        names += [one.name for one in alerts]
        found = next((one for one in alerts if one.name == given.alert), None)
        if found is not None:
            return found
    raise NotFound("alert", given.alert, known=names, hint=f"the files define {', '.join(names) or 'no alert'}")


def _slo(s: Services, given: DesignRunbook) -> Slo | None:
    if given.slo is not None:
        return s.slo.find(given.slo)
    named = s.definitions.slos.slo(given.alert)
    if named is None and given.alert == _HOUSE_ALERT and not given.rules and len(s.definitions.slos.slos()) > 1:
        raise Invalid("slo", "every promise burns under this name", hint="say which: --slo NAME")
    return named


def _service(s: Services, rule: WrittenAlert | None, slo: Slo | None, happened: Sequence[Occurred]) -> str:
    if slo is not None:
        return slo.service
    named = rule.labels.get("service", "") if rule else ""
    return named or next((one.service for one in happened if one.service), "")


@dataclass(frozen=True, slots=True)
class _Around:
    """What the catalog says of the service; empty where it is not in there."""

    owner: str = ""
    contact: str = ""
    upstream: Sequence[str] = ()


def _around(s: Services, service: str) -> _Around:
    try:
        found = s.catalog.find(service)
    except NotFound:
        return _Around()
    contact = f"schedule:{found.oncall_rotation}" if found.oncall_rotation else ""
    if not contact and found.owner_team:
        contact = f"team:{found.owner_team}"
    upstream = [edge.callee for edge in s.catalog.upstream(found.name)]
    return _Around(found.owner_team or "", contact, upstream)


def _annotation(rule: WrittenAlert | None, name: str) -> str:
    """What the rule says, unless it holds Go templates that mean nothing in a runbook."""
    text = " ".join(rule.annotations.get(name, "").split()) if rule else ""
    return "" if "{{" in text else text


def _typical(happened: Sequence[Occurred]) -> timedelta | None:
    lengths = [(one.closed_at - one.opened_at).total_seconds() for one in happened if one.closed_at is not None]
    return timedelta(seconds=round(median(lengths) / 60) * 60 or 60) if lengths else None


def _actionable(happened: Sequence[Occurred]) -> Fraction | None:
    judged = [one.actionable for one in happened if one.actionable is not None]
    return Fraction(sum(judged), len(judged)) if judged else None


def _helped(s: Services, alert: str, service: str, happened: Sequence[Occurred]) -> list[Helped]:
    if not service:
        return []
    title = happened[-1].title if happened else alert
    found = s.incidents.earlier(title, service, frozenset({alert}))
    return [
        Helped(one.incident.number, one.incident.title, one.incident.mitigation, one.incident.root_cause)
        for one in found[:_MOST_INCIDENTS]
    ]
