"""What is measured today, and what only loads: a promise that nothing measures says so, with the reason."""

from watchbill.slo.model import Beacon, Logs, Sli, Slo

__all__ = ["why_not_judged", "why_not_measured"]


def why_not_measured(sli: Sli) -> str:
    """Why an SLI has no numbers by itself; empty where a source measures it. Says what to do about it."""
    match sli.source:
        case None if sli.source_text:
            return f"the source of {sli.name} is prose ({sli.source_text!r}): give source: {{logs: {{path: ...}}}}"
        case None:
            return f"{sli.name} has no source: give source: {{logs: {{path: ...}}}} or source: {{push: {{}}}}"
        case Logs() | Beacon() if sli.good is None:
            return f"{sli.name} does not say which events are good: give measurement.good, eg status < 500"
        case _:
            return ""


def why_not_judged(slo: Slo, sli: Sli | None) -> str:
    """Why an SLO that is no composite cannot be judged; empty where it can."""
    if sli is None:
        return f"there is no SLI {slo.sli!r}"
    return why_not_measured(sli)
