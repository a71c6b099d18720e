"""A small shop with a past, built through the real use cases: four weeks of counts, deploys, an old incident, and a fire.

`World.calm` is a good day; `set_on_fire` breaks checkout so that its promise burns, people are called and an incident opens.
Run it as a program (`python tests/browser/world.py`) to look at it in a browser of your own.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import uvicorn
from tests.browser.actions import allow
from tests.browser.kept import decide, learn

from watchbill.bootstrap import App
from watchbill.catalog.model import ChangeKind, Risk
from watchbill.config import Config
from watchbill.entrypoints.api import create_api
from watchbill.entrypoints.web import create_web
from watchbill.entrypoints.worker import Worker
from watchbill.incidents.model import IncidentRole, NoteKind, Severity
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.ids import DeliveryId
from watchbill.oncall.model.arranged import FeedAbout
from watchbill.operations import (
    alerts,
    calendars,
    changes,
    incidents,
    mitigations,
    oncall,
    paging,
    postmortems,
    resources,
    runbook_runs,
    slos,
)
from watchbill.operations import incident_given as given
from watchbill.operations.postmortem_views import ListPostmortems
from watchbill.people.model import Actor, Role

NOW = datetime(2026, 11, 24, 2, 16, tzinfo=UTC)  # a Tuesday, 03:16 in Paris
DAYS = 28
MINUTE = timedelta(minutes=1)
OWNER = Actor(name="ana", role=Role.ADMIN, via="test")
HERE = Path(__file__).parent
PEOPLE = {"ana": Role.ADMIN, "bob": Role.RESPONDER, "eve": Role.EDITOR, "vic": Role.VIEWER}


@dataclass(eq=False)
class World:
    """One opened installation on a clock that stands still, and what can happen in it."""

    app: App
    clock: ManualClock
    LINK_LIFE: ClassVar[timedelta] = timedelta(days=1)

    @classmethod
    def empty(cls, data: Path, now: datetime = NOW) -> "World":
        """A first run: people can log in, nothing else is known."""
        clock = ManualClock(now)
        app = App.open(Config.load({}, data=data, listen="127.0.0.1:0", actions=allow(data)), clock=clock)
        with app.transaction() as s:
            for name, role in PEOPLE.items():
                s.people.set_role(name, role, OWNER)
        return cls(app, clock)

    @classmethod
    def reopen(cls, data: Path, now: datetime) -> "World":
        """A copy of an installation that was closed, at its moment."""
        clock = ManualClock(now)
        return cls(App.open(Config.load({}, data=data, listen="127.0.0.1:0", actions=allow(data)), clock=clock), clock)

    @classmethod
    def calm(cls, data: Path) -> "World":
        """A good day after four weeks of good and bad ones."""
        world = cls.empty(data, NOW - timedelta(days=12))
        world._apply()
        world._measure()
        world._old_incident()
        world.clock.jump(NOW - 7 * MINUTE)
        world._happened()
        with world.app.transaction() as s:
            decide(s, OWNER, NOW)
            learn(s, OWNER, NOW)
        world.drain()
        return world

    def set_on_fire(self, minutes: int = 6) -> None:
        """Checkout fails 15 % of its orders; after some minutes its promise burns, people are called, an incident opens."""
        start = self.clock.now().replace(second=0)
        counts = [slos.CountRow(minute=start + MINUTE * index, good=850, total=1000) for index in range(minutes)]
        self.clock.jump(start + MINUTE * minutes)
        with self.app.transaction() as s:
            slos.push(s, OWNER, slos.PushCounts(sli="checkout_success", batch="fire", counts=counts))
            for sli in ("search_speed", "export_fresh", "login_success"):
                good = [slos.CountRow(minute=row.minute, good=500, total=500) for row in counts]
                slos.push(s, OWNER, slos.PushCounts(sli=sli, batch=f"fire-{sli}", counts=good))
        self.drain()
        self.clock.forward(MINUTE / 2)
        self.drain()

    def drain(self) -> None:
        """Let the worker do everything that is due now."""
        worker = Worker(self.app, name="test")
        worker.drain()
        worker.close()

    def link(self, person: str = "ana") -> str:
        """The path of the newest one-tap link that a page to the person carries."""
        with self.app.reading() as s:
            page = paging.list_all(s, OWNER, paging.ListPages(person=person)).items[0]
            delivery = paging.show(s, OWNER, paging.Target(id=page.id)).deliveries[0]
            url = self.app.roads.links.url(DeliveryId(delivery.id), s.now + self.LINK_LIFE)
        return "/p/" + url.rpartition("/p/")[2]

    def walk(self) -> str:
        """The path of a walk through the fire's runbook: a step that was run, one that was confirmed; and a rollback that waits."""
        with self.app.transaction() as s:
            known = runbook_runs.list_all(s, OWNER, runbook_runs.ListRuns(incident="2"))
            if known:
                return f"/walks/{known[0].id}"
            started = runbook_runs.StartRun(name="checkout-errors", incident="2", values={})
            run = runbook_runs.start(s, OWNER, started).id
            runbook_runs.execute(s, OWNER, runbook_runs.ExecuteStep(id=run, step="1", values={}))
            seen = runbook_runs.ConfirmStep(id=run, step="2", as_expected=False, note="payments 842")
            runbook_runs.confirm(s, OWNER, seen)
            mitigations.take(s, OWNER, mitigations.TakeMitigation(id="2", mitigation="payments-back", values={}))
        self.drain()
        return f"/walks/{run}"

    def told(self, about: str) -> str:
        """The path of the link in the newest notice about a hand-over (`hof_`) or a survey (`srv_`)."""
        with self.app.reading() as s:
            every = paging.list_all(s, OWNER, paging.ListPages(limit=200)).items
            page = next(one for one in every if (s.paging.find(one.id).cause or "").startswith(about))
            delivery = paging.show(s, OWNER, paging.Target(id=page.id)).deliveries[0]
            url = self.app.roads.links.url(DeliveryId(delivery.id), s.now + self.LINK_LIFE)
        return "/p/" + url.rpartition("/p/")[2]

    def handoff(self) -> str:
        """The id of the newest hand-over."""
        with self.app.reading() as s:
            return s.duty.handoffs.list(limit=1)[0].id

    def subscriber(self) -> str:
        """The sealed token of somebody who subscribed to the public status page."""
        with self.app.transaction() as s:
            made = s.subscribing.add_webhook(s.publishing.page("public"), "https://customer.example/hook")
        return self.app.roads.seals.seal("status confirm", made.id)

    def calendar(self) -> str:
        """The path of ana's calendar feed."""
        with self.app.transaction() as s:
            made = calendars.make_feed(s, OWNER, calendars.MakeFeed(about=FeedAbout.PERSON, name="ana"))
        return "/calendar/" + made.url.rpartition("/calendar/")[2]

    def newest(self, kind: str) -> str:
        """The id of the newest record of that kind."""
        with self.app.reading() as s:
            if kind == "alert":
                return alerts.list_all(s, OWNER, alerts.ListAlerts()).items[0].id
            if kind == "page":
                return paging.list_all(s, OWNER, paging.ListPages()).items[0].id
            return postmortems.list_all(s, OWNER, ListPostmortems()).items[0].id

    def unanswered(self) -> int:
        """How many walks are still looking for somebody."""
        with self.app.reading() as s:
            walks = paging.escalations(s, OWNER, paging.ListEscalations(open=True)).items
            return sum(walk.status in {"open", "exhausted"} for walk in walks)

    def happened(self, kind: str) -> int:
        """How many events of that kind there are since the fire began."""
        with self.app.reading() as s:
            return sum(
                one.recorded.event.kind == kind and one.recorded.at > NOW - 7 * MINUTE
                for one in s.records.events(limit=100_000)
            )

    def session(self, person: str = "ana") -> str:
        """The secret of a fresh login, for the session cookie."""
        with self.app.transaction() as s:
            _session, secret = s.people.log_in(s.people.login_link(person, OWNER))
        return secret

    def login_path(self, person: str = "ana") -> str:
        """The path of a fresh one-time login link."""
        with self.app.transaction() as s:
            return f"/login/{s.people.login_link(person, OWNER)}"

    def close(self) -> None:
        """Give everything back."""
        self.app.close()

    def _apply(self) -> None:
        files = [resources.FileModel(path="shop.yaml", text=(HERE / "shop.yaml").read_text("utf-8"))]
        with self.app.transaction() as s:
            resources.apply(s, OWNER, resources.ApplyResources(files=files))

    def _measure(self) -> None:
        """Four weeks a minute at a time, with a bad hour here and there."""
        end = NOW.replace(second=0) - 7 * MINUTE
        start = end - timedelta(days=DAYS)
        shapes: dict[str, Callable[[int], int]] = {
            "checkout_success": lambda index: 180 if _in_hours(index, 12, 70) else _rarely(index, 8),
            "search_speed": lambda index: 9 if _in_hours(index, 20, 90) else _rarely(index, 3) + _rarely(index, 5),
            "export_fresh": lambda index: 400 if _in_hours(index, 5, 540) else 0,
            "login_success": lambda index: _rarely(index, 40),
        }
        self.clock.jump(NOW - timedelta(minutes=6))
        with self.app.transaction() as s:
            for sli, bad in shapes.items():
                total = 500 if sli != "checkout_success" else 1000
                # Unchecked models: 160,000 rows of our own making, in each run of the tests.
                counts = [
                    slos.CountRow.model_construct(minute=start + MINUTE * index, good=total - bad(index), total=total)
                    for index in range(DAYS * 24 * 60)
                ]
                slos.push(s, OWNER, slos.PushCounts.model_construct(sli=sli, batch="past", counts=counts))
        self.clock.jump(NOW - timedelta(days=12))

    def _old_incident(self) -> None:
        """INC-1, twelve days ago: declared, commanded, rolled back, resolved."""
        bob = Actor(name="bob", role=Role.RESPONDER, via="test")
        start = given.StartIncident(
            title="Checkout returns errors after deploy 839", service="checkout", severity=Severity.SEV2
        )
        steps: list[Callable[[], object]] = [
            lambda: self._do(lambda s: incidents.start(s, bob, start)),
            lambda: self._do(lambda s: incidents.acknowledge(s, bob, given.NamedIncident(id="1"))),
            lambda: self._do(
                lambda s: incidents.role(s, bob, given.AssignRole(id="1", role=IncidentRole.IC, person="bob"))
            ),
            lambda: self._do(
                lambda s: incidents.note(
                    s, bob, given.NoteIncident(id="1", text="Only card payments fail", kind=NoteKind.KNOW)
                )
            ),
            lambda: self._do(
                lambda s: incidents.mitigate(s, bob, given.MitigateIncident(id="1", how="Rolled back to 838"))
            ),
            lambda: self._do(
                lambda s: incidents.resolve(
                    s,
                    bob,
                    given.ResolveIncident(
                        id="1",
                        root_cause="A retry loop emptied the connection pool",
                        override="Checked by hand",
                        all_clear=True,
                    ),
                )
            ),
        ]
        for step in steps:
            step()
            self.drain()
            self.clock.forward(timedelta(minutes=4))

    def _happened(self) -> None:
        """Deploys of the window, the last one right before now, and an override."""
        with self.app.transaction() as s:
            for days, version in ((20, "838"), (12, "839"), (3, "841")):
                changes.add(
                    s,
                    OWNER,
                    changes.AddChange(
                        service="checkout", version=version, author="pipeline", at=NOW - timedelta(days=days)
                    ),
                )
            changes.add(
                s,
                OWNER,
                changes.AddChange(
                    service="payments",
                    version="842",
                    author="pipeline",
                    risk=Risk.HIGH,
                    summary="new retry policy",
                    at=NOW - 9 * MINUTE,
                ),
            )
            changes.add(
                s,
                OWNER,
                changes.AddChange(
                    service="checkout",
                    kind=ChangeKind.FLAG,
                    summary="new-basket to 50 %",
                    author="bob",
                    at=NOW - 40 * MINUTE,
                ),
            )
            oncall.override(
                s,
                OWNER,
                oncall.AddOverride(
                    schedule="shop",
                    person="eve",
                    start=NOW + timedelta(hours=30),
                    end=NOW + timedelta(hours=36),
                    reason="dentist",
                ),
            )

    def _do(self, what: Callable[..., object]) -> object:
        with self.app.transaction() as s:
            return what(s)


