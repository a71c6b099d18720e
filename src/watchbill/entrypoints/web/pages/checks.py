"""Checks from outside: probes that watchbill makes, and heartbeats of jobs that report to it."""

from dataclasses import replace

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.visit import Shown, Visit
from watchbill.entrypoints.web.words import checks as words
from watchbill.operations import checks

__all__ = ["index", "try_probe"]


def try_probe(s: Services, visit: Visit) -> Shown:
    """Run a probe now and show how it went above the others; it counts for nothing."""
    found = checks.try_probe(s, visit.who, checks.NamedProbe(name=visit.params["name"]))
    shown = index(s, visit)
    return replace(shown, facts={**shown.facts, "tried": found})


def index(s: Services, visit: Visit) -> Shown:
    """All of them, those in trouble first."""
    probes = sorted(checks.probes(s, visit.who, checks.Nothing()), key=lambda one: (one.ok is not False, one.name))
    beats = sorted(
        checks.heartbeats(s, visit.who, checks.Nothing()),
        key=lambda one: (one.state not in {"missed", "failed"}, one.name),
    )
    return Shown(
        "checks.html",
        {
            "headline": words.headline(probes, beats),
            "more": words.more(probes, beats, visit.local),
            "probes": probes,
            "beats": beats,
            "tried": None,
        },
    )
