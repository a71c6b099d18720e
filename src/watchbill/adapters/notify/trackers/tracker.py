"""One meeting of an action item with its issue, the same for every tracker: find or make it, look at it, merge, change it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime

from watchbill.adapters.notify.trackers.asking import AskError
from watchbill.oncall.model import Outcome
from watchbill.postmortems.model import ActionPriority, IssueCall, Mirrored, Seen, Synced
from watchbill.postmortems.rules.merging import merged

__all__ = ["LABEL", "Tracker", "body_of", "title_of"]

LABEL = "watchbill"  # what every issue of ours carries, so that it is found again
_TITLE = 200


class Tracker(ABC):
    """What a vendor's API can do. Methods raise AskError. `people` maps our handles to the vendor's names."""

    def __init__(self, people: Mapping[str, str]) -> None:
        self._people = people
        self._handles = {theirs: ours for ours, theirs in people.items()}

    def meet(self, call: IssueCall) -> Synced:
        """The item and its issue are alike afterwards. Doing it twice makes no second issue: the marker finds the first."""
        try:
            seen = self._look(call)
            if seen is None:
                made = self.create(call)
                return _done(call, made, call.ours, {})
            result = merged(call.link.base, call.ours, seen)
            if result.changes_there:
                seen = self.change(call, seen, result.agreed)
            return _done(call, seen, result.agreed, result.taken)
        except AskError as failed:
            receipt = failed.receipt
            return Synced(receipt.outcome, receipt.answer, retry_after_s=receipt.retry_after_s)

    def _look(self, call: IssueCall) -> Seen | None:
        return self.find(call) if call.link.issue is None else self.read(call.link.issue, call.at)

    @abstractmethod
    def find(self, call: IssueCall) -> Seen | None:
        """The issue that carries the marker; None where there is none yet."""

    @abstractmethod
    def create(self, call: IssueCall) -> Seen:
        """Make the issue, in the item's present status."""

    @abstractmethod
    def read(self, issue: str, at: datetime) -> Seen:
        """How the issue stands."""

    @abstractmethod
    def change(self, call: IssueCall, seen: Seen, agreed: Mirrored) -> Seen:
        """Bring the issue to what was agreed."""

    def theirs(self, handle: str | None) -> str | None:
        """What the vendor calls a person of ours; None for nobody, and for whom the file does not name."""
        return self._people.get(handle or "")

    def ours(self, name: str | None) -> tuple[str | None, frozenset[str]]:
        """Our handle of an assignee, and what of the issue cannot be read: an assignee whom the file does not name."""
        if name is None:
            return None, frozenset()
        return (self._handles[name], frozenset()) if name in self._handles else (None, frozenset({"owner"}))


def title_of(call: IssueCall, mirrored: Mirrored) -> str:
    """One line: `AI-7: check query plans in CI`."""
    line = f"{call.name}: {' '.join(mirrored.description.split())}"
    return line if len(line) <= _TITLE else line[: _TITLE - 1] + "\N{HORIZONTAL ELLIPSIS}"


def body_of(call: IssueCall, mirrored: Mirrored) -> str:
    """What the issue says, and the marker by which it is found again."""
    due = f"\nDeadline: {mirrored.deadline}" if mirrored.deadline else ""
    urgency = {ActionPriority.P0: "now", ActionPriority.P1: "soon", ActionPriority.P2: "in time"}[mirrored.priority]
    return (
        f"{mirrored.description}\n\nAction item {call.name} ({mirrored.type}, {mirrored.priority}: {urgency})"
        f"{due}\nFrom: {call.address}\n\n{call.marker}"
    )


def _done(call: IssueCall, seen: Seen, agreed: Mirrored, taken: Mapping[str, object]) -> Synced:
    return Synced(Outcome.DELIVERED, f"{call.link.tracker}: {seen.issue}", seen.issue, seen.url, agreed, taken)
