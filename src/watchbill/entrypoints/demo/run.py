"""The demo, act by act: history, shop, outage, page, incident, repair, postmortem draft. Nothing in it is played back."""

import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any, Self

from watchbill.config import Config
from watchbill.entrypoints.demo.history import PAST, write_history
from watchbill.entrypoints.demo.household import PROVIDER, Household
from watchbill.entrypoints.server import Server
from watchbill.kernel.clock import SystemClock
from watchbill.kernel.errors import Conflict, Unavailable
from watchbill.operations.run import perform
from watchbill.operations.table import operation
from watchbill.people.model import Actor, Role

__all__ = ["Demo", "remove_demo"]

MARK = ".watchbill-demo"
LOG_ROOT = "/var/log/shop"  # as the example's resources name it; the demo's own folder takes its place
SLO = "checkout-availability"
CAUGHT_UP_S, PAGE_S = 120.0, 180.0
EVALUATE_EVERY = timedelta(seconds=5)
DIRECTOR = Actor(name="demo", role=Role.ADMIN, via="cli")  # the owner of the machine, who may name any log file
RESPONDER = Actor(name="ann", role=Role.RESPONDER, via="demo")


@dataclass(frozen=True, slots=True)
class Paged:
    """The page that arrived: its ids, and how long after the outage it was delivered."""

    page: str
    incident: str | None
    after: timedelta


class Demo:
    """One run in one folder. Use as a context manager: everything that was started is stopped at the end."""

    def __init__(self, folder: Path, *, listen: str, say: Callable[[str], None]) -> None:
        self._folder, self._say, self._clock = folder, say, SystemClock()
        self._logs = folder / "logs"
        self._server = Server(
            Config.load(
                data=folder / "data", listen=listen, evaluate_every=EVALUATE_EVERY, watermark_delay=EVALUATE_EVERY
            )
        )
        self._shop = Household(self._logs, self._clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._shop.close()
        self._server.stop()

    @property
    def address(self) -> str:
        """Where the pages are."""
        return self._server.address

    def login_url(self) -> str:
        """A one-time login link."""
        return self._server.login_url()

    def set_up(self) -> None:
        """A fresh folder, 28 days of logs, the server with the shop's resources, the shop itself; ready when all logs are read."""
        remove_demo(self._folder)
        self._logs.mkdir(parents=True)
        (self._folder / MARK).touch()
        began = self._clock.monotonic()
        self._say("Writing 28 days of access logs ...")
        lines = self._write_logs()
        self._say(f"  {lines:,} lines in {self._clock.monotonic() - began:.1f} s. Opening the shop and the server ...")
        self._shop.open()
        self._server.start()
        self.ask("resources.apply", DIRECTOR, files=self._resources())
        self._wait_until_read(began)

    def break_payments(self) -> None:
        """The outage."""
        self._shop.break_payments()

    def wait_for_page(self) -> Paged | None:
        """Wait until a page was delivered; None after 180 seconds without."""
        broken_at = self._clock.now()
        give_up = self._clock.monotonic() + PAGE_S
        while self._clock.monotonic() < give_up:
            with self._server.app.reading() as s:
                for found in s.records.events(kinds=["page.delivered"]):
                    page = found.recorded.subject
                    chain = s.records.trace(page)
                    incident = next((link.id for link in chain if link.kind == "incident"), None)
                    if incident is not None:
                        return Paged(page, incident, found.recorded.at - broken_at)
            self._clock.sleep(0.25)
        return None

    def chain(self, identifier: str) -> list[dict[str, Any]]:  # Any: JSON
        """What led to what."""
        answer: list[dict[str, Any]] = self.ask("trace", DIRECTOR, id=identifier)
        return answer

    def respond(self, incident: str, *, patience_s: float) -> str:
        """Wait a while for a person to take it; else the shop's own responder does, repairs the provider and drafts the postmortem."""
        if not self._somebody_took(incident, patience_s):
            self._say("Nobody acknowledged: ann, who stands watch, does.")
            self.ask("incident.ack", RESPONDER, id=incident)
        self.ask(
            "incident.note",
            RESPONDER,
            id=incident,
            kind="know",
            text="Orders fail since the card network stopped answering.",
        )
        self.ask(
            "change.add",
            RESPONDER,
            service="payments",
            kind="other",
            summary=f"{PROVIDER} was started again",
            risk="low",
        )
        self._shop.repair_payments()
        self.ask("incident.mitigate", RESPONDER, id=incident, how=f"Started {PROVIDER} again")
        self._say("The provider is back, orders go through; the incident is mitigated.")
        draft: dict[str, Any] = self.ask("postmortem.draft", RESPONDER, incident=incident)
        return str(draft["id"])

    def ask(self, name: str, who: Actor, /, **fields: object) -> Any:  # Any: JSON
        """Run one operation as the actor, as REST and the command line do."""
        row = operation(name)
        app = self._server.app
        with app.transaction() if row.writes else app.reading() as s:
            return perform(s, who, row, fields)

    def _somebody_took(self, incident: str, patience_s: float) -> bool:
        give_up = self._clock.monotonic() + patience_s
        while self._clock.monotonic() < give_up:
            if self.ask("incident.show", DIRECTOR, id=incident)["acknowledged_at"]:
                return True
            self._clock.sleep(0.5)
        return False

    def _write_logs(self) -> int:
        now = self._clock.now()
        with ProcessPoolExecutor(2) as pool:
            return sum(pool.map(write_history, [self._logs] * len(PAST), [now] * len(PAST), PAST))

    def _resources(self) -> list[dict[str, str]]:
        folder = resources.files("watchbill.entrypoints.demo") / "resources"
        files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
        return [
            {"path": f"demo/{file.name}", "text": file.read_text("utf-8").replace(LOG_ROOT, str(self._logs))}
            for file in files
        ]

    def _wait_until_read(self, began: float) -> None:
        """Until every source has caught up with its log."""
        give_up = self._clock.monotonic() + CAUGHT_UP_S
        while True:
            budget = self.ask("slo.list", DIRECTOR)
            details = [self.ask("slo.show", DIRECTOR, name=one["slo"]) for one in budget]
            behind = [one["slo"] for one in details if one["source"]["measured"] and not one["source"]["caught_up"]]
            if details and not behind:
                total = sum(one["total"] for one in details)
                self._say(
                    f"  {len(details)} promises measured over {total:,} events, ready after {self._clock.monotonic() - began:.1f} s."
                )
                return
            if self._clock.monotonic() > give_up:
                raise Unavailable(
                    f"the logs of {', '.join(behind)} were not read in {CAUGHT_UP_S:.0f} s", hint=f"see {self._logs}"
                )
            self._clock.sleep(0.25)


def remove_demo(folder: Path) -> bool:
    """Delete an earlier demo's folder; refuses one that no demo made. False where there is none."""
    if not folder.exists() or not any(folder.iterdir()):
        return False
    if not (folder / MARK).exists():
        raise Conflict(f"{folder} was not made by a demo", hint="name another folder with --data")
    shutil.rmtree(folder)
    return True