class Site:
    """The pages and the API of a world behind a real socket on a free port."""

    def __init__(self, world: World) -> None:
        config = uvicorn.Config(
            _front(world.app),
            host="127.0.0.1",
            port=0,
            log_level="warning",
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        tick = threading.Event()
        while not self._server.started:
            tick.wait(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = world.app.address = f"http://127.0.0.1:{port}"

    def close(self) -> None:
        """Stop answering; open streams are cut."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(5)


def _front(app: App) -> Any:  # Any: an ASGI application
    web, api = create_web(app), create_api(app)

    async def front(scope: Any, receive: Any, send: Any) -> None:  # Any: ASGI
        await (api if scope["path"].startswith("/api/") else web)(scope, receive, send)

    return front


def _in_hours(index: int, days_ago: int, minutes: int) -> bool:
    """Whether the minute lies in the bad stretch that began that many days before the end."""
    start = (DAYS - days_ago) * 24 * 60
    return start <= index < start + minutes


def _rarely(index: int, every: int) -> int:
    """1 in about one of so many minutes, without a pattern and the same each time; else 0."""
    return int(index * 2_654_435_761 % 4_294_967_296 < 4_294_967_296 // every)


def main() -> None:
    """Show the world on a port of its own until interrupted."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        world = World.calm(Path(folder) / "data")
        world.set_on_fire()
        site = Site(world)
        print(site.url + world.login_path(), site.url + world.link(), sep="\n", flush=True)  # noqa: T201 - for whoever runs it
        threading.Event().wait()


if __name__ == "__main__":
    main()
