"""What an alert must be like to be taken in, beyond the shape of its JSON; the bounds protect memory, disk and readers."""

from collections.abc import Mapping
from datetime import timedelta

from watchbill.alerts.model import Observation
from watchbill.alerts.rules.merging import RESOLVE_TIMEOUT, is_backwards

__all__ = [
    "MAX_ANNOTATION_BYTES",
    "MAX_LABELS",
    "MAX_NAME_BYTES",
    "MAX_VALUE_BYTES",
    "bounds_fault",
    "label_fault",
    "time_fault",
]

MAX_LABELS = 256  # labels, and as many annotations
MAX_NAME_BYTES = 1_024
MAX_VALUE_BYTES = 16 << 10
MAX_ANNOTATION_BYTES = 64 << 10


def label_fault(labels: Mapping[str, str], annotations: Mapping[str, str]) -> str | None:
    """Why Alertmanager would refuse these (in its words), or None. Empty labels must be gone already; names may be any UTF-8."""
    if not labels:
        return "at least one label pair required"
    if "" in labels:
        return 'invalid label set: invalid name ""'
    if "" in annotations:
        return 'invalid annotations: invalid name ""'
    return None


def bounds_fault(labels: Mapping[str, str], annotations: Mapping[str, str]) -> tuple[str, str] | None:
    """What exceeds watchbill's bounds, as (where, what), or None."""
    for where, pairs, most in (("labels", labels, MAX_VALUE_BYTES), ("annotations", annotations, MAX_ANNOTATION_BYTES)):
        if len(pairs) > MAX_LABELS:
            return where, f"has {len(pairs)} entries, at most {MAX_LABELS} are taken"
        for name, value in pairs.items():
            if len(name) + len(value) > MAX_NAME_BYTES and (fault := _too_long(name, value, most)):
                return where, fault
            if "\0" in value or "\0" in name:
                return where, f"{name!r} holds a NUL character"
    return None


def time_fault(claim: Observation, resolve_timeout: timedelta = RESOLVE_TIMEOUT) -> str | None:
    """Why the times of a claim make no sense (in Alertmanager's words), or None."""
    return "start time must be before end time" if is_backwards(claim, resolve_timeout) else None


def _too_long(name: str, value: str, most: int) -> str | None:
    if len(name.encode()) > MAX_NAME_BYTES:
        return f"a name is longer than {MAX_NAME_BYTES} bytes"
    size = len(value.encode())
    return f"{name!r} is {size} bytes long, at most {most} are taken" if size > most else None
