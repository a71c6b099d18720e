"""The demo, act by act: history, shop, outage, page, incident, repair, postmortem draft. Nothing in it is played back."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from watchbill.config import Config
from watchbill.entrypoints.demo.examples import shop_resources
from watchbill.entrypoints.demo.folder import DemoFolder
from watchbill.entrypoints.demo.household import Household
from watchbill.entrypoints.demo.response import Response
from watchbill.entrypoints.server import Server
from watchbill.entrypoints.worker.logs import configure_logs
from watchbill.kernel.clock import SystemClock
from watchbill.kernel.errors import Unavailable
from watchbill.operations.run import perform
from watchbill.operations.table import operation
from watchbill.people.model import Actor, Role

__all__ = ["Demo", "Paged"]

LOG_ROOT = "/var/log/shop"  # as the example's resources name it; the demo's own folder takes its place
SERVICE = "checkout"
CAUGHT_UP_S, PAGE_S = 120.0, 180.0
EVALUATE_EVERY = timedelta(seconds=2)  # so that the wait shows the rule (52 s) and not the rhythm of the engine
DIRECTOR = Actor(name="demo", role=Role.ADMIN, via="cli")  # the owner of the machine, who may name any log file


@dataclass(frozen=True, slots=True)
class Paged:
    """The page that arrived: its ids, whom it reached, and how long after the outage it was judged and delivered."""

    page: str
    person: str
    incident: str
    noticed_after: timedelta
    delivered_after: timedelta


class Demo:
    """One run in one folder. Use as a context manager: everything that was started is stopped at the end."""

    def __init__(self, folder: Path, *, listen: str, say: Callable[[str], None]) -> None:
        self._folder, self._say, self._clock = DemoFolder(folder), say, SystemClock()
        self._server = Server(
            Config.load(
                data=self._folder.data, listen=listen, evaluate_every=EVALUATE_EVERY, watermark_delay=EVALUATE_EVERY
            )
        )
        self._shop = Household(self._folder.logs, self._clock)
        self._ends = ExitStack()
        self._broken_at = self._clock.now()

    def __enter__(self) -> Self:
        configure_logs("error")
        self._ends.enter_context(self._folder)
        self._ends.callback(self._server.stop)
        self._ends.callback(self._shop.close)
        return self

    def __exit__(self, *_error: object) -> None:
        self._ends.close()

    @property
    def address(self) -> str:
        """Where the pages are."""
        return self._server.address

    @property
    def data(self) -> Path:
        """The data directory that the command line can ask meanwhile."""
        return self._folder.data

    def login_url(self) -> str:
        """A one-time login link."""
        return self._server.login_url()

    def set_up(self) -> None:
        """28 days of logs, the server with the shop's resources, the shop itself; ready when all logs are read."""
        began = self._clock.monotonic()
        self._say("1/6  Writing 28 days of access logs ...")
        self._shop.write_history()
        self._say(f"     done after {self._seconds(began)}. Opening the shop and the server ...")
        self._shop.open()
        self._server.start()
        self.ask("resources.apply", DIRECTOR, files=self._resources())
        self._wait_until_read(began)

    def break_payments(self) -> None:
        """The outage."""
        self._shop.break_payments()
        self._broken_at = self._clock.now()

    def wait_for_page(self) -> Paged | None:
        """Wait until the page about the shop's orders was delivered; None after 180 seconds without."""
        give_up = self._clock.monotonic() + PAGE_S
        while self._clock.monotonic() < give_up:
            if (found := self._page()) is not None:
                return found
            self._clock.sleep(0.25)
        return None

    def chain(self, identifier: str) -> list[dict[str, Any]]:  # Any: JSON
        """What led to what."""
        answer: list[dict[str, Any]] = self.ask("trace", DIRECTOR, id=identifier)
        return answer

    def respond(self, paged: Paged, *, patience_s: float) -> dict[str, Any]:  # Any: JSON
        """Wait a while for somebody to take it; else the person who was paged does. Repairs, resolves and drafts the postmortem."""
        return Response(self, self._shop, self._clock, self._say).work(paged.incident, paged.person, patience_s)

    def ask(self, name: str, who: Actor = DIRECTOR, /, **fields: object) -> Any:  # Any: JSON
        """Run one operation as the actor, as REST and the command line do."""
        row = operation(name)
        app = self._server.app
        with app.transaction() if row.writes else app.reading() as s:
            return perform(s, who, row, fields)

    def _page(self) -> Paged | None:
        """The first page about an order that was delivered and whose incident is open."""
        for row in reversed(self.ask("page.list")["items"]):
            if row["service"] != SERVICE:
                continue
            delivered = [
                one["closed_at"]
                for one in self.ask("page.show", id=row["id"])["deliveries"]
                if one["status"] == "delivered"
            ]
            chain = self.chain(row["id"])
            first = {link["kind"]: link for link in reversed(chain)}
            if delivered and "incident" in first:
                noticed = datetime.fromisoformat(first["alert"]["at"]) - self._broken_at
                arrived = datetime.fromisoformat(min(delivered)) - self._broken_at
                return Paged(row["id"], row["person"], first["incident"]["id"], noticed, arrived)
        return None

    def _resources(self) -> list[dict[str, str]]:
        logs = str(self._folder.logs)
        return [
            {"path": f"examples/shop/{name}", "text": text.replace(LOG_ROOT, logs)} for name, text in shop_resources()
        ]

    def _seconds(self, began: float) -> str:
        return f"{self._clock.monotonic() - began:.0f} s"

    def _wait_until_read(self, began: float) -> None:
        """Until every source has caught up with its log."""
        give_up = self._clock.monotonic() + CAUGHT_UP_S
        while True:
            details = [self.ask("slo.show", name=one["slo"]) for one in self.ask("slo.list")]
            behind = [one["slo"] for one in details if one["source"]["measured"] and not one["source"]["caught_up"]]
            if details and not behind:
                total = sum(one["total"] for one in details)
                self._say(
                    f"     {len(details)} promises measured over {total:,} events, ready after {self._seconds(began)}."
                )
                return
            if self._clock.monotonic() > give_up:
                raise Unavailable(
                    f"the logs of {', '.join(behind)} were not read in {CAUGHT_UP_S:.0f} s",
                    hint=f"see {self._folder.logs}",
                )
            self._clock.sleep(0.25)
