"""What operations answered, in words for a chat: plain text, no markup."""

from typing import Any

__all__ = [
    "declared",
    "draft",
    "escalated",
    "incident",
    "noted",
    "open_ones",
    "roles",
    "sent",
    "status",
    "taken",
    "watch",
]

Json = Any  # Any: what operations answer


def incident(found: Json) -> str:
    """`INC-12 SEV1 open, RESPOND: checkout returns 500s`."""
    return f"INC-{found['number']} {found['severity']} {found['status']}, {found['phase']}: {found['title']}"


def declared(found: Json) -> str:
    """The new one, and where people will talk."""
    return f"{incident(found)}\nIts room, where one is made: #{found['channel']}"


def status(found: Json) -> str:
    """How it stands: sentence, who has which role, what is missing until it may be resolved."""
    held = ", ".join(f"{one['role']}: {one['person']}" for one in found["role_holders"]) or "nobody has a role yet"
    open_demands = [one["text"] for one in found["demands"] if not one["met"]]
    missing = f"\nBefore it is resolved: {'; '.join(open_demands)}" if open_demands else ""
    return f"{incident(found)}\n{found['sentence']}\n{held}{missing}"


def roles(found: Json) -> str:
    """Who holds what now."""
    held = ", ".join(f"{one['role']}: {one['person']}" for one in found["role_holders"]) or "nobody has a role now"
    return f"INC-{found['number']} {held}"


def open_ones(found: Json) -> str:
    """All that are open."""
    return "\n".join(incident(one) for one in found["items"]) or "No incident is open."


def noted(found: Json) -> str:
    """That it is written."""
    return f"On the timeline, entry {found['sequence']}."


def draft(found: Json) -> str:
    """What would be sent."""
    return f"Not sent yet; `update send` sends it, `update TEXT` sends other words:\n{found['text']}"


def sent(found: Json) -> str:
    """That it was told, and to whom."""
    return f"Sent to {found['audience']}."


def taken(found: Json) -> str:
    """Who has the page."""
    return f"{found['acknowledged_by'] or 'Nobody'} has it: {found['title']}"


def escalated(found: Json) -> str:
    """Who is called now."""
    return f"The next in line is called: {found['title']}"


def watch(found: Json) -> str:
    """Who stands watch, a line a schedule."""
    rows = [
        f"{one['service'] or one['schedule']}: {one['primary'] or 'nobody'}"
        + (f", then {one['secondary']}" if one["secondary"] else "")
        + (f", until {one['until'][:16].replace('T', ' ')} UTC" if one["until"] else "")
        for one in found
    ]
    return "\n".join(rows) or "There are no schedules."
