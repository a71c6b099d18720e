"""What on-call needs from outside: definitions of schedules, policies and runbooks; stores; channels; words; signatures."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from watchbill.alerts.model import Alert
from watchbill.kernel.ids import AlertId, DeliveryId, EscalationId, OverrideId, PageId
from watchbill.oncall.model import (
    Attempt,
    Delivery,
    Escalation,
    EscalationPolicy,
    Message,
    Outgoing,
    Override,
    Page,
    Receipt,
    Runbook,
    Schedule,
    Situation,
)

__all__ = [
    "CALLS_FOR_ALERTS",
    "Alerts",
    "Channel",
    "Channels",
    "Deliveries",
    "EscalationPolicies",
    "Escalations",
    "Links",
    "Overrides",
    "Renderer",
    "Runbooks",
    "ScheduleDefinitions",
    "Situations",
]


# The jobs of the reactions that may begin a walk for an alert.
CALLS_FOR_ALERTS = (
    "reaction:page-opened",
    "reaction:page-routed",
    "reaction:page-changed",
    "reaction:page-unsilenced",
)


class Alerts(Protocol):
    """The alerts that pages are about."""

    def get(self, alert: AlertId) -> Alert | None:
        """The alert of that id."""

    def is_told_elsewhere(self, alert: AlertId) -> bool:
        """Whether somebody is told of it by another road than pages, so that it is not lost where nobody is to be called."""

    def rate(self, alert: AlertId, *, actionable: bool, by: str) -> None:
        """Note a person's word on whether there was anything to do."""


class ScheduleDefinitions(Protocol):
    """The schedules of the resources, as one consistent state."""

    def get(self, name: str) -> Schedule | None:
        """The schedule of that name."""

    def list(self) -> Sequence[Schedule]:
        """All schedules, by name."""


class EscalationPolicies(Protocol):
    """The escalation policies of the resources."""

    def get(self, name: str) -> EscalationPolicy | None:
        """The policy of that name."""

    def list(self) -> Sequence[EscalationPolicy]:
        """All policies, by name."""


class Runbooks(Protocol):
    """The runbooks of the resources."""

    def get(self, name: str) -> Runbook | None:
        """The runbook of that name."""

    def list(self) -> Sequence[Runbook]:
        """All runbooks, by name."""


class Overrides(Protocol):
    """Overrides that people made, in the running transaction (those in a schedule's file come with its definition)."""

    def add(self, override: Override) -> None:
        """Save one; its id is set."""

    def get(self, override: OverrideId) -> Override | None:
        """One that has not been removed."""

    def remove(self, override: OverrideId, *, at: datetime, by: str) -> None:
        """Mark it removed; the row stays as a record."""

    def between(self, schedules: Sequence[str] | None, start: datetime, end: datetime) -> Sequence[Override]:
        """Those that overlap [start, end), oldest made first; None: of all schedules."""


