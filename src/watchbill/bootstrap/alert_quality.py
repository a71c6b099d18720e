"""The services that judge alerts: by what happened, by how they are written, and by what would happen now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from watchbill.adapters.resources.alerting.files import read_rules
from watchbill.adapters.resources.snapshot.integrations import mapping_of, text_data
from watchbill.adapters.store.alert_history import AlertHistory
from watchbill.adapters.store.payload_history import PayloadHistory, Taken
from watchbill.adapters.workdays import PublicHolidays
from watchbill.alerts.model import Integration, PayloadMapping
from watchbill.alerts.model.replay import StoredBody
from watchbill.alerts.model.written import WrittenAlert
from watchbill.alerts.rules.mapping import CLOUDEVENTS, PROTOCOL
from watchbill.alerts.service.linting import LintService
from watchbill.alerts.service.noise import NoiseService
from watchbill.alerts.service.past_silences import PastSilences
from watchbill.alerts.service.remapping import MappingPreview, preview, remapped
from watchbill.alerts.service.replaying import Chosen, ReplayService
from watchbill.bootstrap.paging import desk
from watchbill.kernel.clock import Moment
from watchbill.kernel.errors import Fault
from watchbill.oncall.service.desk import Desk
from watchbill.oncall.service.reach import called_first

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["AlertQuality"]


class AlertQuality:
    """What judges alerts, over one transaction; built on first use."""

    def __init__(self, services: "Services") -> None:
        self._services = services

    @cached_property
    def noise(self) -> NoiseService:
        """By what really happened."""
        s = self._services
        history = AlertHistory(s.connection)
        return NoiseService(history=history, people=s.people, holidays=PublicHolidays(), clock=s.clock)

    @cached_property
    def lint(self) -> LintService:
        """By how they are written."""
        s = self._services
        return LintService(
            read_rules=_read,
            slos=s.definitions.slos.slos,
            runbooks=lambda: _steps(s),
            runbook_for=s.runbook_for,
            origin_of=lambda slo: _origin(s, slo),
            noise=self.noise,
        )

    @cached_property
    def replaying(self) -> ReplayService:
        """By what stored payloads would come to now."""
        s = self._services
        matchers = s.app.alert_parts.matchers
        past = PastSilences(s.silence_store.list(), s.definitions.windows.list(), matchers.compile, s.now)
        return ReplayService(
            bodies=lambda chosen: _bodies(s, chosen),
            happened=AlertHistory(s.connection).happened,
            silencer_at=past.at,
            whom=lambda policy, service, at: called_first(_desk_at(s, at), policy, service),
            router=s.router,
            runbook_for=s.runbook_for,
            ids=s.ids,
        )

    def mapping(self, name: str, data: Mapping[str, object] | None, text: str | None) -> PayloadMapping | None:
        """A mapping as it was written (JSON, or YAML text), else the integration's own; raises Invalid at the first fault."""
        if data is None and text is None:
            return _integration(self._services, name).mapping
        return mapping_of(data if data is not None else text_data(text or ""))

    def previews(self, integration: str, mapping: PayloadMapping | None, *, limit: int) -> list[MappingPreview]:
        """What a mapping (None: the usual names) makes of the last payloads of an integration, beside what was made of them."""
        s = self._services
        tried = replace(_integration(s, integration), mapping=mapping)
        taken = PayloadHistory(s.connection).newest(integration, limit)
        return [preview(_stored(one), one.raw or b"", tried, s.app.alert_parts.render) for one in taken]


def _bodies(s: "Services", chosen: Chosen) -> Iterator[StoredBody]:
    """The stored bodies that are wanted; those of mappings are read anew. What a person closed belongs to every choice."""
    for one in PayloadHistory(s.connection).taken(chosen.since, chosen.until):
        if one.protocol and not chosen.takes(one.protocol, one.integration):
            continue
        body = _stored(one)
        if one.protocol in {PROTOCOL, CLOUDEVENTS} and one.raw is not None:
            body = remapped(body, one.raw, _integration(s, one.integration), s.app.alert_parts.render)
        yield body


def _stored(one: Taken) -> StoredBody:
    return StoredBody(one.received_at, one.protocol, one.integration, one.claims, one.fault)


def _integration(s: "Services", name: str) -> Integration:
    return s.definitions.integrations.get(name) or Integration(name)


def _desk_at(s: "Services", at: datetime) -> Desk:
    """The pager's desk as if it were that moment, for looking up who stood watch."""
    clock = Moment(at, s.app.clock)
    return replace(desk(s), clock=clock, schedules=replace(s.schedules, clock=clock))


def _read(path: str, text: str) -> tuple[Sequence[WrittenAlert], Sequence[Fault]]:
    found = read_rules(path, text)
    return found.alerts, found.faults


def _steps(s: "Services") -> Mapping[str, int]:
    """How many steps each runbook holds; prose of its own counts as one."""
    return {
        one.name: len(one.diagnosis) + sum(len(way.steps) or 1 for way in one.mitigation) + bool(one.body.strip())
        for one in s.definitions.runbooks.list()
    }


def _origin(s: "Services", slo: str) -> str | None:
    found = s.documents.get("slo", slo)
    return found.origin if found else None
