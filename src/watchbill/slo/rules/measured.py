"""What is measured today, and what only loads: a promise that nothing measures says so, with the reason."""

from watchbill.slo.model import Budgeting, Logs, Sli, Slo

__all__ = ["not_computed", "why_not_judged", "why_not_measured"]


def why_not_measured(sli: Sli) -> str:
    """Why an SLI has no numbers by itself; empty where a source measures it. Says what to do about it."""
    match sli.source:
        case None if sli.source_text:
            return f"the source of {sli.name} is prose ({sli.source_text!r}): give source: {{logs: {{path: ...}}}}"
        case None:
            return f"{sli.name} has no source: give source: {{logs: {{path: ...}}}} or source: {{push: {{}}}}"
        case Logs() if sli.good is None:
            return f"{sli.name} does not say which events are good: give measurement.good, eg status < 500"
        case _:
            return ""


def not_computed(slo: Slo) -> list[tuple[str, str]]:
    """Fields of an SLO that load, and are not computed yet, with what happens instead."""
    found = []
    if slo.composite is not None:
        found.append(("composite", "is not computed yet: look at its parts"))
    if slo.budgeting is Budgeting.TIME_SLICES:
        found.append(("budgeting", "time_slices are not computed yet: budgeting: occurrences counts events"))
    if slo.group_by:
        found.append(("group_by", f"one budget per {', '.join(slo.group_by)} is not computed yet: only the whole is"))
    return found


def why_not_judged(slo: Slo, sli: Sli | None) -> str:
    """Why an SLO cannot be judged; empty where it can."""
    for field, reason in not_computed(slo):
        if field != "group_by":
            return f"{field}: {reason}"
    if sli is None:
        return f"there is no SLI {slo.sli!r}"
    return why_not_measured(sli)
