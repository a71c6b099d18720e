"""POST /alerts: read, judge one by one, and answer when the good ones are on disk."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from watchbill.alerts.model import Observation
from watchbill.alerts.rules.validity import bounds_fault, label_fault, time_fault
from watchbill.entrypoints.api.alertmanager.answers import Answer, Refusal
from watchbill.entrypoints.api.alertmanager.request import Request
from watchbill.entrypoints.api.alertmanager.wire import Postable, decode, encode, is_address, strictly
from watchbill.kernel.crashpoint import crashpoint

__all__ = ["post_alerts"]

SOURCE = "alertmanager"
_UNSET_YEAR = 1
# A password within an address; it has no business in an alert, and the inbox is kept for days.
_PASSWORD = re.compile(r"(://[^/\s\"@:]*):[^/\s\"@]*@")
_PASSWORD_BYTES = re.compile(_PASSWORD.pattern.encode())
_DONE = Answer()


async def post_alerts(request: Request) -> Answer:
    """Every good alert of the body is stored, also where others are not and the answer is 400."""
    body = await request.json_body()
    if not body:
        raise Refusal.framework(422, "alerts in body is required", code=602)
    now = request.app.clock.now()
    crashpoint("after_receive")
    patience = request.app.alert_parts.fold.resolve_timeout
    quick = _quickly(body, now, patience)
    if quick is not None:
        if quick:
            await request.app.inbox.receive(SOURCE, body, quick)
        return _DONE
    judged = _Judged.of(decode(body), now, patience)
    if judged.good:
        await request.app.inbox.receive(SOURCE, encode(judged.good), len(judged.good))
    return judged.answer()


def _quickly(body: bytes, now: datetime, patience: timedelta) -> int | None:
    """How many alerts the body holds, if it can be stored as it is: nothing in it wants a second look."""
    try:
        found = strictly(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    latest_start = now + patience
    for alert in found:
        starts_at, ends_at = alert.startsAt, alert.endsAt
        if starts_at is not None and (
            starts_at > latest_start or (ends_at is not None and ends_at < starts_at and ends_at.year != _UNSET_YEAR)
        ):
            return None
        if alert.generatorURL and not is_address(alert.generatorURL):
            return None
    if b"\\u0000" in body or _PASSWORD_BYTES.search(body):
        return None
    return len(found)


@dataclass(slots=True)
class _Judged:
    """A body whose alerts were looked at one by one."""

    good: list[Postable] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)  # in the original's words
    excess: tuple[str, str] | None = None  # beyond watchbill's bounds: where and what

    @classmethod
    def of(cls, alerts: Sequence[Postable], now: datetime, patience: timedelta) -> "_Judged":
        judged = cls()
        for place, alert in enumerate(alerts):
            claim = Observation(alert.labels, alert.annotations, alert.startsAt, alert.endsAt, "", now)
            if fault := time_fault(claim, patience) or label_fault(alert.labels, alert.annotations):
                judged.faults.append(fault)
            elif found := bounds_fault(alert.labels, alert.annotations):
                judged.excess = judged.excess or (f"{place}.{found[0]}", found[1])
            else:
                judged.good.append(_without_passwords(alert))
        return judged

    def answer(self) -> Answer:
        """200 where all were good; the bounds speak first, for no sender of the original expects them."""
        if self.excess is not None:
            where, what = self.excess
            return Refusal.framework(422, f"{where} in body: {what}", code=605).answer
        return Answer(400, "; ".join(self.faults)) if self.faults else _DONE


def _without_passwords(alert: Postable) -> Postable:
    """Labels stay as they are: they are the alert's identity."""
    return Postable(
        labels=alert.labels,
        annotations={name: _PASSWORD.sub(r"\1:***@", value) for name, value in alert.annotations.items()},
        startsAt=alert.startsAt,
        endsAt=alert.endsAt,
        generatorURL=_PASSWORD.sub(r"\1:***@", alert.generatorURL),
    )