class Escalations(Protocol):
    """Escalations and their pages, in the running transaction."""

    def add(self, escalation: Escalation) -> bool:
        """Save a new one; False, and nothing saved, where its group already has an unanswered one."""

    def save(self, escalation: Escalation) -> None:
        """Write the new state over the old."""

    def get(self, escalation: EscalationId, *, lock: bool = False) -> Escalation | None:
        """One by id. `lock`: other transactions that lock it wait until this one ends."""

    def unanswered(self, group_key: str) -> Escalation | None:
        """The group's escalation that is still looking for somebody, locked."""

    def taken(self, group_key: str) -> Sequence[Escalation]:
        """The group's acknowledged and snoozed ones, newest first, locked."""

    def holding(self, subject: str) -> Sequence[Escalation]:
        """Those that hold an alert or an incident of that id, newest first, resolved ones included."""

    def alerts(self, escalation: EscalationId, *, limit: int | None = None) -> Sequence[AlertId]:
        """The alerts it has held, in the order in which they joined."""

    def firing_alerts(self, escalation: EscalationId) -> Sequence[AlertId]:
        """Those of them that have not ended, at most 500."""

    def begun(self, since: datetime, *, group_key: str | None = None, policy: str | None = None) -> int:
        """How many walks for alerts began after a moment: of a group, of a policy."""

    def one_at_a_time(self, alert: AlertId) -> None:
        """Let other transactions that begin or end calls for the alert wait until this one ends."""

    def is_awaited(self, alert: AlertId) -> bool:
        """Whether a reaction that may begin a walk for the alert is still to be worked (one that was set aside is not)."""

    def is_firing(self, escalation: EscalationId, alert: AlertId) -> bool:
        """Whether it holds that alert, and the alert has not ended."""

    def has_held(self, escalation: EscalationId, alert: AlertId) -> bool:
        """Whether the alert was ever in it, firing or not."""

    def add_alert(self, escalation: EscalationId, alert: AlertId, at: datetime) -> bool:
        """Note that the alert joined, or fires again; False where it was known to fire. Counters are the caller's."""

    def end_alert(self, escalation: EscalationId, alert: AlertId, at: datetime) -> bool:
        """Note that the alert ended; False where it was not firing."""

    def page(self, page: PageId) -> Page | None:
        """One page by id."""

    def pages(self, escalation: EscalationId) -> Sequence[Page]:
        """All pages of an escalation, oldest first."""

    def save_page(self, page: Page) -> None:
        """Save a page, new or changed."""

    def find(
        self,
        *,
        unresolved: bool | None = None,
        person: str | None = None,
        service: str | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> Sequence[Escalation]:
        """Escalations, newest first; `person`: those who paged that person; `before`: the last id of the page before."""

    def find_pages(
        self, *, person: str | None = None, before: str | None = None, limit: int = 50
    ) -> Sequence[tuple[Page, Escalation]]:
        """Pages, newest first, each with its escalation."""

    def people_of(self, escalations: Sequence[EscalationId]) -> Mapping[EscalationId, Sequence[str]]:
        """Whom each of these has paged, in that order, each once."""


class Deliveries(Protocol):
    """Deliveries and the attempts at them, in the running transaction."""

    def save(self, delivery: Delivery) -> None:
        """Save a delivery, new or changed."""

    def get(self, delivery: DeliveryId, *, lock: bool = False) -> Delivery | None:
        """One by id. `lock`: other transactions that lock it wait until this one ends."""

    def of_page(self, page: PageId) -> Sequence[Delivery]:
        """All of a page, by rank."""

    def of_pages(self, pages: Sequence[PageId]) -> Sequence[Delivery]:
        """All of these pages, by page and rank."""

    def fold(self, into: Delivery, *, due: datetime, limit: int) -> Sequence[Delivery]:
        """Let `into` speak for those of the same channel, address and person that wait untried since `due` or before.

        The first `limit`, oldest first; they come back FOLDED. Rows that another transaction holds are left alone.
        """

    def folded_into(self, carrier: DeliveryId) -> Sequence[Delivery]:
        """Those that this one speaks for, locked."""

    def unfold(self, carrier: DeliveryId, *, due_at: datetime) -> Sequence[Delivery]:
        """Let those that this one speaks for wait on their own again, in one step; they come back WAITING."""

    def save_attempt(self, attempt: Attempt) -> None:
        """Save an attempt, new or ended."""

    def attempts(self, deliveries: Sequence[DeliveryId]) -> Sequence[Attempt]:
        """All attempts at these deliveries, by delivery and number."""


class Channel(Protocol):
    """One way to reach people. `send` is called outside of any transaction, from several threads, and never raises for
    what a provider does: that is what receipts are for.
    """

    @property
    def name(self) -> str:
        """As contacts and notification rules name it: email, webhook, terminal, web."""

    def refusal(self, address: str) -> str | None:
        """Why this address cannot be used, in words for who wrote it; None where it can."""

    def lane(self, address: str) -> str:
        """The lane of deliveries to this address: those that share one may wait for each other, others never do."""

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand it over and say what came of it, within ten seconds in all."""


class Channels(Protocol):
    """The channels that this installation has."""

    def get(self, name: str) -> Channel | None:
        """The channel of that name; None where it is not set up."""

    def names(self) -> Sequence[str]:
        """Every channel that is set up."""


class Renderer(Protocol):
    """Turns facts into words by templates."""

    def message(self, template: str, facts: Mapping[str, object]) -> Message:
        """The message by that template; raises Invalid where the template is wrong or exceeds its limits."""


class Links(Protocol):
    """Signed, expiring links that let a person act on a page with one tap."""

    def url(self, delivery: DeliveryId, expires_at: datetime) -> str:
        """The address of the page that acts for this delivery."""

    def code(self, delivery: DeliveryId) -> str:
        """Six digits that only the message of this delivery tells."""

    def read(self, token: str, now: datetime) -> DeliveryId:
        """The delivery a token speaks of; raises Unauthorized where it is forged or no longer good."""


class Situations(Protocol):
    """How a service is doing, gathered from SLOs, budgets, changes and incidents. Never raises: what is not known is None."""

    def of(
        self,
        service: str | None,
        slos: Sequence[str],
        now: datetime,
        *,
        title: str = "",
        alerts: Sequence[AlertId] = (),
    ) -> Situation:
        """The situation of that service, first by these SLOs; title and alerts find an earlier incident that looked alike."""
