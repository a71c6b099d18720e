"""Reads what a browser's beacon sends: anybody may send one, so everything is bounded and nothing is believed."""

import math
from collections.abc import Mapping
from urllib.parse import urlsplit

from watchbill.kernel.errors import Invalid
from watchbill.signals.model import Metric, Vital

__all__ = ["MOST_AT_ONCE", "read_vitals"]

MOST_AT_ONCE = 20
_LARGEST = {Metric.CLS: 1_000.0}
_LARGEST_MS = 3_600_000.0
_LONGEST_PATH, _LONGEST_TEXT = 200, 60
_MOST_ERRORS = 10_000
_BY_NAME = {one.value.lower(): one for one in Metric}


def read_vitals(document: object) -> list[Vital]:
    """The reports of a body: one object, or a list of up to 20. Raises Invalid with the first that cannot be.

    `name` is read as `metric`, as the web-vitals library calls it. Fields that are not known are left out: nothing that tells
    who it was is kept.
    """
    given = document if isinstance(document, list) else [document]
    if not 1 <= len(given) <= MOST_AT_ONCE:
        raise Invalid("body", f"has {len(given)} reports", hint=f"send 1 to {MOST_AT_ONCE}")
    return [_vital(one) for one in given]


def _vital(one: object) -> Vital:
    if not isinstance(one, Mapping):
        raise Invalid("body", "is no report", hint='send {"metric": "LCP", "value": 1234, "path": "/"}')
    name = one.get("metric", one.get("name"))
    metric = _BY_NAME.get(name.lower()) if isinstance(name, str) else None
    if metric is None:
        raise Invalid("metric", f"{str(name)[:40]!r} is not known", hint=", ".join(Metric))
    value = one.get("value", 0 if metric is Metric.VIEW else None)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Invalid("value", "is no number", hint="milliseconds; of CLS its score")
    if not 0 <= value <= _LARGEST.get(metric, _LARGEST_MS):
        raise Invalid("value", f"{value:g} cannot be a {metric}")
    return Vital(
        metric,
        float(value),
        path=_path(one.get("path")),
        errors=_errors(one.get("errors", 0)) if metric is Metric.VIEW else None,
        device=_text(one.get("device")),
        release=_text(one.get("release")),
    )


def _path(value: object) -> str:
    """The path of an address, without its query and fragment: those may tell who it was."""
    if not isinstance(value, str):
        return ""
    try:
        return urlsplit(value).path[:_LONGEST_PATH]
    except ValueError:
        return ""


def _text(value: object) -> str:
    return value[:_LONGEST_TEXT] if isinstance(value, str) and value.isprintable() else ""


def _errors(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_ERRORS:
        raise Invalid("errors", "is no number of errors", hint="0 to 10000")
    return value
