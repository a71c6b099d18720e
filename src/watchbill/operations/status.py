"""Operations on status pages: how they stand, what is published, who subscribed, what visitors report."""

from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.incidents.model.status import Bulletin, Condition, PageAudience, Stage, StatusPage, Subscriber, Via
from watchbill.incidents.rules.public import published_pct
from watchbill.incidents.service.status_desk import NewBulletin
from watchbill.kernel.errors import Invalid
from watchbill.people.model import Actor

__all__ = [
    "BulletinView", "ComponentView", "FileView", "LinkView", "ListReports", "ListStatusPages", "NamedBulletins",
    "NamedPage", "NamedSubscriber", "PageRow", "PageView", "Publish", "ReportView", "Subscribe", "SubscriberView",
    "Subscribers", "bulletins", "files", "link", "list_all", "publish", "reports", "show", "subscribe", "subscribers",
    "unsubscribe",
]  # fmt: skip

_REPORTS_USUAL = timedelta(days=1)


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ListStatusPages(_Given):
    """Input of `status.list`: nothing."""


class NamedPage(_Given):
    """Input of `status.show`, `status.link` and `status.files`."""

    page: str


class Publish(_Given):
    """Input of `status.publish`. What is left out follows from the incident and from what was said before.

    The default of `title` never quotes the incident's own title, which may name hosts and people.
    """

    id: str
    text: str = Field(min_length=1, max_length=5_000)
    title: str | None = Field(default=None, max_length=200)
    stage: Stage | None = None
    condition: Condition | None = None
    pages: list[str] | None = None


class NamedBulletins(_Given):
    """Input of `status.bulletins`: `12`, `INC-12` or the id of an incident."""

    id: str


class Subscribers(_Given):
    """Input of `status.subscribers`: those after an id."""

    page: str
    after: str = ""
    limit: int = Field(default=200, ge=1, le=1_000)


class Subscribe(_Given):
    """Input of `status.subscribe`: an address to invite by e-mail, or a webhook, which needs no confirmation."""

    page: str
    email: str | None = Field(default=None, max_length=254)
    webhook: str | None = Field(default=None, max_length=2_000)


class NamedSubscriber(_Given):
    """Input of `status.unsubscribe`."""

    id: str


class ListReports(_Given):
    """Input of `status.reports`: of one page or all, since a moment; of the last day if left out."""

    page: str | None = None
    since: AwareDatetime | None = None


class PageRow(BaseModel):
    """A page and how it stands."""

    name: str
    title: str
    audience: PageAudience
    address: str
    condition: Condition
    sentence: str
    components: int
    subscribers: int
    open: int


class ComponentView(BaseModel):
    """A line of the page. `uptime_90d_pct` is cut off at three decimals, never rounded up; null: nothing was measured."""

    title: str
    group: str
    service: str
    condition: Condition
    uptime_90d_pct: str | None
    bad_days: int


class BulletinView(BaseModel):
    """One bulletin."""

    id: str
    page: str
    incident: str
    stage: Stage
    condition: Condition
    title: str
    text: str
    components: list[str]
    at: datetime
    by: str


class PageView(PageRow):
    """A page with its lines and what is published now."""

    lines: list[ComponentView]
    bulletins: list[BulletinView]


class LinkView(BaseModel):
    """Where a page is."""

    page: str
    address: str


class FileView(BaseModel):
    """One file of the static copy."""

    path: str
    content: str


class SubscriberView(BaseModel):
    """One subscriber; until `confirmed_at` nothing is sent but the invitation. `secret` signs webhooks, shown once."""

    id: str
    page: str
    via: Via
    address: str
    created_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None
    failures: int
    secret: str | None = None


class ReportView(BaseModel):
    """What a visitor said. `contact` is what they left to be asked back."""

    id: str
    page: str
    service: str | None
    text: str
    contact: str
    at: datetime


def list_all(s: Services, who: Actor, given: ListStatusPages) -> list[PageRow]:
    """Every page, by name."""
    return [_row(s, page) for page in s.publishing.pages()]


