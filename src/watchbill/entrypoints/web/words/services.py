"""Sentences about the catalog and about one service."""

from collections.abc import Sequence

from watchbill.entrypoints.web.visit import Visit
from watchbill.entrypoints.web.words.amounts import counted, percent
from watchbill.entrypoints.web.words.phrase import Part, Sentence, Tone, join, listed, say
from watchbill.operations.services import ServiceDetailView, ServiceView
from watchbill.operations.slo_views import SloView

__all__ = ["catalog_headline", "catalog_more", "service_facts", "service_headline", "service_more"]

_BAD = ("exhausted", "critical", "warning")


def catalog_headline(services: Sequence[ServiceView]) -> Sentence:
    """How many are in trouble, else how many there are."""
    if not services:
        return say("The catalog is empty.")
    down = [one for one in services if one.open_incidents]
    if down:
        return say(
            Part(
                f"{listed([one.name for one in down[:3]])} {'has' if len(down) == 1 else 'have'} an open incident",
                "dead",
            ),
            ".",
        )
    low = [one for one in services if one.budget_state in _BAD]
    if low:
        return say(
            Part(
                f"{counted(len(low), 'service').capitalize()} {'is' if len(low) == 1 else 'are'} short of budget",
                "warn",
            ),
            ".",
        )
    return say(f"{counted(len(services), 'service').capitalize()}, all within their promises.")


def catalog_more(services: Sequence[ServiceView]) -> Sentence:
    """What is missing: services that promise nothing, services that nobody watches."""
    bare = [one for one in services if not one.slos]
    alone = [one for one in services if one.oncall is None or one.oncall.primary is None]
    parts: list[Sentence] = []
    if bare:
        parts.append(say(f"{_named(bare)} {'promises' if len(bare) == 1 else 'promise'} nothing yet."))
    if alone:
        parts.append(say(f"Nobody has the watch of {_named(alone, lower=True)}."))
    return join(parts)


def service_headline(one: ServiceDetailView, promises: Sequence[SloView]) -> Sentence:
    """The worst thing about the service, else what it promises."""
    if one.open_incidents:
        worst = one.open_incidents[0]
        return say(
            f"{one.name} has an open incident: ",
            Part(f"INC-{worst.number} {worst.title}", "dead", f"/incidents/{worst.number}"),
            ".",
        )
    burning = [promise for promise in promises if promise.firing]
    if burning:
        return say(Part(f"{one.name} burns its budget too fast", "dead", f"/slos/{burning[0].slo}"), ".")
    low = [promise for promise in promises if promise.state in _BAD]
    if low:
        worst_slo = low[0]
        tone: Tone = "warn" if worst_slo.state == "warning" else "crit"
        return say(
            f"{one.name} has ",
            Part(f"{percent(worst_slo.budget_remaining_pct)} of its budget left", tone, f"/slos/{worst_slo.slo}"),
            ".",
        )
    if not promises:
        return say(f"{one.name} promises nothing yet.")
    what = "its promise" if len(promises) == 1 else f"its {counted(len(promises), 'promise')}"
    return say(f"{one.name} keeps {what}.")


def service_more(one: ServiceDetailView, visit: Visit) -> Sentence:
    """What it is, whose it is, who has the watch."""
    kind = (
        f"A {one.tier} {one.type or 'service'}"
        if one.tier[0] not in "aeiou"
        else f"An {one.tier} {one.type or 'service'}"
    )
    owner = f" of team {one.owner_team}" if one.owner_team else " without an owner"
    parts = [say(f"{kind}{owner}.")]
    if one.description:
        parts.append(say(one.description.rstrip(".") + "."))
    if one.oncall and one.oncall.primary:
        until = f" until {visit.local.point(one.oncall.until)}" if one.oncall.until else ""
        parts.append(say(Part(visit.name(one.oncall.primary), "strong"), f" has the watch{until}."))
    else:
        parts.append(say(Part("Nobody has the watch.", "warn")))
    return join(parts)


def service_facts(one: ServiceDetailView) -> list[tuple[str, str]]:
    """What is written down about it and known, as label and value."""
    found: list[tuple[str, object]] = [
        ("Tier", one.tier), ("Type", one.type), ("Team", one.owner_team), ("Also called", ", ".join(one.aliases)),
        ("Language", one.language), ("Runs on", one.infra), ("Architecture", one.architecture), ("Traffic", one.traffic_pattern),
        ("Peak", f"{one.peak_rps:g} requests/s" if one.peak_rps else None), ("Stored", f"{one.storage_gb:g} GB" if one.storage_gb else None),
        ("Costs", f"{one.monthly_cost_usd:,.0f} USD a month" if one.monthly_cost_usd else None), ("Deployed", one.deployment_frequency),
        ("Data", one.data_classification), ("Reviewed", one.review_cadence),
    ]  # fmt: skip
    return [(label, str(value)) for label, value in found if value]


def _named(services: Sequence[ServiceView], *, lower: bool = False) -> str:
    """Up to three by name, more as a count."""
    if len(services) <= 3:  # noqa: PLR2004 - more names are a list, not a sentence
        return listed([one.name for one in services])
    words = counted(len(services), "service")
    return words if lower else words.capitalize()
