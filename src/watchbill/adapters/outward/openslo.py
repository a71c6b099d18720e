"""SLIs and SLOs as OpenSLO v1 documents. What OpenSLO has no field for travels in annotations, and is named."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from watchbill.kernel.units import duration, duration_text
from watchbill.slo.model import DEFAULT_TIERS, BurnTier

__all__ = ["PREFIX", "SOURCE_TYPE", "OpenSlo", "openslo_documents"]

Json = dict[str, Any]  # Any: JSON
Written = Mapping[str, Any]  # Any: a resource as it is written

PREFIX = "watchbill/"  # of annotations
SOURCE_TYPE = "watchbill"  # of metric sources that no other tool knows
_VERSION = "openslo/v1"
_CALENDAR = {"week": "1w", "month": "1M", "quarter": "1Q"}
_NOMINAL_DAYS = {
    "week": 7,
    "month": 30,
    "quarter": 91,
}  # where a rate has to be named for a period without a fixed length
_BUDGETING = {"occurrences": "Occurrences", "time_slices": "Timeslices"}
# Fields of ours that become fields of OpenSLO; all others become annotations.
_SLO_FIELDS = {
    "name",
    "service",
    "sli",
    "target",
    "window",
    "description",
    "budgeting",
    "burn_rate_alerts",
    "composite",
}


@dataclass(slots=True)
class OpenSlo:
    """The documents, and what no other reader of OpenSLO will understand, in words."""

    documents: list[Json] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def openslo_documents(
    services: Sequence[Written], slis: Sequence[Written], slos: Sequence[tuple[str, Written]]
) -> OpenSlo:
    """Services, data sources, SLIs and SLOs (with their names), in the order in which they need each other."""
    made = OpenSlo()
    made.documents += [_service(one) for one in services]
    urls: dict[str, str] = {}
    indicators = [_sli(one, urls, made) for one in slis]
    made.documents += [_data_source(name, url) for url, name in urls.items()]
    made.documents += indicators
    for name, one in slos:
        if one.get("composite"):
            made.notes.append(
                f"slo {name} is left out: OpenSLO v1 has three ways to read a composite, and ours is none"
            )
            continue
        made.documents.append(_slo(name, one, made))
    return made


def _service(one: Written) -> Json:
    spec = {"description": one["description"]} if one.get("description") else {}
    return _document("Service", one["name"], spec)


def _data_source(name: str, url: str) -> Json:
    return _document("DataSource", name, {"type": "Prometheus", "connectionDetails": {"url": url}})


def _sli(one: Written, urls: dict[str, str], made: OpenSlo) -> Json:
    measured = one.get("measurement", {})
    source = measured.get("source")
    spec: Json = {"description": one["description"]} if one.get("description") else {}
    queries = source.get("prometheus") if isinstance(source, Mapping) else None
    if queries and queries.get("total"):
        name = urls.setdefault(queries["url"], f"prometheus-{len(urls) + 1}")
        parts = {part: _query(name, queries[part]) for part in ("good", "bad", "total") if queries.get(part)}
        spec["ratioMetric"] = {"counter": False, **parts}
    else:
        # OpenSLO wants two metrics; both name the same measurement, which only watchbill can read.
        metric = {"metricSource": {"type": SOURCE_TYPE, "spec": {"measurement": dict(measured)}}}
        spec["ratioMetric"] = {"counter": False, "good": metric, "total": metric}
        made.notes.append(f"sli {one['name']}: its source has no counterpart; other tools cannot read what it measures")
    rest = {key: value for key, value in one.items() if key not in {"name", "description", "measurement"}}
    prose = {} if not queries else {key: value for key, value in measured.items() if key != "source"}
    return _document("SLI", one["name"], spec, {**rest, **({"measurement": prose} if prose else {})})


def _query(source: str, query: str) -> Json:
    return {"metricSource": {"metricSourceRef": source, "type": "Prometheus", "spec": {"query": query}}}


def _slo(name: str, one: Written, made: OpenSlo) -> Json:
    rest = {key: value for key, value in one.items() if key not in _SLO_FIELDS}
    silent = one.get("burn_rate_alerts") == []
    if silent:
        rest["burn_rate_alerts"] = []  # no policy at all would mean the default tiers
    if rest:
        made.notes.append(f"slo {name}: {', '.join(rest)} travel in annotations, which only watchbill reads")
    spec: Json = {
        "description": one.get("description"),
        "service": one["service"],
        "indicatorRef": one.get("sli"),
        "timeWindow": [_window(one.get("window", "28d"))],
        "budgetingMethod": _BUDGETING[one.get("budgeting") or "occurrences"],
        "objectives": [{"targetPercent": _plain(one["target"])}],
        "alertPolicies": [] if silent else [_policy(name, one.get("burn_rate_alerts"), one.get("window", "28d"))],
    }
    made.notes.append(f"slo {name}: OpenSLO conditions have one window; the short ones travel in annotations")
    return _document("SLO", name, {key: value for key, value in spec.items() if value not in (None, [])}, rest)


def _window(window: str | Written) -> Json:
    if isinstance(window, str):
        return {"duration": window, "isRolling": True}
    zone = window.get("timezone", "UTC")
    return {
        "duration": _CALENDAR[window["calendar"]],
        "isRolling": False,
        "calendar": {"startTime": "2024-01-01 00:00:00", "timeZone": zone},  # a Monday, and the first of a quarter
    }


def _policy(slo: str, tiers: Sequence[Written] | None, window: str | Written) -> Json:
    """One alert policy with a condition for each tier."""
    known = [_of_default(tier) for tier in DEFAULT_TIERS] if tiers is None else list(tiers)
    conditions = [
        {
            "kind": "AlertCondition",
            "metadata": {"name": f"{slo}-{tier['name']}".replace("_", "-"), "annotations": dict(_extras(tier))},
            "spec": {
                "severity": tier.get("severity", "page"),
                "condition": {
                    "kind": "burnrate",
                    "op": "gt",
                    "threshold": _threshold(tier, window),
                    "lookbackWindow": tier["long_window"],
                    "alertAfter": "0m",
                },
            },
        }
        for tier in known
    ]
    return {
        "kind": "AlertPolicy",
        "metadata": {"name": f"{slo}-burn"},
        "spec": {"alertWhenBreaching": True, "conditions": conditions, "notificationTargets": []},
    }


def _threshold(tier: Written, window: str | Written) -> Any:  # Any: a JSON number
    """The burn rate; of a tier given as a share, pct x period / (100 x long window)."""
    if tier.get("budget_pct") is None:
        return _plain(tier["burn_rate"])
    period = duration(window) if isinstance(window, str) else timedelta(days=_NOMINAL_DAYS[window["calendar"]])
    return float(Fraction(str(tier["budget_pct"])) * Fraction(period / duration(tier["long_window"])) / 100)


def _extras(tier: Written) -> Iterator[tuple[str, str]]:
    yield f"{PREFIX}name", tier["name"]
    yield f"{PREFIX}short_window", tier["short_window"]
    if tier.get("budget_pct") is not None:
        yield f"{PREFIX}budget_pct", str(tier["budget_pct"])


def _of_default(tier: BurnTier) -> Json:
    assert tier.burn_rate is not None, "the playbook's tiers have rates"
    return {
        "name": tier.name,
        "burn_rate": float(tier.burn_rate),
        "short_window": duration_text(tier.short_window),
        "long_window": duration_text(tier.long_window),
        "severity": str(tier.severity),
    }


def _document(kind: str, name: str, spec: Json, annotations: Written | None = None) -> Json:
    metadata: Json = {"name": name}
    if annotations:
        metadata["annotations"] = {f"{PREFIX}{key}": _text(value) for key, value in annotations.items()}
    return {"apiVersion": _VERSION, "kind": kind, "metadata": metadata, "spec": spec}


def _text(value: object) -> str:
    """Annotations are text: what is none is written as JSON."""
    return value if isinstance(value, str) else json.dumps(value, default=_plain)


def _plain(number: Any) -> Any:  # Any: JSON
    """Decimals as the shortest number."""
    if isinstance(number, Decimal):
        return int(number) if number == number.to_integral_value() else float(number)
    return number