def show(s: Services, who: Actor, given: NamedPage) -> PageView:
    """One page."""
    page = s.publishing.page(given.page)
    standing = s.publishing.standing(page)
    lines = [
        ComponentView(
            title=one.component.title,
            group=one.component.group,
            service=one.component.service,
            condition=one.condition,
            uptime_90d_pct=published_pct(one.uptime),
            bad_days=sum(day.state in {"low", "bad"} for day in one.days),
        )
        for one in standing.components
    ]
    said = [_bulletin(page, one) for thread in standing.open for one in thread.bulletins]
    return PageView(**dict(_row(s, page)), lines=lines, bulletins=said)


def link(s: Services, who: Actor, given: NamedPage) -> LinkView:
    """The address to give to outsiders."""
    page = s.publishing.page(given.page)
    key = f"?key={s.publishing.key(page)}" if page.audience is PageAudience.TOKEN else ""
    return LinkView(page=page.name, address=f"{s.app.public_url}/status/{page.name}{key}")


def files(s: Services, who: Actor, given: NamedPage) -> list[FileView]:
    """The static copy as it is now."""
    made = s.app.status.files(s, s.publishing.page(given.page))
    return [FileView(path=path, content=content) for path, content in made.items()]


def publish(s: Services, who: Actor, given: Publish) -> list[BulletinView]:
    """Tell outsiders; one bulletin for each page."""
    new = NewBulletin(
        given.text, given.title, given.stage, given.condition, None if given.pages is None else tuple(given.pages)
    )
    said = s.publishing.publish(given.id, new, who)
    s.app.status.forget()
    return [_bulletin(s.publishing.page(one.page), one) for one in said]


def bulletins(s: Services, who: Actor, given: NamedBulletins) -> list[BulletinView]:
    """What outsiders were told, newest first."""
    known = {page.name: page for page in s.publishing.pages()}
    return [_bulletin(known.get(one.page), one) for one in s.publishing.bulletins(given.id)]


def subscribers(s: Services, who: Actor, given: Subscribers) -> list[SubscriberView]:
    """By id."""
    page = s.publishing.page(given.page)
    return [_subscriber(one) for one in s.subscribing.list(page, given.after, given.limit)]


def subscribe(s: Services, who: Actor, given: Subscribe) -> SubscriberView:
    """Add one."""
    if (given.email is None) == (given.webhook is None):
        raise Invalid("email", "or webhook is needed, not both")
    page = s.publishing.page(given.page)
    if given.webhook is not None:
        made = s.subscribing.add_webhook(page, given.webhook)
        return _subscriber(made).model_copy(update={"secret": s.app.roads.webhook_secret})
    return _subscriber(s.subscribing.ask(page, given.email or ""))


def unsubscribe(s: Services, who: Actor, given: NamedSubscriber) -> SubscriberView:
    """Take one off."""
    return _subscriber(s.subscribing.end(given.id))


def reports(s: Services, who: Actor, given: ListReports) -> list[ReportView]:
    """Newest first."""
    if given.page is not None:
        s.publishing.page(given.page)
    found = s.publishing.reports(given.page, given.since or s.now - _REPORTS_USUAL)
    return [
        ReportView(id=one.id, page=one.page, service=one.service, text=one.text, contact=one.contact, at=one.at)
        for one in found
    ]


def _row(s: Services, page: StatusPage) -> PageRow:
    standing = s.publishing.standing(page)
    return PageRow(
        name=page.name,
        title=page.title,
        audience=page.audience,
        address=f"{s.app.public_url}/status/{page.name}",
        condition=standing.overall,
        sentence=standing.sentence,
        components=len(page.components),
        subscribers=s.subscribing.count(page),
        open=len(standing.open),
    )


def _bulletin(page: StatusPage | None, one: Bulletin) -> BulletinView:
    return BulletinView(
        id=one.id,
        page=one.page,
        incident=one.incident,
        stage=one.stage,
        condition=one.condition,
        title=one.title,
        text=one.text,
        components=list(page.titles(one.services) if page else one.services),
        at=one.at,
        by=one.by,
    )


def _subscriber(one: Subscriber) -> SubscriberView:
    return SubscriberView(
        id=one.id,
        page=one.page,
        via=one.via,
        address=one.address,
        created_at=one.created_at,
        confirmed_at=one.confirmed_at,
        ended_at=one.ended_at,
        failures=one.failures,
    )
