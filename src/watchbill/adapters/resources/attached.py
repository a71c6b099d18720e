"""Which runbook answers the alerts of an SLO: the one it names, else the one that was written for its alert."""

from collections.abc import Iterable, Mapping

from watchbill.adapters.resources.kinds.runbook import RunbookSpec
from watchbill.adapters.resources.kinds.slo import SloSpec

__all__ = ["alert_names", "is_address", "runbook_for", "runbooks_by_alert"]

# The alert name that every burn alert of watchbill carries: a runbook for it serves the whole house.
HOUSE_ALERT = "SLOBurn"
_DEFAULT_TIERS = ("fast_burn", "medium_burn", "slow_burn")


def is_address(runbook: str) -> bool:
    """Whether it is kept elsewhere, as a web page."""
    return runbook.startswith(("http://", "https://"))


def runbooks_by_alert(runbooks: Iterable[tuple[str, RunbookSpec]]) -> dict[str, str]:
    """Alert name, without regard to case and punctuation, to the name of its runbook; the first by name wins."""
    found: dict[str, str] = {}
    for name, spec in sorted(runbooks, key=lambda one: one[0]):
        if spec.alert_name:
            found.setdefault(_folded(spec.alert_name), name)
    return found


def alert_names(spec: SloSpec, name: str) -> list[str]:
    """What a runbook for this SLO may give as `alert_name`, most particular first."""
    tiers = _DEFAULT_TIERS if spec.burn_rate_alerts is None else tuple(tier.name for tier in spec.burn_rate_alerts)
    own = [name, *(f"{name} {tier}" for tier in tiers), f"{HOUSE_ALERT} {name}"]
    return [*own, *([spec.sli] if spec.sli else []), HOUSE_ALERT, *tiers]


def runbook_for(spec: SloSpec, name: str, by_alert: Mapping[str, str]) -> str | None:
    """The runbook's name or address; None where nobody wrote one."""
    if spec.runbook:
        return spec.runbook
    return next((by_alert[key] for alert in alert_names(spec, name) if (key := _folded(alert)) in by_alert), None)


def _folded(alert: str) -> str:
    return "".join(letter for letter in alert.lower() if letter.isalnum())
