"""The terminal channel: prints the page where the server runs. What the demo uses, and the last road when all others fail."""

import threading
from typing import TextIO
from unicodedata import category

from watchbill.oncall.model import Outcome, Outgoing, Receipt

__all__ = ["TerminalChannel", "printable"]

_RULE = "─" * 72


class TerminalChannel:
    """Writes pages to a stream, one at a time."""

    name = "terminal"

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def refusal(self, address: str) -> str | None:  # noqa: ARG002 - there is one terminal
        """Any address is fine: there is one terminal."""
        return None

    def lane(self, address: str) -> str:  # noqa: ARG002 - there is one terminal
        """One."""
        return self.name

    def send(self, outgoing: Outgoing) -> Receipt:
        """Print it, with the bell. A stream that is closed cannot be repaired by trying again."""
        heading = f"\a{_RULE}\nPAGE for {printable(outgoing.person)}"
        text = "\n".join(printable(line) for line in outgoing.message.text.splitlines())
        try:
            with self._lock:
                self._stream.write(f"{heading}\n{text}\n{_RULE}\n")
                self._stream.flush()
        except (OSError, ValueError) as wrong:
            return Receipt(Outcome.PERMANENT, f"the terminal cannot be written to: {wrong}")
        return Receipt(Outcome.DELIVERED, "printed in the server's terminal")


def printable(line: str) -> str:
    """One line without control characters: what an alert says must not move the cursor or colour the screen.

    Spaces of every width stay: our own sentences are set with no-break ones.
    """
    return "".join(
        character if character.isprintable() or category(character) == "Zs" else "\ufffd" for character in line
    )
