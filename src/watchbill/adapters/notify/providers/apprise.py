"""Everything that Apprise knows: some hundred and fifty services behind one kind of address.

It makes its own connections: the fence around internal addresses does not hold for it, and it knows no delivery ids. That is
why it is used only where an operator has switched it on.
"""

import importlib
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from typing import Any

from watchbill.kernel.errors import Invalid
from watchbill.oncall.model import Outcome, Outgoing, Receipt

__all__ = ["AppriseChannel"]

_TOTAL_S = 10.0


class AppriseChannel:
    """Addresses: an Apprise URL (`signal://...`, `msteams://...`)."""

    name = "apprise"

    def __init__(self) -> None:
        try:
            self._apprise: Any = importlib.import_module("apprise")  # Any: it has no types
        except ModuleNotFoundError as missing:
            raise Invalid("apprise", "is not installed", hint="pip install 'watchbill[apprise]'") from missing
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="apprise")

    def refusal(self, address: str) -> str | None:
        """It has to be an address that Apprise can read."""
        return None if self._apprise.Apprise.instantiate(address) else "is not an Apprise address"

    def lane(self, address: str) -> str:
        """One for each service."""
        return f"apprise-{address.partition(':')[0][:20]}"

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand it over; Apprise says yes or no, and no more."""
        target = self._apprise.Apprise()
        if not target.add(outgoing.address):
            return Receipt(Outcome.PERMANENT, "the address is not an Apprise address")
        body = f"{outgoing.message.text}\nAcknowledge: {outgoing.link}"
        sent = self._pool.submit(target.notify, body=body, title=outgoing.message.subject)
        try:
            if sent.result(_TOTAL_S):
                return Receipt(Outcome.DELIVERED, "Apprise handed it over")
        except TooLate:
            return Receipt(Outcome.TEMPORARY, f"no answer within {_TOTAL_S:g} s")
        return Receipt(Outcome.TEMPORARY, "Apprise could not hand it over; its log says why")
