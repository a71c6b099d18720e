"""An incident: the people's record of an emergency, with how bad it is, how far it has come, and what is known of the damage."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from watchbill.kernel.errors import Invalid
from watchbill.kernel.ids import IncidentId
from watchbill.kernel.units import Money

__all__ = ["DetectedBy", "Impact", "Impairment", "Incident", "Phase", "Severity", "Status"]


class Severity(StrEnum):
    """SEV1 is the worst. Not to be mixed up with the P0-P3 of alerts."""

    SEV1 = "SEV1"
    SEV2 = "SEV2"
    SEV3 = "SEV3"
    SEV4 = "SEV4"

    @classmethod
    def read(cls, text: str, *, field: str = "severity") -> "Severity":
        """`SEV1`, `sev1` or `1`; raises Invalid for anything else (`P0` is an alert's)."""
        wanted = text.strip().upper()
        for one in cls:
            if wanted in {one.value, one.value[-1]}:
                return one
        raise Invalid(field, f"{text!r} is not a severity of incidents", hint="SEV1, SEV2, SEV3 or SEV4")

    @property
    def rank(self) -> int:
        """1 for SEV1 to 4 for SEV4."""
        return int(self.value[-1])

    def is_worse_than(self, other: "Severity") -> bool:
        """Whether this one is the more severe."""
        return self.rank < other.rank

    def at_least(self, floor: "Severity") -> "Severity":
        """The more severe of the two."""
        return self if self.rank <= floor.rank else floor

    def one_up(self) -> "Severity":
        """One level more severe; SEV1 stays."""
        return list(Severity)[max(self.rank - 2, 0)]


class Phase(StrEnum):
    """The step that is under way (playbook ph. 5, workflow). May be skipped forward; going back is a reopen."""

    DETECT = "DETECT"
    TRIAGE = "TRIAGE"
    RESPOND = "RESPOND"
    MITIGATE = "MITIGATE"
    RESOLVE = "RESOLVE"  # the bleeding is stopped; cause, fix and proof are being worked on
    REVIEW = "REVIEW"  # the emergency is over; the postmortem is being worked on

    @property
    def rank(self) -> int:
        """0 for DETECT, rising."""
        return list(Phase).index(self)


class Status(StrEnum):
    """What has been reached."""

    OPEN = "open"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    CLOSED = "closed"
    MERGED = "merged"

    @property
    def is_open(self) -> bool:
        """Whether the emergency goes on."""
        return self in {Status.OPEN, Status.MITIGATED}


class DetectedBy(StrEnum):
    """How the trouble was noticed, in the words of the postmortem template."""

    ALERT = "alert"
    USER_REPORT = "user report"
    MANUAL_CHECK = "manual check"


class Impairment(StrEnum):
    """The row of the severity matrix."""

    CORE_DOWN = "core function down"
    DEGRADED = "degraded performance"
    NON_CORE = "non-core feature down"
    COSMETIC = "cosmetic"

    def at_least(self, other: "Impairment | None") -> "Impairment":
        """The worse of the two."""
        rows = list(Impairment)
        return self if other is None else min(self, other, key=rows.index)


@dataclass(frozen=True, slots=True)
class Impact:
    """What is known of the damage; None is not known. `sla_imminent` is computed and, once set, stays.

    `impairment` is what people say is broken; `seen` is the worst that the counts have shown, and gives way to it.
    """

    impairment: Impairment | None = None
    users_affected: int | None = None
    users_total: int | None = None
    affected_ratio: Fraction | None = None  # where a share is known and the heads are not
    data_loss: bool | None = None
    pii_breach: bool | None = None
    revenue: bool | None = None
    revenue_per_minute: Money | None = None
    sla_imminent: bool = False
    customer_tickets: int | None = None
    seen: Impairment | None = None

    def __post_init__(self) -> None:
        for name, count in (
            ("users_affected", self.users_affected),
            ("users_total", self.users_total),
            ("customer_tickets", self.customer_tickets),
        ):
            if count is not None and count < 0:
                raise Invalid(name, "is a count, zero or more")
        if self.affected_ratio is not None and not 0 <= self.affected_ratio <= 1:
            raise Invalid("affected_ratio", "lies between 0 and 1")
        if self.users_affected is not None and self.users_total is not None and self.users_affected > self.users_total:
            raise Invalid("users_affected", "is more than there are users", hint="correct users_total")

    @property
    def row(self) -> Impairment | None:
        """What is broken, as far as people or counts have told."""
        return self.impairment or self.seen

    @property
    def bears_on_severity(self) -> bool:
        """Whether it says anything that matrix or triggers ask for; a count of tickets does not."""
        return replace(self, customer_tickets=None) != Impact()

    @property
    def ratio(self) -> Fraction | None:
        """The share of users who are affected, exact; None where it is not known."""
        if self.users_affected is not None and self.users_total:
            return Fraction(self.users_affected, self.users_total)
        return self.affected_ratio

    def learn(self, news: "Impact") -> "Impact":
        """This with whatever `news` knows laid over it. A share that is told replaces heads that were told before."""
        told = {
            one.name: value
            for one in fields(news)
            if (value := getattr(news, one.name)) is not None and one.name != "sla_imminent"
        }
        if "affected_ratio" in told and "users_affected" not in told:
            told["users_affected"] = None
        return replace(self, **told, sla_imminent=self.sla_imminent or news.sla_imminent)


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident. People say `INC-12`; `services` begins with `service`, more of them come by merging.

    `provisional`: the severity rests on an assumption and has to be looked at again. `started_at` is when it began to
    hurt (None: not known), `detected_at` when somebody or something noticed. `sequence` is that of the newest timeline entry.
    `drill_calls`: a drill that calls people as an emergency would, each call marked as a drill.
    """

    id: IncidentId
    number: int
    title: str
    channel: str
    severity: Severity
    phase: Phase
    status: Status
    detected_by: DetectedBy
    declared_by: str
    declared_at: datetime
    detected_at: datetime
    service: str | None = None
    services: tuple[str, ...] = ()
    provisional: bool = False
    drill: bool = False
    drill_calls: bool = False
    impact: Impact = field(default_factory=Impact)
    started_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    triaged_at: datetime | None = None
    mitigated_at: datetime | None = None
    mitigation: str | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    root_cause: str | None = None
    override: str | None = None  # why it was resolved although a demand was not met
    all_clear_at: datetime | None = None
    closed_at: datetime | None = None
    close_reason: str | None = None
    merged_into: IncidentId | None = None
    next_update_at: datetime | None = None
    reopened: int = 0
    sequence: int = 0
    cause: str | None = None

    @property
    def name(self) -> str:
        """`INC-12`."""
        return f"INC-{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether the emergency goes on."""
        return self.status.is_open

    @property
    def calls_people(self) -> bool:
        """Whether anybody is called: a drill wakes nobody unless whoever declared it asked for that."""
        return not self.drill or self.drill_calls

    @property
    def mark(self) -> str:
        """What stands before everything that people are sent about it: `DRILL: `, or nothing."""
        return "DRILL: " if self.drill else ""

    @property
    def began_at(self) -> datetime:
        """When it began to hurt, as far as is known: never later than it was noticed."""
        return self.detected_at if self.started_at is None else min(self.started_at, self.detected_at)
