"""What an alert is called, and where it is written what to do about it."""

from collections.abc import Callable, Mapping

__all__ = ["runbook_of", "title_of"]

_TITLE_LENGTH = 200
_RUNBOOK_ANNOTATIONS = ("runbook_url", "runbook")


def title_of(labels: Mapping[str, str], annotations: Mapping[str, str]) -> str:
    """One line for people: the author's summary, else the alert's name and where it is."""
    written = annotations.get("summary") or annotations.get("title")
    if written:
        return " ".join(written.split())[:_TITLE_LENGTH]
    name = labels.get("alertname")
    if not name:
        return ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))[:_TITLE_LENGTH]
    place = labels.get("instance") or labels.get("service") or ""
    return (f"{name} on {place}" if place else name)[:_TITLE_LENGTH]


def runbook_of(
    labels: Mapping[str, str], annotations: Mapping[str, str], by_alert_name: Callable[[str], str | None]
) -> str | None:
    """The runbook's address or name: annotation runbook_url or runbook, label runbook, else the one written for the alert."""
    for name in _RUNBOOK_ANNOTATIONS:
        if annotations.get(name):
            return annotations[name]
    return labels.get("runbook") or by_alert_name(labels.get("alertname", ""))
