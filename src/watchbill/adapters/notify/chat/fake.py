"""A chat that never leaves the process: rooms by name, messages by id, and failures as a drill wants them."""

import itertools
import threading

from watchbill.chat.model import Act, Said
from watchbill.oncall.model import Outcome, Receipt

__all__ = ["FakeMouth"]


class FakeMouth:
    """chat.ports.Mouth. What was asked for is in the `ledger`, in order; a room of a name that is there is found again."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ledger: list[Said] = []
        self.rooms: dict[str, str] = {}
        self.taken: set[str] = set()
        self.answers: list[Receipt] = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def perform(self, said: Said) -> Receipt:
        """Into the ledger, and what was arranged, or the id of what was made."""
        with self._lock:
            self.ledger.append(said)
            if self.answers:
                return self.answers.pop(0)
            if said.post.act is not Act.OPEN:
                return Receipt(Outcome.DELIVERED, "done", message=f"M{next(self._numbers)}")
            if said.name in self.taken:
                return Receipt(Outcome.PERMANENT, "another room has this name", 409)
            return Receipt(
                Outcome.DELIVERED, "made", message=self.rooms.setdefault(said.name, f"R{len(self.rooms) + 1}")
            )

    def check(self) -> str:
        """Always there."""
        return "a fake"

    def texts(self, act: Act, room: str | None = None) -> list[str]:
        """What was said by one kind of act."""
        return [said.text for said in self.ledger if said.post.act is act and room in {None, said.room}]
