"""The navigation, and the confirmations after an action. Only sections that exist are listed."""

from dataclasses import dataclass

__all__ = ["NAV", "SAID", "Section", "section_of"]


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the main navigation with its key (g and a letter), and the pages that belong to it."""

    name: str
    path: str
    icon: str
    key: str
    within: tuple[tuple[str, str], ...] = ()


NAV: tuple[Section, ...] = (
    Section("Now", "/", "lantern", "n"),
    Section(
        "Incidents", "/incidents", "flare", "i",
        (
            ("Incidents", "/incidents"), ("Postmortems", "/postmortems"), ("Actions", "/actions"), ("Status pages", "/status"),
            ("Figures", "/incidents/metrics"),
        ),
    ),
    Section("Services", "/services", "hull", "s"),
    Section(
        "On-call", "/oncall", "wheel", "o",
        (("Watch", "/oncall"), ("Health", "/oncall-health"), ("Hand-overs", "/handoffs"), ("Runbooks", "/runbooks")),
    ),
    Section(
        "Reliability", "/slos", "gauge", "r",
        (
            ("Promises", "/slos"), ("Budgets", "/budgets"), ("Alerts", "/alerts"), ("Tickets", "/tickets"),
            ("Silences", "/silences"), ("Duties", "/duties"), ("Checks", "/checks"),
        ),
    ),
)  # fmt: skip

# What the page says after a redirect, by the word in the address: literal, so that an address cannot put words in our mouth.
SAID: dict[str, str] = {
    "acked": "Acknowledged. Nobody else is called.",
    "helped": "The next in line is being called.",
    "declined": "Noted. The next in line is being called.",
    "snoozed": "Acknowledged for 15 minutes. It calls you again then, unless it has resolved.",
    "not-actionable": "Marked as not actionable. The weekly review will show it.",
    "declared": "The incident is open.",
    "saved": "Saved.",
    "begun": "It runs. The result appears here and on the timeline.",
    "proposed": "Asked for. Another person has to approve it.",
    "written": "Saved. What in the file is computed stayed as it is computed.",
    "noted": "On the timeline.",
    "sent": "The update is sent.",
    "removed": "Taken back.",
    "asked": "Asked. Nothing changes before they say yes.",
    "swapped": "Agreed. The schedule has changed, and they are told.",
    "linked": "Here is the address. Whoever knows it can read the calendar.",
    "resolved": "Resolved.",
    "done": "Done.",
    "silenced": "Silenced. Matching alerts call nobody until it ends.",
    "expired": "The silence has ended. Alerts call again.",
    "taken-out": "Taken out of the budget. Both figures stay visible.",
    "put-back": "It counts again.",
    "decided": "The gate has decided. The decision is kept.",
    "reviewed": "The review is kept.",
    "agreed": "The agreement is kept.",
    "published": "Published. Subscribers are being told.",
    "code-sent": "A code is on its way. Give it here, or press the button in the message.",
    "proved": "Thank you: pages come over this from now on.",
    "wrong-code": "That is not the code of a message of the last 15 minutes.",
    "device-added": "This browser takes your pages. Send it a test.",
    "device-tested": "A test is on its way to it. When it is shown there, this page says so.",
    "device-removed": "It takes no pages any more.",
    "signed": "Signed. Whoever takes the watch is told.",
    "taken-over": "Noted. Whoever stood the watch is told that you have read it.",
    "answered": "Thank you. Your answer is counted, and nothing remembers that it was yours.",
    "logged-out": "You are logged out.",
}


def section_of(path: str) -> str:
    """The section that a page belongs to; empty for pages outside of the navigation."""
    first = "/" + path.split("/")[1]
    return next((one.name for one in NAV if first == one.path or first in {sub for _name, sub in one.within}), "")
