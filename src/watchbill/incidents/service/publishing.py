"""Status pages: publishing bulletins, how a page stands, and what visitors report."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from watchbill.incidents.model import (
    Audience,
    Incident,
    IncidentClosed,
    IncidentMerged,
    IncidentResolved,
    Source,
    UpdateSent,
)
from watchbill.incidents.model.status import (
    Bulletin,
    BulletinPublished,
    Component,
    Condition,
    PageAudience,
    Stage,
    StatusPage,
    StatusReport,
)
from watchbill.incidents.rules import public as rules
from watchbill.incidents.rules.naming import text_block, title_line
from watchbill.incidents.service.desk import WATCHBILL, Book
from watchbill.incidents.service.status_desk import ComponentStanding, NewBulletin, PageStanding, StatusDesk
from watchbill.kernel.errors import Conflict, Invalid, NotFound, Unavailable, near
from watchbill.kernel.events import Recorded
from watchbill.kernel.ids import BulletinId, StatusReportId
from watchbill.people.model import Actor

__all__ = ["Publishing"]

_AHEAD = timedelta(days=14)
_LONGEST_TEXT, _LONGEST_REPORT = 5_000, 1_000
# Visitors are strangers: a page takes so many reports within ten minutes, and says so to the next.
REPORTS, REPORTS_WITHIN = 30, timedelta(minutes=10)
_KEY = "status page"


class Publishing:
    """What outsiders are told. Text of people and names of components leave the house, nothing else does."""

    def __init__(self, desk: StatusDesk) -> None:
        self._desk = desk
        self._records = desk.records
        self._book = Book(desk.incidents)

    # --- pages

    def pages(self) -> Sequence[StatusPage]:
        """All pages."""
        return self._desk.pages.list()

    def page(self, name: str) -> StatusPage:
        """One by name; raises NotFound."""
        found = self._desk.pages.get(name)
        if found is None:
            close = near(name, [one.name for one in self.pages()])
            hint = f"did you mean {close!r}?" if close else "apply a status_page resource first"
            raise NotFound("status page", name, hint=hint)
        return found

    def key(self, page: StatusPage) -> str:
        """What stands behind `?key=` in the address of a token page."""
        return self._desk.seals.seal(_KEY, f"{page.name}.{page.edition}")

    def visible(self, name: str, key: str | None, who: Actor | None) -> StatusPage:
        """The page, for somebody who may see it; raises NotFound for all others, so that a name that is guessed tells nothing."""
        page = self._desk.pages.get(name)
        if page is not None:
            if page.audience is PageAudience.PUBLIC or who is not None:
                return page
            if (
                page.audience is PageAudience.TOKEN
                and key is not None
                and self._desk.seals.opened(_KEY, key) == f"{page.name}.{page.edition}"
            ):
                return page
        raise NotFound("status page", name)

    # --- publishing

    def publish(self, reference: str, new: NewBulletin, who: Actor, *, cause: str | None = None) -> list[Bulletin]:
        """Say something about an incident on every page that shows one of its services, or on the pages that are named."""
        incident = self._book.find(reference, lock=True)
        if incident.merged_into is not None:
            raise Conflict(f"{incident.name} was merged", hint="publish about the incident that it was merged into")
        if incident.drill:
            raise Conflict(f"{incident.name} is a drill, and drills are not published")
        pages = self._pages_of(incident, new.pages)
        if not pages:
            raise Conflict(
                f"no status page shows a service of {incident.name}",
                hint="name one with pages, or add the service to a status_page resource",
            )
        return self._say(incident, pages, new, who.name, cause)

    def update_sent(self, recorded: Recorded) -> None:
        """What was written for customers is published where a page shows the service."""
        event = recorded.event
        assert isinstance(event, UpdateSent)
        incident = self._book.locked(event.incident)
        update = self._desk.incidents.store.update(event.update)
        pages = self._pages_of(incident, None)
        if (
            event.audience is Audience.CUSTOMERS
            and update is not None
            and pages
            and not (incident.merged_into or incident.drill)
        ):
            self._say(incident, pages, NewBulletin(update.text), event.by, recorded.id)

    def ended(self, recorded: Recorded) -> None:
        """An incident is over: what was published about it ends as well, so that no page stays red by being forgotten."""
        event = recorded.event
        assert isinstance(event, IncidentResolved | IncidentClosed)
        incident = self._book.locked(event.incident)
        if incident.is_open:
            return  # it was opened again before this had its turn
        newest: dict[str, Bulletin] = {}
        for one in self._records.of_incident(incident.id):
            newest.setdefault(one.page, one)
        for name, said in sorted(newest.items()):
            page = self._desk.pages.get(name)
            if page is not None and said.stage is not Stage.RESOLVED:
                new = NewBulletin(rules.resolved_text(page, said.services), stage=Stage.RESOLVED)
                _, incident = self._one(incident, page, said.services, new, by=WATCHBILL.name, cause=recorded.id)
        self._book.save(incident)

    def merged(self, recorded: Recorded) -> None:
        """Two incidents were one: what was published about the one belongs to the other."""
        event = recorded.event
        assert isinstance(event, IncidentMerged)
        self._records.move(event.incident, event.into)

    def _say(
        self, incident: Incident, pages: Sequence[StatusPage], new: NewBulletin, by: str, cause: str | None
    ) -> list[Bulletin]:
        new = replace(new, text=text_block(new.text, field="text"))
        if len(new.text) > _LONGEST_TEXT:
            raise Invalid("text", f"is longer than {_LONGEST_TEXT} characters")
        said = []
        for page in pages:
            services = page.shows(incident.services) or tuple(one.service for one in page.components)
            bulletin, incident = self._one(incident, page, services, new, by=by, cause=cause)
            said.append(bulletin)
        self._book.save(incident)
        return said

    def _one(
        self,
        incident: Incident,
        page: StatusPage,
        services: tuple[str, ...],
        new: NewBulletin,
        *,
        by: str,
        cause: str | None,
    ) -> tuple[Bulletin, Incident]:
        earlier = self._records.of_incident(incident.id, page.name)
        stage = new.stage or rules.stage_of(incident)
        bulletin = Bulletin(
            id=self._desk.incidents.ids.new(BulletinId),
            page=page.name,
            incident=incident.id,
            stage=stage,
            condition=new.condition or rules.condition_for(incident.severity, stage),
            title=title_line(new.title)
            if new.title
            else (earlier[0].title if earlier else rules.thread_title(page, services)),
            text=new.text,
            services=services,
            at=self._desk.incidents.now,
            by=by,
        )
        self._records.add_bulletin(bulletin)
        event = BulletinPublished(
            bulletin.id, page.name, incident.id, stage, bulletin.condition, bulletin.title, bulletin.text, by
        )
        self._desk.incidents.events.publish(event, subject=incident.id, cause=cause)
        text = f"Published on the status page {page.name} ({stage}): {bulletin.title}\n{bulletin.text}"
        return bulletin, self._book.write(
            incident, Source.UPDATE, text, by=by, cause=cause, data={"bulletin": bulletin.id}
        )

    def _pages_of(self, incident: Incident, names: tuple[str, ...] | None) -> list[StatusPage]:
        if names is not None:
            return [self.page(name) for name in names]
        return [page for page in self.pages() if page.shows(incident.services)]

    # --- how a page stands

    def standing(self, page: StatusPage) -> PageStanding:
        """Everything that the page shows now."""
        now, zone = self._desk.incidents.now, self._desk.incidents.people.organisation().timezone
        open_threads = tuple(rules.threads(self._records.still_open(page.name)))
        planned = self._desk.surroundings.planned(frozenset(one.service for one in page.components), now, now + _AHEAD)
        maintained = frozenset(service for one in planned if one.start <= now for service in one.services)
        conditions = rules.standing(page, open_threads, maintained)
        overall, sentence = rules.overall_words(page, conditions)
        recent = rules.threads(
            self._records.on_page(page.name, since=now - rules.RECENT, until=now + timedelta(seconds=1))
        )
        return PageStanding(
            page=page,
            at=now,
            zone=zone,
            overall=overall,
            sentence=sentence,
            components=tuple(self._component(one, conditions[one.service], now, zone) for one in page.components),
            open=open_threads,
            recent=tuple(one for one in recent if not one.is_open),
            planned=tuple(planned),
        )

    def month(self, page: StatusPage, first: date) -> Sequence[rules.Thread]:
        """What was published in a local month, the newest thread first."""
        zone = self._desk.incidents.people.organisation().timezone
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        since, until = (datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) for day in (first, following))
        return rules.threads(self._records.on_page(page.name, since=since, until=until))

    def bulletins(self, reference: str) -> Sequence[Bulletin]:
        """What was published about an incident, newest first."""
        return self._records.of_incident(self._book.find(reference).id)

    def _component(
        self, component: Component, condition: Condition, now: datetime, zone: ZoneInfo
    ) -> ComponentStanding:
        today = now.astimezone(zone).date()
        days = [today - timedelta(days=back) for back in range(rules.DAYS - 1, -1, -1)]
        moments = [
            datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) for day in (*days, today + timedelta(days=1))
        ]
        measured = self._desk.surroundings.uptime(component.service, component.slo, moments)
        whole = self._desk.surroundings.uptime(component.service, component.slo, [moments[0], moments[-1]])
        return ComponentStanding(
            component,
            condition,
            tuple(
                rules.Day(day, ratio, rules.day_state(ratio, allowed))
                for day, (ratio, allowed) in zip(days, measured, strict=True)
            ),
            whole[0][0],
        )

    # --- visitors

    def report(self, page: StatusPage, service: str | None, text: str, contact: str) -> StatusReport:
        """Keep what a visitor says. It calls nobody: people read it beside the incident, or declare one (`user report`)."""
        if not page.reports:
            raise Conflict(f"{page.title} takes no reports")
        if service is not None and service not in {one.service for one in page.components}:
            raise Invalid("component", "is not on this page")
        text = text_block(text, field="text")
        if len(text) > _LONGEST_REPORT:
            raise Invalid("text", f"is longer than {_LONGEST_REPORT} characters")
        now = self._desk.incidents.now
        if len(self._records.reports(page.name, since=now - REPORTS_WITHIN, limit=REPORTS)) >= REPORTS:
            raise Unavailable("many people have reported a problem just now: it is known, there is no need to say more")
        made = StatusReport(
            self._desk.incidents.ids.new(StatusReportId), page.name, service, text, contact.strip()[:200], now
        )
        self._records.add_report(made)
        return made

    def reports(self, page: str | None, since: datetime) -> Sequence[StatusReport]:
        """What visitors said, newest first."""
        return self._records.reports(page, since=since)
