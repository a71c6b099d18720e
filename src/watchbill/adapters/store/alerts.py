"""Alerts as people and other domains read them, and what they add: ratings, and claims of watchbill's own."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from watchbill.adapters.store.alert_rows import alert_of, held
from watchbill.adapters.store.inbox import Entry, InboxStore
from watchbill.adapters.store.payloads import CLAIMS, CLOSING, claims_body, closing_body
from watchbill.adapters.store.tables.alerts import alerts
from watchbill.alerts.model import Alert, Closing, Observation, Severity
from watchbill.alerts.ports import AlertQuery
from watchbill.alerts.rules.merging import Standing
from watchbill.kernel.ids import AlertId

__all__ = ["AlertStore", "IntakeBuffer"]

_CHUNK = 1_000
_SOME = 500  # names in one query
_EVERYTHING = select(alerts)


class AlertStore:
    """alerts.ports.Alerts over one connection. `standing` tells what the fold of this process knows of a fingerprint."""

    def __init__(self, connection: Connection, standing: Callable[[str], Standing | None] = lambda _: None) -> None:
        self._connection = connection
        self._standing = standing

    def get(self, alert: AlertId) -> Alert | None:
        """One occurrence by id."""
        return self._one(_EVERYTHING.where(alerts.c.id == alert))

    def latest(self, fingerprint: str) -> Alert | None:
        """The newest occurrence of a fingerprint."""
        return self._one(_EVERYTHING.where(alerts.c.latest, alerts.c.fingerprint == fingerprint))

    def latest_of(self, fingerprints: Collection[str]) -> Sequence[Alert]:
        """The newest occurrence of each of these fingerprints that has one."""
        wanted, found = sorted(fingerprints), list[Alert]()
        for start in range(0, len(wanted), _SOME):
            some = alerts.c.fingerprint.in_(wanted[start : start + _SOME])
            found += [self._whole(row) for row in self._connection.execute(_EVERYTHING.where(alerts.c.latest, some))]
        return found

    def firing_labels(self) -> Iterable[tuple[str, Mapping[str, str]]]:
        """Fingerprint and labels of all that fire."""
        found = select(alerts.c.fingerprint, alerts.c.labels).where(alerts.c.latest, alerts.c.status == "firing")
        return ((row.fingerprint, row.labels) for row in self._connection.execute(found))

    def find(self, query: AlertQuery) -> Sequence[Alert]:
        """Alerts by id downwards, that is: newest first."""
        wanted = {
            alerts.c.status: query.status,
            alerts.c.severity: query.severity,
            alerts.c.service: query.service,
            alerts.c.name: query.name,
            alerts.c.fingerprint: query.fingerprint,
        }
        found = _EVERYTHING.order_by(alerts.c.id.desc()).limit(query.limit)
        for column, value in wanted.items():
            if value is not None:
                found = found.where(column == str(value))
        if query.source is not None:
            found = found.where(alerts.c.source.startswith(f"{query.source}:", autoescape=True))
        if query.before is not None:
            found = found.where(alerts.c.id < query.before)
        return [self._whole(row) for row in self._connection.execute(found)]

    def firing(self) -> Iterable[Alert]:
        """All that fire, by fingerprint."""
        after = ""
        while True:
            found = _EVERYTHING.where(alerts.c.latest, alerts.c.status == "firing", alerts.c.fingerprint > after)
            rows = self._connection.execute(found.order_by(alerts.c.fingerprint).limit(_CHUNK)).all()
            yield from (self._whole(row) for row in rows)
            if len(rows) < _CHUNK:
                return
            after = rows[-1].fingerprint

    def counts(self) -> Mapping[Severity, int]:
        """How many fire, by severity."""
        counted = select(alerts.c.severity, func.count()).where(alerts.c.status == "firing").group_by(alerts.c.severity)
        return {Severity(severity): count for severity, count in self._connection.execute(counted)}

    def rate(self, alert: AlertId, *, actionable: bool, by: str) -> None:
        """Note a person's word on whether there was anything to do."""
        self._connection.execute(
            update(alerts).where(alerts.c.id == alert).values(actionable=actionable, actionable_by=by)
        )

    def _one(self, wanted: Select[Any]) -> Alert | None:
        row = self._connection.execute(wanted).one_or_none()
        return self._whole(row) if row else None

    def _whole(self, row: Row[Any]) -> Alert:  # Any: a row of `alerts`
        return held(alert_of(row), self._standing(row.fingerprint))


class IntakeBuffer:
    """alerts.ports.Intake: written into the inbox by `flush`, right before the commit, so that writers of it wait for each
    other only that long.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._entries: list[Entry] = []

    def claim(self, observations: Sequence[Observation]) -> None:
        """Take watchbill's own claims in."""
        if observations:
            body = claims_body(observations)
            self._entries.append(Entry(observations[-1].received_at, CLAIMS, len(observations), body))

    def close(self, closing: Closing) -> None:
        """Take a person's "this is over" in."""
        self._entries.append(Entry(closing.received_at, CLOSING, 1, closing_body(closing)))

    @property
    def is_used(self) -> bool:
        """Whether anything was taken in, so that the fold has something to do after the commit."""
        return bool(self._entries)

    def flush(self) -> None:
        """Write what was taken in."""
        if self._entries:
            InboxStore(self._connection).append(self._entries)
