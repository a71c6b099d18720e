"""A Grafana dashboard over the series that the generated rules record."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from watchbill.adapters.outward.promql import BAD, BURN, LEFT, TARGET, TOTAL, number
from watchbill.kernel.units import duration_text
from watchbill.slo.model import Slo

__all__ = ["dashboard_for"]

Json = dict[str, Any]  # Any: JSON

_SCHEMA = 39  # of Grafana 10 and 11; newer ones migrate it
_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_CHOSEN = 'slo=~"$slo",service=~"$service"'
_WIDE, _HALF = 24, 12
# The budget states' edges (playbook ph. 3) in the colours in which watchbill shows them.
_STEPS = [
    {"color": "red", "value": None},
    {"color": "orange", "value": 0.0000001},
    {"color": "yellow", "value": 0.25},
    {"color": "green", "value": 0.5},
]


def dashboard_for(slos: Sequence[Slo]) -> Json:
    """One dashboard: what is left of every budget, how fast each burns, what fires, and the events behind it."""
    panels = [
        _left_bars(),
        _panel(
            "Burn rate by window",
            _timeseries("short"),
            _at(8, 0, _HALF),
            [_query(f"{BURN}{{{_CHOSEN}}}", "{{slo}} {{window}}")],
        ),
        _panel(
            "Budget left", _timeseries("percentunit"), _at(8, _HALF, _HALF), [_query(f"{LEFT}{{{_CHOSEN}}}", "{{slo}}")]
        ),
        _panel(
            "Firing",
            {"type": "state-timeline", "options": {"showValue": "never"}},
            _at(16, 0, _WIDE),
            [_query(f'ALERTS{{alertname=~"SLOBurn|SLONoData",alertstate="firing",{_CHOSEN}}}', "{{slo}} {{tier}}")],
        ),
        _panel(
            "Events in the last hour",
            _timeseries("short"),
            _at(24, 0, _HALF),
            [_query(f'{TOTAL}{{window="1h"}}', "{{sli}}")],
        ),
        _panel(
            "Bad events in the last hour",
            _timeseries("short"),
            _at(24, _HALF, _HALF),
            [_query(f'{BAD}{{window="1h"}}', "{{sli}}")],
        ),
    ]
    for number_, panel in enumerate(panels, start=1):
        panel["id"] = number_
    return {
        "uid": "watchbill-slos",
        "title": "SLOs and error budgets",
        "description": "Made by `watchbill slo dashboard`; needs the rules of `watchbill slo rules`. "
        + _promises(slos),
        "tags": ["slo", "watchbill"],
        "schemaVersion": _SCHEMA,
        "timezone": "browser",
        "editable": True,
        "time": {"from": "now-7d", "to": "now"},
        "refresh": "1m",
        "templating": {"list": [_source(), _choice("service"), _choice("slo")]},
        "annotations": {"list": []},
        "panels": panels,
    }


def _promises(slos: Sequence[Slo]) -> str:
    """Targets and the fastest tier of each, for who reads the dashboard without the resources at hand."""
    said = []
    for slo in slos:
        fastest = max(slo.tiers, key=lambda tier: tier.burn_rate or Fraction(0), default=None)
        tier = f", fastest tier over {duration_text(fastest.long_window)}" if fastest else ""
        said.append(f"{slo.name}: {number(slo.target.pct)} % over {slo.window}{tier}")
    return "; ".join(said)


def _left_bars() -> Json:
    options = {"orientation": "horizontal", "displayMode": "basic", "reduceOptions": {"calcs": ["lastNotNull"]}}
    look = {
        "type": "bargauge",
        "options": options,
        "fieldConfig": {
            "defaults": {"unit": "percentunit", "min": 0, "max": 1, "decimals": 1, "thresholds": {"mode": "absolute", "steps": _STEPS}},
            "overrides": [],
        },
    }  # fmt: skip
    sorted_worst_first = f"sort({LEFT}{{{_CHOSEN}}})"
    with_target = f"{TARGET}{{{_CHOSEN}}}"
    return _panel(
        "Error budget left, worst first",
        look,
        _at(0, 0, _WIDE),
        [
            _query(sorted_worst_first, "{{slo}}", instant=True),
            {**_query(with_target, "{{slo}}", instant=True), "refId": "B", "hide": True},
        ],
    )


def _panel(title: str, look: Json, place: Json, targets: list[Json]) -> Json:
    return {"title": title, "datasource": _SOURCE, "gridPos": place, "targets": targets, **look}


def _timeseries(unit: str) -> Json:
    return {
        "type": "timeseries",
        "fieldConfig": {"defaults": {"unit": unit, "custom": {"lineWidth": 2, "fillOpacity": 0}}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
    }


def _query(expr: str, legend: str, *, instant: bool = False) -> Json:
    found: Json = {"refId": "A", "datasource": _SOURCE, "expr": expr, "legendFormat": legend}
    return {**found, "instant": True, "range": False} if instant else found


def _at(top: int, left: int, width: int) -> Json:
    return {"x": left, "y": top, "w": width, "h": 8}


def _source() -> Json:
    return {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus"}


def _choice(label: str) -> Json:
    return {
        "name": label,
        "type": "query",
        "datasource": _SOURCE,
        "query": {"query": f"label_values({TARGET}, {label})", "refId": label},
        "refresh": 2,
        "includeAll": True,
        "multi": True,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
    }
