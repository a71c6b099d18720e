"""The parts of OpenSLO that say when somebody is called, and the annotations in which our own fields travel."""

import json
from decimal import Decimal
from typing import Any

from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.foreign.documents import Foreign, Reader
from watchbill.adapters.resources.foreign.queries import number
from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import duration, duration_text

__all__ = ["annotations", "tiers"]

Json = dict[str, Any]  # Any: JSON
Path = tuple[str | int, ...]

_PREFIX = "watchbill/"
_TEXTS = {"owner", "runbook", "no_data", "review_cadence", "late_arrival", "service", "type"}  # written as they are
_SHORTER = 12  # a short window is a twelfth of the long one (playbook ph. 2)


def annotations(reader: Reader) -> Json:
    """Fields of ours, as `slo export` writes them."""
    found = reader.peek("metadata", "annotations")
    fields: Json = {}
    for key in found if isinstance(found, dict) else ():
        if str(key).startswith(_PREFIX):
            name, text = str(key).removeprefix(_PREFIX), str(reader.get("metadata", "annotations", key))
            fields[name] = text if name in _TEXTS else _read(text)
    return fields


def tiers(reader: Reader, result: Foreign) -> list[Json] | None:
    """A tier for each burn-rate condition of the SLO's policies; None where there is none, so that the defaults stand."""
    found: list[Json] = []
    policies = reader.peek("spec", "alertPolicies")
    for place, policy in enumerate(policies if isinstance(policies, list) else ()):
        at: Path = ("spec", "alertPolicies", place)
        if not isinstance(policy, dict) or policy.get("kind") != "AlertPolicy":
            continue  # a reference to a policy elsewhere: named as left out
        for part in ("kind", "metadata"):
            reader.get(*at, part)
        reader.get(*at, "spec", "alertWhenBreaching")
        reader.get(*at, "spec", "notificationTargets")
        conditions = reader.peek(*at, "spec", "conditions")
        for index in range(len(conditions) if isinstance(conditions, list) else 0):
            made = _tier(reader, result, (*at, "spec", "conditions", index))
            found += [made] if made else []
    return found if isinstance(policies, list) and (found or not policies) else None


def _tier(reader: Reader, result: Foreign, at: Path) -> Json | None:
    long = reader.text(*at, "spec", "condition", "lookbackWindow")
    rate = reader.get(*at, "spec", "condition", "threshold")
    if reader.peek(*at, "spec", "condition", "kind") != "burnrate" or long is None or rate is None:
        return None
    for path in (("kind",), ("spec", "condition"), ("spec", "description"), ("metadata", "name")):
        reader.get(*at, *path)
    ours = {key: reader.text(*at, "metadata", "annotations", f"{_PREFIX}{key}") for key in ("name", "short_window")}
    share = reader.get(*at, "metadata", "annotations", f"{_PREFIX}budget_pct")
    severity = str(reader.get(*at, "spec", "severity") or "page").lower()
    made: Json = {
        "name": ours["name"] or reader.text(*at, "metadata", "name") or f"burn_{long}",
        **({"burn_rate": number(rate)} if share is None else {"budget_pct": number(share)}),
        "short_window": ours["short_window"] or _shorter(long, result, at),
        "long_window": long,
        "severity": "ticket" if severity in {"ticket", "low", "warning"} else "page",
    }
    return made


def _shorter(long: str, result: Foreign, at: Path) -> str:
    loc = (*at, "spec", "condition", "lookbackWindow")
    try:
        span = duration(long, field="lookbackWindow")
    except Invalid as wrong:
        result.findings.append(Finding(loc, wrong.reason, wrong.hint))
        return long
    minutes = max(1, round(span.total_seconds() / 60 / _SHORTER))
    short = duration_text(duration(f"{minutes}m"))
    reason = f"the condition has no short window; {short}, a twelfth, is taken"
    result.findings.append(Finding(loc, reason, "change short_window", "warning"))
    return short


def _read(text: str) -> Any:  # Any: JSON
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError:
        return text
