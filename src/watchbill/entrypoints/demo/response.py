"""What a person does after the page, done by hand of whoever was paged: acknowledge, find out, repair, resolve, write it up."""

from collections.abc import Callable
from typing import Any, Protocol

from watchbill.entrypoints.demo.household import PROVIDER, Household
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Refused
from watchbill.people.model import Actor, Role

__all__ = ["Response"]

CAUSE = "The card network's process was killed; payments has no second provider to fall back on."
OVERRIDE = "A demo: orders go through again, and nobody waits here for half an hour of quiet."


class Stage(Protocol):
    """Where operations are run."""

    def ask(self, name: str, who: Actor, /, **fields: object) -> Any:  # Any: JSON
        """Run one operation as the actor."""


class Response:
    """The acts from acknowledgement to postmortem, each through the operation that a person would use."""

    def __init__(self, stage: Stage, shop: Household, clock: Clock, say: Callable[[str], None]) -> None:
        self._stage, self._shop, self._clock, self._say = stage, shop, clock, say

    def work(self, incident: str, person: str, patience_s: float) -> dict[str, Any]:  # Any: JSON
        """The whole response; answers with the postmortem's draft."""
        who = Actor(name=person, role=Role.RESPONDER, via="demo")
        self._acknowledge(incident, who, patience_s)
        self._mitigate(incident, who)
        self._resolve(incident, who)
        draft: dict[str, Any] = self._stage.ask("postmortem.draft", who, incident=incident)
        return draft

    def _acknowledge(self, incident: str, who: Actor, patience_s: float) -> None:
        taker = self._taker(incident, who, patience_s)
        if taker:
            self._say(f"4/6  {taker} acknowledged.")
            return
        self._stage.ask("incident.ack", who, id=incident)
        self._say(
            f"4/6  Nobody else did within {patience_s:g} s, so {who.name}, who was paged, acknowledged: nobody further is called."
        )

    def _mitigate(self, incident: str, who: Actor) -> None:
        text = "Every order has failed since the card network stopped answering; browsing and search work."
        self._stage.ask("incident.note", who, id=incident, kind="know", text=text)
        summary = f"{PROVIDER} was started again"
        self._stage.ask("change.add", who, service="payments", kind="other", summary=summary, risk="low")
        self._shop.repair_payments()
        self._stage.ask("incident.mitigate", who, id=incident, how=f"Started {PROVIDER} again")
        self._say(f"     {who.name} started the card network again, an order went through: mitigated.")

    def _resolve(self, incident: str, who: Actor) -> None:
        """First without an override, to show what the end asks for; then with one, and its reason on the record."""
        try:
            self._stage.ask("incident.resolve", who, id=incident, root_cause=CAUSE)
        except Refused as refusal:
            self._say(f"5/6  Resolve is refused, as it should be: {refusal.message}.")
            self._stage.ask("incident.resolve", who, id=incident, root_cause=CAUSE, override=OVERRIDE)
            self._say("     Resolved with an override; its reason stands on the timeline.")
        else:
            self._say("5/6  Resolved.")

    def _taker(self, incident: str, who: Actor, patience_s: float) -> str | None:
        give_up = self._clock.monotonic() + patience_s
        while True:
            found = self._stage.ask("incident.show", who, id=incident)
            if found["acknowledged_at"]:
                return str(found["roles"]["ic"] or "Somebody")
            if self._clock.monotonic() >= give_up:
                return None
            self._clock.sleep(0.5)
