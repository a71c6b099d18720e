"""The forms that bodies in the inbox have, and how each becomes claims. A new protocol adds a row to `READERS`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from watchbill.alerts.model import Closing, Observation
from watchbill.kernel.ids import AlertId

__all__ = ["ALERTMANAGER", "CLAIMS", "CLOSING", "READERS", "claims_body", "closing_body", "read"]

ALERTMANAGER = "alertmanager"  # JSON of Alertmanager's POST /api/v2/alerts, validated and free of empty labels
CLAIMS = "claims"  # watchbill's own alerts
CLOSING = "closing"  # a person resolved an alert
_UNSET_YEAR = 1  # 0001-01-01 is how Go writes a time that is not set

Claims = Sequence[Observation | Closing]
Reader = Callable[[datetime, bytes, int], Claims]


class _Alert(msgspec.Struct, gc=False):
    labels: dict[str, str]
    annotations: dict[str, str] = {}
    startsAt: datetime | None = None  # noqa: N815 - the wire's name
    endsAt: datetime | None = None  # noqa: N815 - the wire's name
    generatorURL: str = ""  # noqa: N815 - the wire's name


class _Claim(msgspec.Struct, array_like=True):
    labels: dict[str, str]
    annotations: dict[str, str]
    starts_at: datetime | None
    ends_at: datetime | None
    generator_url: str
    source: str
    cause: str | None


class _Closing(msgspec.Struct, array_like=True):
    alert: str
    fingerprint: str
    by: str


_alerts = msgspec.json.Decoder(list[_Alert]).decode
_claims = msgspec.msgpack.Decoder(list[_Claim]).decode
_closing = msgspec.msgpack.Decoder(_Closing).decode


def claims_body(claims: Sequence[Observation]) -> bytes:
    """Watchbill's own claims as a body."""
    return msgspec.msgpack.encode(
        [
            _Claim(
                dict(one.labels),
                dict(one.annotations),
                one.starts_at,
                one.ends_at,
                one.generator_url,
                one.source,
                one.cause,
            )
            for one in claims
        ]
    )


def closing_body(closing: Closing) -> bytes:
    """A person's word as a body."""
    return msgspec.msgpack.encode(_Closing(closing.alert, closing.fingerprint, closing.by))


def read(received_at: datetime, source: str, body: bytes, sequence: int) -> Claims:
    """The claims of a body; raises msgspec.MsgspecError or KeyError where it was not written by this version."""
    return READERS[source](received_at, body, sequence)


def _read_alertmanager(received_at: datetime, body: bytes, sequence: int) -> Claims:
    return [
        Observation(
            one.labels,
            one.annotations,
            _set(one.startsAt),
            _set(one.endsAt),
            one.generatorURL,
            received_at,
            ALERTMANAGER,
            sequence + place,
        )
        for place, one in enumerate(_alerts(body))
    ]


def _read_claims(received_at: datetime, body: bytes, sequence: int) -> Claims:
    return [
        Observation(
            one.labels,
            one.annotations,
            one.starts_at,
            one.ends_at,
            one.generator_url,
            received_at,
            one.source,
            sequence + place,
            one.cause,
        )
        for place, one in enumerate(_claims(body))
    ]


def _read_closing(received_at: datetime, body: bytes, _sequence: int) -> Claims:
    one = _closing(body)
    return [Closing(AlertId(one.alert), one.fingerprint, one.by, received_at)]


def _set(moment: datetime | None) -> datetime | None:
    return None if moment is None or moment.year == _UNSET_YEAR else moment


READERS: Mapping[str, Reader] = {
    ALERTMANAGER: _read_alertmanager,
    CLAIMS: _read_claims,
    CLOSING: _read_closing,
}
