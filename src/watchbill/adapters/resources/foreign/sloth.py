"""Sloth: the spec `prometheus/v1`, and the same as a Kubernetes resource. One SLO each, with the windows that Sloth builds in."""

from collections.abc import Callable, Sequence
from typing import Any

from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.foreign.documents import Foreign, Reader
from watchbill.adapters.resources.foreign.queries import counted, measured, named, number, windowed

__all__ = ["CONVERTERS", "NO_SERVER", "TIERS", "read_spec"]

Json = dict[str, Any]  # Any: JSON
Path = tuple[str | int, ...]

# Sloth's built-in windows (Google's): name, share of the budget in percent, short, long, severity.
TIERS: Sequence[tuple[str, int, str, str, str]] = (
    ("page_quick", 2, "5m", "1h", "page"),
    ("page_slow", 5, "30m", "6h", "page"),
    ("ticket_quick", 10, "2h", "1d", "ticket"),
    ("ticket_slow", 10, "6h", "3d", "ticket"),
)
_PERIOD = "30d"
NO_SERVER = "the queries have no server: they are kept as prose, and nothing is measured"


def read_spec(reader: Reader, result: Foreign) -> None:
    """A file of `sloth generate`: version, service, slos."""
    version = reader.text("version")
    if version != "prometheus/v1":
        result.findings.append(Finding(("version",), f"{version!r} is not known", "prometheus/v1 can be read"))
        return
    _read(reader, result, ())


def _resource(reader: Reader, result: Foreign) -> None:
    reader.get("metadata", "name")
    reader.get("metadata", "namespace")
    _read(reader, result, ("spec",))


def _read(reader: Reader, result: Foreign, at: Path) -> None:
    service = reader.text(*at, "service") or reader.given.service
    slos = reader.peek(*at, "slos")
    if service is None or not isinstance(slos, list):
        result.findings.append(Finding((*at, "service"), "a service and a list of slos are needed", "add them"))
        return
    reason = f"the period stands outside of Sloth's spec; {_PERIOD}, its default, is taken"
    result.findings.append(Finding((*at, "slos"), reason, "change window where you run it with another", "warning"))
    for index in range(len(slos)):
        _slo(reader, result, named(service), (*at, "slos", index))


def _slo(reader: Reader, result: Foreign, service: str, at: Path) -> None:
    name = named(service, reader.text(*at, "name") or f"slo-{at[-1]}")
    description = reader.text(*at, "description")
    sli: Json = {"name": name, "service": service, "measurement": _measurement(reader, result, (*at, "sli"))}
    reader.get(*at, "alerting", "name")
    slo: Json = {
        "name": name,
        "service": service,
        "sli": name,
        "target": number(reader.get(*at, "objective")),
        "window": _PERIOD,
        "burn_rate_alerts": _tiers(reader, (*at, "alerting")),
        "runbook": reader.text(*at, "alerting", "annotations", "runbook"),
        "description": description,
    }
    result.resources += [
        ("sli", {key: value for key, value in sli.items() if value is not None}),
        ("slo", {key: value for key, value in slo.items() if value is not None}),
    ]


def _measurement(reader: Reader, result: Foreign, at: Path) -> Json:
    # The file's spelling and that of the Kubernetes resource.
    errors = reader.text(*at, "events", "error_query") or reader.text(*at, "events", "errorQuery")
    total = reader.text(*at, "events", "total_query") or reader.text(*at, "events", "totalQuery")
    if errors is None or total is None:
        kind = "plugin" if reader.peek(*at, "plugin") else "raw"
        reader.get(*at, kind)
        reason = f"an SLI by `{kind}` has no counts of good and total events: nothing will be measured"
        result.findings.append(Finding(at, reason, "write events with error_query and total_query", "warning"))
        return {"source": f"{kind} SLI of Sloth"}
    if reader.given.prometheus is None:
        result.findings.append(Finding((*at, "events"), NO_SERVER, "say --prometheus URL", "warning"))
    bad, whole = windowed(errors), windowed(total)
    if "rate(" in bad and "rate(" in whole:
        bad, whole = counted(bad), counted(whole)
    return measured(reader.given.prometheus, bad=bad, total=whole)


def _tiers(reader: Reader, at: Path) -> list[Json]:
    silent = {
        severity
        for severity, spellings in (("page", ("page_alert", "pageAlert")), ("ticket", ("ticket_alert", "ticketAlert")))
        if any(str(reader.get(*at, spelling, "disable")).lower() == "true" for spelling in spellings)
    }
    return [
        {"name": name, "budget_pct": pct, "short_window": short, "long_window": long, "severity": severity}
        for name, pct, short, long, severity in TIERS
        if severity not in silent
    ]


CONVERTERS: dict[str, Callable[[Reader, Foreign], None]] = {"PrometheusServiceLevel": _resource}
