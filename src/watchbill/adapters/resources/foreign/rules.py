"""Prometheus rules that Sloth or Pyrra generated, where the spec itself is gone: read back what they were made of."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.foreign.documents import Foreign, Reader
from watchbill.adapters.resources.foreign.queries import counted, measured, named
from watchbill.adapters.resources.foreign.sloth import NO_SERVER

__all__ = ["CONVERTERS", "read_groups"]

Json = dict[str, Any]  # Any: JSON
Path = tuple[str | int, ...]

_RATIO, _BURN, _WHOLE = "slo:sli_error:ratio_rate", ":burnrate", ":increase"
_SLOTH_PAIR = re.compile(
    r"ratio_rate(?P<short>\w+)\{[^}]*\}\s*>\s*\(\s*(?P<rate>[\d.]+)\s*\*.*?ratio_rate(?P<long>\w+)\{[^}]*\}\s*>",
    re.DOTALL,
)
_PYRRA_RATE = re.compile(r">\s*\(?\s*(?P<rate>[\d.]+)\s*\*\s*\(\s*1\s*-\s*(?P<target>[\d.]+)\s*\)")
_VECTOR = re.compile(r"vector\((?P<number>[\d.]+)\)")
_DIGITS = Decimal("0.000001")  # of a percentage: floats of generated files end in noise


@dataclass(slots=True)
class _Found:
    """What the rules of one objective say."""

    at: Path
    service: str | None = None
    expr: str | None = None
    window: str | None = None  # that the expression is over
    target_pct: Decimal | None = None
    period: str | None = None
    tiers: list[Json] = field(default_factory=list)


def read_groups(reader: Reader, result: Foreign) -> None:
    """A file of rules: groups at its top."""
    _read(reader, result, ("groups",))


def _resource(reader: Reader, result: Foreign) -> None:
    reader.get("metadata")
    _read(reader, result, ("spec", "groups"))


def _read(reader: Reader, result: Foreign, at: Path) -> None:
    found: dict[str, _Found] = {}
    for path, rule in _rules(reader, at):
        labels = rule.get("labels") or {}
        if "sloth_id" in labels or "ratio_rate" in str(rule.get("expr")):
            known = _of_sloth(rule, labels, path, found)
        elif "slo" in labels:
            known = _of_pyrra(rule, labels, path, found)
        else:
            known = False
        if known:
            reader.get(*path)
    groups = reader.peek(*at)
    for index in range(len(groups) if isinstance(groups, list) else 0):
        reader.get(*at, index, "name")
        reader.get(*at, index, "interval")
    if not found:
        reason = "no rules of Sloth or Pyrra are in it; other rules do not say what they promise"
        result.findings.append(Finding(at, reason, "write an slo, with source: {prometheus: ...}"))
    for name, one in found.items():
        _make(name, one, reader, result)


def _rules(reader: Reader, at: Path) -> Iterator[tuple[Path, Json]]:
    groups = reader.peek(*at)
    for number, group in enumerate(groups if isinstance(groups, list) else ()):
        rules = group.get("rules") if isinstance(group, dict) else None
        for index, rule in enumerate(rules if isinstance(rules, list) else ()):
            if isinstance(rule, dict):
                yield (*at, number, "rules", index), rule


def _of_sloth(rule: Json, labels: Json, path: Path, found: dict[str, _Found]) -> bool:
    record, expr = str(rule.get("record", "")), str(rule.get("expr", ""))
    name = labels.get("sloth_id") or _label(expr, "sloth_id")
    if name is None:
        return False
    one = found.setdefault(named(str(name)), _Found(path))
    one.service = str(labels.get("sloth_service") or one.service or "") or None
    number = _VECTOR.search(expr)
    if record.startswith(_RATIO) and one.expr is None:
        one.expr, one.window = expr, record.removeprefix(_RATIO)
    elif record == "slo:objective:ratio" and number:
        one.target_pct = (Decimal(number["number"]) * 100).quantize(_DIGITS).normalize()
    elif record == "slo:time_period:days" and number:
        one.period = f"{Decimal(number['number']):f}d"
    elif "alert" in rule:
        severity = "ticket" if labels.get("sloth_severity") == "ticket" else "page"
        for pair in _SLOTH_PAIR.finditer(expr):
            one.tiers.append(_tier(pair["rate"], pair["short"], pair["long"], severity))
    return True


def _of_pyrra(rule: Json, labels: Json, path: Path, found: dict[str, _Found]) -> bool:
    record, expr = str(rule.get("record", "")), str(rule.get("expr", ""))
    one = found.setdefault(named(str(labels["slo"])), _Found(path))
    rate = _PYRRA_RATE.search(expr)
    if _BURN in record:
        if one.expr is None:
            one.expr, one.window = expr, record.rpartition(_BURN)[2]
    elif _WHOLE in record:
        one.period = record.rpartition(_WHOLE)[2]
    elif "alert" in rule and rate and "short" in labels and "long" in labels:
        one.target_pct = (Decimal(rate["target"]) * 100).quantize(_DIGITS).normalize()
        severity = "page" if labels.get("severity") == "critical" else "ticket"
        one.tiers.append(_tier(rate["rate"], str(labels["short"]), str(labels["long"]), severity))
    else:
        return "alert" in rule and "absent(" in expr  # our own no_data says the same
    return True


def _tier(rate: str, short: str, long: str, severity: str) -> Json:
    return {
        "name": f"burn_{long}",
        "burn_rate": Decimal(rate),
        "short_window": short,
        "long_window": long,
        "severity": severity,
    }


def _make(name: str, one: _Found, reader: Reader, result: Foreign) -> None:
    queries = _split(one.expr or "", one.window or "")
    if queries is None or one.target_pct is None:
        missing = "its target" if queries else "the queries of good and total events"
        reason = f"{name}: {missing} cannot be read from these rules, so it is left out"
        result.findings.append(Finding(one.at, reason, "import the spec that they were generated from", "warning"))
        return
    service = named(one.service or reader.given.service or name)
    if one.service is None and reader.given.service is None:
        reason = f"the rules of {name} name no service; {name!r} is taken"
        result.findings.append(Finding(one.at, reason, "say --service NAME", "warning"))
    if reader.given.prometheus is None:
        result.findings.append(Finding(one.at, NO_SERVER, "say --prometheus URL", "warning"))
    if one.period is None:
        reason = f"the rules of {name} do not say its window; 28d is taken"
        result.findings.append(Finding(one.at, reason, "change window", "warning"))
    bad, total = queries
    result.resources += [
        (
            "sli",
            {"name": name, "service": service, "measurement": measured(reader.given.prometheus, bad=bad, total=total)},
        ),
        (
            "slo",
            {
                "name": name,
                "service": service,
                "sli": name,
                "target": one.target_pct,
                "window": one.period or "28d",
                "burn_rate_alerts": one.tiers,
            },
        ),
    ]


def _split(expr: str, window: str) -> tuple[str, str] | None:
    """The two sides of the outermost division, with `$window` for the window; None where there is not exactly one."""
    depth, cuts = 0, []
    quote = ""
    for place, sign in enumerate(expr):
        if quote:
            quote = "" if sign == quote and expr[place - 1] != "\\" else quote
        elif sign in "\"'`":
            quote = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif sign == "/" and depth == 0:
            cuts.append(place)
    if len(cuts) != 1 or not window:
        return None
    bad, total = (_own(side, window) for side in (expr[: cuts[0]], expr[cuts[0] + 1 :]))
    return (bad, total) if "$window" in bad and "$window" in total else None


def _own(side: str, window: str) -> str:
    """One side without the brackets around the whole of it, over `$window`, as counts."""
    text = side.strip()
    while text.startswith("(") and text.endswith(")") and _matches(text):
        text = text[1:-1].strip()
    return counted(text.replace(f"[{window}]", "[$window]").replace(f"[{window}:", "[$window:"))


def _matches(text: str) -> bool:
    """Whether the first bracket is closed by the last one."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place == len(text) - 1
    return False


def _label(expr: str, name: str) -> str | None:
    found = re.search(rf'{name}="([^"]+)"', expr)
    return found[1] if found else None


CONVERTERS: dict[str, Callable[[Reader, Foreign], None]] = {"PrometheusRule": _resource}
