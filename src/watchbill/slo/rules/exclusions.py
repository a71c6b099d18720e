"""Exclusions: events that count neither as good nor in total. The playbook's four sentences have a machine form."""

import re
from dataclasses import dataclass

__all__ = ["PRESETS", "Preset", "preset_for"]


@dataclass(frozen=True, slots=True)
class Preset:
    """A sentence of the playbook: how it is recognised, and the predicate that does what it says."""

    id: str
    sentence: str
    words: re.Pattern[str]
    predicate: str


# playbook ph. 2, SLI specification template, exclusions. Other prose excludes nothing and is marked so.
PRESETS: tuple[Preset, ...] = (
    Preset(
        "health_checks",
        "Health check endpoints (/healthz, /readyz)",
        re.compile(r"\bhealth[ -]?checks?\b", re.IGNORECASE),
        "path IN ('/healthz', '/readyz', '/livez', '/health', '/ping')",
    ),
    Preset(
        "synthetic_monitoring",
        "Synthetic monitoring traffic",
        re.compile(r"\bsynthetic(s| monitoring| traffic| checks?| requests?| probes?)?\b", re.IGNORECASE),
        "lower(user_agent) LIKE '%synthetic%' OR lower(user_agent) LIKE '%pingdom%' OR lower(user_agent) LIKE '%uptime%'"
        " OR lower(user_agent) LIKE '%statuscake%' OR lower(user_agent) LIKE '%blackbox%'"
        " OR lower(user_agent) LIKE '%kube-probe%' OR lower(user_agent) LIKE '%healthchecker%'",
    ),
    Preset(
        "blocked_addresses",
        "Requests from blocked IPs",
        re.compile(r"\bblocked (ips?|ip addresses|addresses|clients?|hosts?)\b", re.IGNORECASE),
        "status IN (403, 444)",  # what a proxy answers to an address that it blocks (444: nginx closes without a word)
    ),
    Preset(
        "client_errors",
        "4xx responses (client errors)",
        re.compile(r"\b4xx\b|\bclient errors?\b", re.IGNORECASE),
        "status >= 400 AND status < 500",
    ),
)


def preset_for(text: str) -> Preset | None:
    """The preset that a sentence means; None for other prose and for predicates. Ask only what is no predicate."""
    return next((preset for preset in PRESETS if preset.words.search(text)), None)
