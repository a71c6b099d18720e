"""An outside world that never leaves the process: channels that keep a ledger and answer as a drill wants them to.

It passes the same contract suite as the real channels, and behaves like a provider that knows delivery ids: what a person
sees (`seen`) is each delivery once, however often it was handed over (`ledger`).
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from watchbill.oncall.model import Outcome, Outgoing, Receipt

__all__ = ["FakeChannel", "FakeWorld"]

TOOK_IT = Receipt(Outcome.DELIVERED, "the fake provider took it", 200)

# Decides the answer to one attempt; None lets the next rule, or the default, decide.
Rule = Callable[[Outgoing], Receipt | None]


class FakeWorld:
    """Channels of any name over one ledger."""

    def __init__(self, channels: Iterable[str] = ("email", "webhook", "push", "sms", "terminal", "web")) -> None:
        self._lock = threading.Lock()
        self._channels = {name: FakeChannel(name, self) for name in channels}
        self._scripts: dict[str, list[Receipt]] = defaultdict(list)
        self._down: dict[str, Receipt] = {}
        self._rules: list[Rule] = []
        self.ledger: list[Outgoing] = []
        self.arrived: list[Outgoing] = []

    def get(self, name: str) -> "FakeChannel | None":
        """The channel of that name."""
        return self._channels.get(name)

    def names(self) -> Sequence[str]:
        """Every channel."""
        return sorted(self._channels)

    def script(self, channel: str, *receipts: Receipt) -> None:
        """Answer the next attempts over this channel with these, in order."""
        with self._lock:
            self._scripts[channel] += receipts

    def break_down(self, channel: str, outcome: Outcome = Outcome.TEMPORARY, answer: str = "provider is down") -> None:
        """Answer everything over this channel like that, until `mend`."""
        self._down[channel] = Receipt(outcome, answer, 503 if outcome is Outcome.TEMPORARY else 403)

    def mend(self, channel: str) -> None:
        """The provider works again."""
        self._down.pop(channel, None)

    def answer(self, rule: Rule) -> None:
        """Let a rule decide; later rules are asked first."""
        self._rules.insert(0, rule)

    def sent(self, person: str | None = None, channel: str | None = None) -> list[Outgoing]:
        """Attempts at a person over a channel, in order."""
        return [one for one in self.ledger if person in {None, one.person} and channel in {None, one.channel}]

    def seen(self, person: str | None = None) -> list[Outgoing]:
        """What arrived, each delivery once."""
        return list({one.delivery: one for one in self.arrived if person in {None, one.person}}.values())

    def hand_over(self, outgoing: Outgoing) -> Receipt:
        """One attempt: into the ledger, then whatever was arranged."""
        with self._lock:
            self.ledger.append(outgoing)
            receipt = self._receipt(outgoing)
            if receipt.outcome is Outcome.DELIVERED:
                self.arrived.append(outgoing)
            return receipt

    def _receipt(self, outgoing: Outgoing) -> Receipt:
        for rule in self._rules:
            if (receipt := rule(outgoing)) is not None:
                return receipt
        if self._scripts[outgoing.channel]:
            return self._scripts[outgoing.channel].pop(0)
        return self._down.get(outgoing.channel, TOOK_IT)


class FakeChannel:
    """One channel of the fake world."""

    def __init__(self, name: str, world: FakeWorld) -> None:
        self.name = name
        self._world = world

    def refusal(self, address: str) -> str | None:
        """Addresses that begin with `bad` are refused, so that drills can have a wrong one."""
        return "is not an address" if address.startswith("bad") else None

    def lane(self, address: str) -> str:  # noqa: ARG002 - one provider a channel
        """One a channel."""
        return self.name

    def send(self, outgoing: Outgoing) -> Receipt:
        """Into the ledger."""
        if self.refusal(outgoing.address):
            return Receipt(Outcome.PERMANENT, "the address is refused: is not an address")
        return self._world.hand_over(outgoing)
