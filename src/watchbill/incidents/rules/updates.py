"""Status updates: our templates, the facts that they need, and which update is due next (playbook ph. 5, communication templates).

What is not known stands in the text as a visible gap, `[who is affected: not known yet]`, so that nobody sends it unread.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from watchbill.incidents.model import Impact, Incident, StatusUpdate, UpdateKind

__all__ = [
    "TEMPLATES",
    "Template",
    "damage_words",
    "fill_gaps",
    "house_template",
    "moment_words",
    "next_kind",
    "users_words",
]


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
Affected: {{ users }}{{ damage }}
Status: {{ doing }}
Commander: {{ ic }}
Channel: #{{ channel }}
Next update: {{ next_update }}""",
        {"users": "how many users are affected", "ic": "who commands"},
    ),
    UpdateKind.PROGRESS: Template(
        """\
{{ name }}, {{ duration }} in: {{ title }}{% if drill %} (drill){% endif %}
Severity: {{ severity }}{% if provisional %} (provisional){% endif %}
Affected: {{ users }}{{ damage }}
We know: {{ known }}
We do not know: {{ unknown }}
We are doing: {{ doing }}
Next update: {{ next_update }}""",
        {"users": "how many users are affected", "known": "what is known", "unknown": "what is not known"},
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
Affected: {{ users }}{{ damage }}
Next update: {{ next_update }}""",
        {"users": "how many users were affected", "mitigation": "what stopped it"},
    ),
    UpdateKind.RESOLUTION: Template(
        """\
\N{WHITE HEAVY CHECK MARK} {{ name }} is over: {{ title }}{% if drill %} (drill){% endif %}
It took: {{ duration }}
Affected: {{ users }}{{ damage }}
Cause: {{ root_cause }}
Postmortem: {{ postmortem }}, within 5 business days""",
        {"users": "how many users were affected", "root_cause": "the cause, in one sentence"},
    ),
}


# How each fact that may be unknown reads as a gap, for templates of the house.
_GAPS = {field: words for one in reversed(list(TEMPLATES.values())) for field, words in one.needs.items()}


def house_template(text: str) -> Template:
    """A template of the house; what it speaks of and nobody knows is a gap as in ours."""
    spoken = re.findall(r"\{[{%][^}%]*[%}]\}", text)
    return Template(text, {field: words for field, words in _GAPS.items() if any(field in one for one in spoken)})


def fill_gaps(template: Template, facts: Mapping[str, object]) -> tuple[dict[str, object], tuple[str, ...]]:
    """The facts with a visible gap for each that the template needs and nobody knows, and the list of those gaps."""
    needs = template.needs
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


def users_words(impact: Impact) -> str | None:
    """How many users are affected; None where nobody has said so."""
    if impact.users_affected is not None:
        whole = f" of {impact.users_total:,}" if impact.users_total else ""
        return f"{impact.users_affected:,}{whole} user{'' if impact.users_affected == 1 else 's'}"
    return None if impact.ratio is None else f"about {float(impact.ratio) * 100:.0f} % of users"


def damage_words(impact: Impact, services: Sequence[str]) -> str:
    """What is broken, to be read after the users: `, core function down, data was lost (checkout)`."""
    parts = [str(impact.row)] if impact.row is not None else []
    parts += ["data was lost"] if impact.data_loss else []
    parts += ["personal data was exposed"] if impact.pii_breach else []
    where = f" ({', '.join(services)})" if services else ""
    return "".join(f", {part}" for part in parts) + where


def moment_words(moment: datetime, zone: tzinfo) -> str:
    """`06:20 CET`: a time of today as people of the house read it."""
    return moment.astimezone(zone).strftime("%H:%M %Z")
