"""Status updates: our templates, the facts that they need, and which update is due next (playbook ph. 5, communication templates).

What is not known stands in the text as a visible gap, `[who is affected: not known yet]`, so that nobody sends it unread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from watchbill.incidents.model import Impact, Incident, StatusUpdate, UpdateKind
from watchbill.incidents.rules.cadence import next_update_at

__all__ = ["TEMPLATES", "Template", "fill_gaps", "impact_words", "moment_words", "next_kind"]


@dataclass(frozen=True, slots=True)
class Template:
    """A Liquid text, and what it needs: field to how the gap reads."""

    text: str
    needs: Mapping[str, str]


TEMPLATES: Mapping[UpdateKind, Template] = {
    UpdateKind.INITIAL: Template(
        """\
\N{LARGE RED CIRCLE} {{ name }}: {{ title }}{% if drill %} (drill){% endif %}
Severity: {{ severity }}{% if provisional %} (provisional){% endif %}
Affected: {{ impact }}
Status: {{ doing }}
Commander: {{ ic }}
Channel: #{{ channel }}
Next update: {{ next_update }}""",
        {"impact": "who and what is affected", "ic": "who commands"},
    ),
    UpdateKind.PROGRESS: Template(
        """\
{{ name }}, {{ duration }} in: {{ title }}{% if drill %} (drill){% endif %}
Severity: {{ severity }}{% if provisional %} (provisional){% endif %}
Affected: {{ impact }}
We know: {{ known }}
We do not know: {{ unknown }}
We are doing: {{ doing }}
Next update: {{ next_update }}""",
        {"impact": "who and what is affected", "known": "what is known", "unknown": "what is not known"},
    ),
    UpdateKind.CUSTOMER: Template(
        """\
{{ service }}: we are looking into a problem

Since {{ since }} there is a problem with {{ service }}: {{ symptom }}.
You may notice {{ noticed }}.
Our team is working on it, and we will write again by {{ next_update }}.""",
        {
            "service": "which product, in customers' words",
            "symptom": "what goes wrong",
            "noticed": "what customers notice",
        },
    ),
    UpdateKind.MITIGATED: Template(
        """\
{{ name }}: the impact is mitigated, the search for the cause goes on
{{ title }}{% if drill %} (drill){% endif %}
Hurt for: {{ hurt_for }}
What helped: {{ mitigation }}
Affected: {{ impact }}
Next update: {{ next_update }}""",
        {"impact": "who and what was affected", "mitigation": "what stopped it"},
    ),
    UpdateKind.RESOLUTION: Template(
        """\
\N{WHITE HEAVY CHECK MARK} {{ name }} is over: {{ title }}{% if drill %} (drill){% endif %}
It took: {{ duration }}
Affected: {{ impact }}
Cause: {{ root_cause }}
Postmortem: {{ postmortem }}, within 5 business days""",
        {"impact": "who and what was affected", "root_cause": "the cause, in one sentence"},
    ),
}


def fill_gaps(kind: UpdateKind, facts: Mapping[str, object]) -> tuple[dict[str, object], tuple[str, ...]]:
    """The facts with a visible gap for each that the template needs and nobody knows, and the list of those gaps."""
    needs = TEMPLATES[kind].needs if kind in TEMPLATES else {}
    missing = {field: words for field, words in needs.items() if not facts.get(field)}
    filled = dict(facts) | {field: f"[{words}: not known yet]" for field, words in missing.items()}
    return filled, tuple(missing.values())


def next_kind(incident: Incident, sent: Sequence[StatusUpdate]) -> UpdateKind | None:
    """The update that should be told next; None where everything was told."""
    kinds = {update.kind for update in sent if update.sent_at is not None}
    if incident.all_clear_at is not None or not incident.is_open:
        return None
    if incident.mitigated_at is not None:
        return (
            UpdateKind.RESOLUTION if _since(sent, UpdateKind.MITIGATED, incident.mitigated_at) else UpdateKind.MITIGATED
        )
    return UpdateKind.PROGRESS if kinds else UpdateKind.INITIAL


def _since(sent: Sequence[StatusUpdate], kind: UpdateKind, moment: datetime) -> bool:
    return any(update.kind is kind and update.sent_at is not None and update.sent_at >= moment for update in sent)


def impact_words(impact: Impact, services: Sequence[str]) -> str | None:
    """Who and what is affected, as far as people have said so; None where nobody has."""
    parts = []
    if impact.users_affected is not None:
        whole = f" of {impact.users_total:,}" if impact.users_total else ""
        parts.append(f"{impact.users_affected:,}{whole} user{'' if impact.users_affected == 1 else 's'}")
    elif impact.ratio is not None:
        parts.append(f"about {float(impact.ratio) * 100:.0f} % of users")
    if impact.impairment is not None:
        parts.append(str(impact.impairment))
    if impact.data_loss:
        parts.append("data was lost")
    if impact.pii_breach:
        parts.append("personal data was exposed")
    if not parts:
        return None
    where = f" ({', '.join(services)})" if services else ""
    return "; ".join(parts) + where


def moment_words(moment: datetime, zone: tzinfo) -> str:
    """`06:20 CET`: a time of today as people of the house read it."""
    return moment.astimezone(zone).strftime("%H:%M %Z")


def next_update_words(incident: Incident, sent_at: datetime, zone: tzinfo) -> str:
    """When the update after one that is sent at that moment will come."""
    return moment_words(next_update_at(incident.severity, sent_at), zone)
