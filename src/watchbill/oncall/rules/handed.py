"""A hand-over as the playbook's Markdown template (phase 10): one title, five headings, and who signed."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from watchbill.oncall.model.handoffs import Handoff, Heading

__all__ = ["as_markdown"]


def as_markdown(handoff: Handoff, names: Mapping[str, str], zone: ZoneInfo) -> str:
    """The whole document; times are on the wall of the zone."""

    def name(person: str | None) -> str:
        return names.get(person or "", person or "nobody")

    ends = handoff.ends_at.astimezone(zone)
    parts = [
        f"## On-Call Handoff: {ends:%Y-%m-%d}",
        f"{handoff.schedule}: {name(handoff.outgoing)} to {name(handoff.incoming)}, {ends:%H:%M %Z}",
    ]
    if handoff.note.strip():
        parts.append(handoff.note.strip())
    parts += [f"### {heading.printed}\n{handoff.texts.get(heading, '').strip()}".rstrip() for heading in Heading]
    marks = []
    if handoff.signed_at:
        marks.append(f"Signed by {name(handoff.outgoing)}, {handoff.signed_at.astimezone(zone):%Y-%m-%d %H:%M %Z}")
    if handoff.acknowledged_at:
        taken = handoff.acknowledged_at.astimezone(zone)
        marks.append(f"Acknowledged by {name(handoff.acknowledged_by)}, {taken:%Y-%m-%d %H:%M %Z}")
    parts.append("\n".join(marks) or "Not signed yet")
    return "\n\n".join(parts) + "\n"
