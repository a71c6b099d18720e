"""Operations on stored payloads: replay them through the present rules, and try a mapping on the last of them."""

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from watchbill.alerts.model import Closing, Observation, SenderWord, Severity
from watchbill.alerts.model.replay import Difference, Happened, Outcome, Would
from watchbill.alerts.service.folding import Claim
from watchbill.alerts.service.replaying import Chosen
from watchbill.bootstrap import Services
from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import duration
from watchbill.people.model import Actor

__all__ = [
    "ClaimView",
    "HappenedView",
    "OutcomeView",
    "PayloadFaultView",
    "PreviewMapping",
    "PreviewView",
    "ReplayAlerts",
    "ReplayView",
    "WouldView",
    "preview",
    "replay",
]


class ReplayAlerts(BaseModel):
    """Input of `alerts.replay`: how far back (`24h`), or from a moment; by which door they came. `all`: also what is the same."""

    model_config = ConfigDict(extra="forbid")

    last: str = "24h"
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    protocol: str | None = Field(default=None, max_length=100)
    integration: str | None = Field(default=None, max_length=200)
    all: bool = False
    max_claims: int = Field(default=200_000, ge=1, le=2_000_000)


class WouldView(BaseModel):
    """As it would be. `begins_walk`: it would be the first of its group, and `people` would be called."""

    name: str
    title: str
    fingerprint: str
    severity: Severity
    service: str | None
    route: str
    escalation_policies: list[str]
    silenced_by: list[str]
    calls: bool
    begins_walk: bool
    people: list[str]


class HappenedView(BaseModel):
    """As it was."""

    id: str
    name: str
    title: str
    fingerprint: str
    severity: Severity
    service: str | None
    escalation_policies: list[str]
    called: bool
    people: list[str]


class OutcomeView(BaseModel):
    """One occurrence on both sides; a side is null where it is no alert there."""

    at: datetime
    would: WouldView | None
    was: HappenedView | None
    differences: list[Difference]


class PayloadFaultView(BaseModel):
    """A stored payload that cannot be read, or out of which the present mapping reads nothing."""

    received_at: datetime
    protocol: str
    integration: str
    fault: str


class ReplayView(BaseModel):
    """The replay of [since, until). `would_begin`: how many times people would have begun to be called for a group."""

    since: datetime
    until: datetime
    payloads: int
    claims: int
    alerts: int
    would_begin: int
    would_call_for: int
    called_for: int
    different: int
    truncated: bool
    outcomes: list[OutcomeView]
    faults: list[PayloadFaultView]


class PreviewMapping(BaseModel):
    """Input of `integration.preview`: a mapping to try, as JSON or as YAML; neither: the one that it has."""

    model_config = ConfigDict(extra="forbid")

    name: str
    mapping: dict[str, Any] | None = None  # Any: the kind's own model checks it
    yaml: str | None = Field(default=None, max_length=100_000)
    limit: int = Field(default=5, ge=1, le=50)


class ClaimView(BaseModel):
    """What was read: `says` is `firing`, or what the sender says about the alert of that key."""

    says: str
    key: str
    labels: dict[str, str]
    annotations: dict[str, str]


class PreviewView(BaseModel):
    """One stored payload, the newest first: what was made of it, and what the mapping makes of it now."""

    received_at: datetime
    payload: Any  # Any: whatever the sender sent
    was: list[ClaimView]
    now: list[ClaimView]
    fault: str


def replay(s: Services, who: Actor, given: ReplayAlerts) -> ReplayView:
    """Run stored payloads through what is defined now; nothing happens."""
    until = given.until or s.now
    since = given.since or until - duration(given.last, field="last")
    if since >= until:
        raise Invalid("since", "begins after it ends", hint="last: 24h")
    found = s.alert_quality.replaying.replay(Chosen(since, until, given.protocol, given.integration, given.max_claims))
    shown = [one for one in found.outcomes if given.all or one.differences]
    return ReplayView(
        since=found.since,
        until=found.until,
        payloads=found.bodies,
        claims=found.claims,
        alerts=sum(one.would is not None for one in found.outcomes),
        would_begin=found.walks_would,
        would_call_for=sum(one.would is not None and one.would.calls for one in found.outcomes),
        called_for=sum(one.was is not None and one.was.called for one in found.outcomes),
        different=sum(bool(one.differences) for one in found.outcomes),
        truncated=found.truncated,
        outcomes=[_outcome(one) for one in shown],
        faults=[
            PayloadFaultView(
                received_at=one.received_at, protocol=one.protocol, integration=one.integration, fault=one.fault
            )
            for one in found.faults
        ],
    )


def preview(s: Services, who: Actor, given: PreviewMapping) -> list[PreviewView]:
    """Try a mapping on the last payloads of an integration; nothing happens."""
    quality = s.alert_quality
    mapping = quality.mapping(given.name, given.mapping, given.yaml)
    return [
        PreviewView(
            received_at=one.received_at,
            payload=one.payload,
            was=[_claim(claim) for claim in one.was],
            now=[_claim(claim) for claim in one.now],
            fault=one.fault,
        )
        for one in quality.previews(given.name, mapping, limit=given.limit)
    ]


def _claim(claim: Claim) -> ClaimView:
    match claim:
        case Observation():
            return ClaimView(
                says="firing", key=claim.key, labels=dict(claim.labels), annotations=dict(claim.annotations)
            )
        case SenderWord():
            return ClaimView(
                says=claim.says.value, key=claim.key, labels=dict(claim.labels), annotations=dict(claim.annotations)
            )
        case Closing():
            return ClaimView(says=f"closed by {claim.by}", key=claim.fingerprint, labels={}, annotations={})


def _outcome(one: Outcome) -> OutcomeView:
    return OutcomeView(
        at=one.at,
        would=_would(one.would) if one.would else None,
        was=_was(one.was) if one.was else None,
        differences=list(one.differences),
    )


def _would(one: Would) -> WouldView:
    return WouldView(
        name=one.name,
        title=one.title,
        fingerprint=one.fingerprint,
        severity=one.severity,
        service=one.service,
        route=one.route,
        escalation_policies=[policy for policy in one.policies if policy],
        silenced_by=list(one.silenced_by),
        calls=one.calls,
        begins_walk=one.begins_walk,
        people=list(one.people),
    )


def _was(one: Happened) -> HappenedView:
    return HappenedView(
        id=one.alert,
        name=one.name,
        title=one.title,
        fingerprint=one.fingerprint,
        severity=one.severity,
        service=one.service,
        escalation_policies=[policy for policy in one.policies if policy],
        called=one.called,
        people=list(one.people),
    )
