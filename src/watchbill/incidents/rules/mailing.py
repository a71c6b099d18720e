"""Who is told of an update by mail, what the mail says, and when a refused one is tried again."""

import html
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from watchbill.incidents.model import Audience, Incident, StakeholderList, StatusUpdate
from watchbill.oncall.model import Message

__all__ = ["MOST_ATTEMPTS", "addresses", "again_in", "concerned", "message"]

MOST_ATTEMPTS = 6
_AGAIN = (30, 120, 600, 1800, 3600)  # seconds: the last attempt is made about two hours after the first


def concerned(lists: Iterable[StakeholderList], incident: Incident, audience: Audience) -> list[StakeholderList]:
    """The lists that want to read an update for that audience about that incident, by name."""
    found = (
        one
        for one in lists
        if one.audience is audience
        and (not one.services or one.services & set(incident.services))
        and (not one.severities or incident.severity in one.severities)
    )
    return sorted(found, key=lambda one: one.name)


def addresses(lists: Iterable[StakeholderList], email_of: Callable[[str], str | None]) -> dict[str, str]:
    """Each address once, with the first list that names it; people without an address are left out."""
    found: dict[str, str] = {}
    for one in lists:
        for address in (*one.emails, *filter(None, map(email_of, one.people))):
            if address.lower() not in {known.lower() for known in found}:
                found[address] = one.name
    return found


def message(incident: Incident, update: StatusUpdate, link: str) -> Message:
    """The mail: for the house with the incident's name and a link to its room, for customers the text alone."""
    first, _, _ = update.text.strip().partition("\n")
    internal = update.audience is Audience.INTERNAL
    subject = f"{incident.mark}{incident.severity} {incident.name}: {incident.title}" if internal else first
    text = update.text.strip() + (f"\n\n{link}" if internal and link else "")
    return Message(subject=subject, text=text + "\n", html=_html(text, link), short=first)


def again_in(attempts: int) -> timedelta | None:
    """How long to wait after that many attempts; None: it is given up."""
    return timedelta(seconds=_AGAIN[attempts - 1]) if attempts < MOST_ATTEMPTS else None


def _html(text: str, link: str) -> str:
    return "".join(f"<p>{_lines(part, link)}</p>" for part in text.split("\n\n")) + "\n"


def _lines(part: str, link: str) -> str:
    lines: Sequence[str] = part.split("\n")
    return "<br>".join(
        f'<a href="{html.escape(line)}">{html.escape(line)}</a>' if link and line == link else html.escape(line)
        for line in lines
    )
