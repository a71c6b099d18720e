"""The alerts that a promise raises: what identifies them, and what somebody woken at night has to know at once."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from watchbill.kernel.instants import to_text
from watchbill.kernel.units import duration_text, pct_text, span_words
from watchbill.slo.model import Forecast, Losses, SloStatus, TierStatus
from watchbill.slo.model.objective import Slo, TierSeverity
from watchbill.slo.sentences import Nouns, contributor_words, in_counts, loss_words, remaining_words

__all__ = [
    "BURN",
    "NO_DATA",
    "NO_DATA_TIER",
    "allowed_words",
    "burn_annotations",
    "labels",
    "silence_annotations",
]

BURN, NO_DATA = "SLOBurn", "SLONoData"
NO_DATA_TIER = "no_data"


def labels(slo: Slo, tier: str, severity: TierSeverity) -> dict[str, str]:
    """What the fingerprint is made of: the same claim has the same labels for as long as it is made."""
    name = NO_DATA if tier == NO_DATA_TIER else BURN
    return {"alertname": name, "service": slo.service, "severity": str(severity), "slo": slo.name, "tier": tier}


def burn_annotations(
    status: SloStatus,
    tier: TierStatus,
    forecast: Forecast,
    *,
    summary: str,
    losses: Losses,
    nouns: Nouns,
) -> dict[str, str]:
    """Figures and sentences of a burning tier; `losses` are those of its short window."""
    short, long = duration_text(tier.tier.short_window), duration_text(tier.tier.long_window)
    told = {
        "summary": summary,
        "description": " ".join(
            (
                f"{_failing(losses, nouns)} over {short}; {allowed_words(status.slo)} may.",
                f"The budget burns at {_times(tier.short_burn)} over {short} and {_times(tier.long_burn)} over {long};",
                f"{tier.tier.name} fires above {_times(tier.rate)}, which spends a full budget in {span_words(tier.exhausts_in)}.",
                f"{remaining_words(status.remaining_pct)} of the budget over {status.slo.window} is left.",
            )
        ),
        "burn_rate_short": _times(tier.short_burn),
        "burn_rate_long": _times(tier.long_burn),
        "budget_remaining_pct": "unknown" if status.remaining_pct is None else pct_text(status.remaining_pct),
        "exhausts_at": to_text(forecast.exhausts_at) if forecast.exhausts_at else "",
        "top_contributors": "; ".join(
            contributor_words(one.dimension, one.value, one.bad, losses.bad) for one in losses.contributors
        ),
        **_runbook(status.slo),
    }
    return {key: text for key, text in told.items() if text}


def silence_annotations(slo: Slo, newest_at: datetime, at: datetime) -> dict[str, str]:
    """What to know when a source fell silent."""
    silent = span_words(at - newest_at)
    return {
        "summary": f"No data about {slo.service} for {silent}: whether {slo.name} is kept is not known",
        "description": f"The last event of {slo.sli} is from {to_text(newest_at)}. Burn alerts of {slo.name} neither fire nor "
        "resolve meanwhile. Is the source still written, and can watchbill read it? `no_data: ignore` says that silence is fine.",
        **_runbook(slo),
    }


def allowed_words(slo: Slo) -> str:
    """The promise in the same counts as the failure: `1 in 1,000`."""
    return in_counts(slo.allowed.numerator, slo.allowed.denominator)


def _runbook(slo: Slo) -> Mapping[str, str]:
    if not slo.runbook:
        return {}
    return {"runbook_url" if "://" in slo.runbook else "runbook": slo.runbook}


def _times(rate: Fraction | None) -> str:
    return "an unknown rate" if rate is None else f"{pct_text(rate, 1)}x"


def _failing(losses: Losses, nouns: Nouns) -> str:
    words = loss_words(losses.bad, losses.total, nouns) if losses.total else f"nothing is known of {nouns.many}"
    return words[:1].upper() + words[1:]
