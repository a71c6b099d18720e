"""The forms that bodies in the inbox have, and how each becomes claims. A new protocol adds a row to `READERS`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from watchbill.alerts.model import Closing, Observation, Parcel, Says, SenderWord
from watchbill.alerts.service.folding import Claim
from watchbill.kernel.ids import AlertId

__all__ = [
    "ALERTMANAGER",
    "CLAIMS",
    "CLOSING",
    "PARCEL",
    "READERS",
    "claims_body",
    "closing_body",
    "parcel_body",
    "parcel_of",
    "read",
]

ALERTMANAGER = "alertmanager"  # JSON of Alertmanager's POST /api/v2/alerts, validated and free of empty labels
CLAIMS = "claims"  # watchbill's own alerts
CLOSING = "closing"  # a person resolved an alert
PARCEL = "parcel"  # any other protocol: the body as it was received, and the claims that were read out of it
_UNSET_YEAR = 1  # 0001-01-01 is how Go writes a time that is not set

Claims = Sequence[Claim]
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
    key: str = ""


class _Word(msgspec.Struct, array_like=True):
    key: str
    says: str
    by: str
    note: str
    labels: dict[str, str]
    annotations: dict[str, str]


class _Parcel(msgspec.Struct, array_like=True):
    protocol: str
    integration: str
    raw: bytes
    alerts: list[tuple[int, _Claim]]  # each with its place among all claims
    words: list[tuple[int, _Word]]


class _Closing(msgspec.Struct, array_like=True):
    alert: str
    fingerprint: str
    by: str


_alerts = msgspec.json.Decoder(list[_Alert]).decode
_claims = msgspec.msgpack.Decoder(list[_Claim]).decode
_closing = msgspec.msgpack.Decoder(_Closing).decode
_parcel = msgspec.msgpack.Decoder(_Parcel).decode


def claims_body(claims: Sequence[Observation]) -> bytes:
    """Watchbill's own claims as a body."""
    return msgspec.msgpack.encode([_claim(one) for one in claims])


def _claim(one: Observation) -> _Claim:
    return _Claim(
        dict(one.labels),
        dict(one.annotations),
        one.starts_at,
        one.ends_at,
        one.generator_url,
        one.source,
        one.cause,
        one.key,
    )


def parcel_body(parcel: Parcel) -> bytes:
    """A parcel as a body."""
    alerts, words = list[tuple[int, _Claim]](), list[tuple[int, _Word]]()
    for place, one in enumerate(parcel.claims):
        if isinstance(one, Observation):
            alerts.append((place, _claim(one)))
        else:
            word = _Word(one.key, one.says.value, one.by, one.note, dict(one.labels), dict(one.annotations))
            words.append((place, word))
    return msgspec.msgpack.encode(_Parcel(parcel.protocol, parcel.integration, parcel.raw, alerts, words))


def parcel_of(body: bytes, received_at: datetime, sequence: int = 0) -> Parcel:
    """The parcel of a body."""
    one = _parcel(body)
    claims: dict[int, Observation | SenderWord] = {
        place: _observation(alert, received_at, sequence + place) for place, alert in one.alerts
    }
    claims |= {
        place: SenderWord(word.key, Says(word.says), received_at, word.by, word.note, word.labels, word.annotations)
        for place, word in one.words
    }
    return Parcel(one.protocol, one.integration, one.raw, tuple(claims[place] for place in sorted(claims)))


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
    return [_observation(one, received_at, sequence + place) for place, one in enumerate(_claims(body))]


def _read_parcel(received_at: datetime, body: bytes, sequence: int) -> Claims:
    return parcel_of(body, received_at, sequence).claims


def _observation(one: _Claim, received_at: datetime, sequence: int) -> Observation:
    return Observation(
        one.labels,
        one.annotations,
        one.starts_at,
        one.ends_at,
        one.generator_url,
        received_at,
        one.source,
        sequence,
        one.cause,
        one.key,
    )


def _read_closing(received_at: datetime, body: bytes, _sequence: int) -> Claims:
    one = _closing(body)
    return [Closing(AlertId(one.alert), one.fingerprint, one.by, received_at)]


def _set(moment: datetime | None) -> datetime | None:
    return None if moment is None or moment.year == _UNSET_YEAR else moment


READERS: Mapping[str, Reader] = {
    ALERTMANAGER: _read_alertmanager,
    CLAIMS: _read_claims,
    CLOSING: _read_closing,
    PARCEL: _read_parcel,
}
