"""Silences: what is quiet and until when, a form that shows first what it would hide, and planned maintenance."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from watchbill.alerts.model import SilenceState
from watchbill.bootstrap import Services
from watchbill.entrypoints.web.visit import Go, Shown, Visit
from watchbill.entrypoints.web.words import silences as words
from watchbill.kernel.errors import Invalid
from watchbill.operations import alerts, maintenance, services, silences

__all__ = ["add", "expire", "form", "index"]

ENDED, HIDDEN, WINDOWS = 20, 20, 20


def index(s: Services, visit: Visit) -> Shown:
    """Silences that hold or will, those that ended lately, and the maintenance of the next four weeks."""
    found = silences.list_all(s, visit.who, silences.ListSilences())
    planned = maintenance.list_all(s, visit.who, maintenance.ListMaintenance())
    ended = silences.list_all(s, visit.who, silences.ListSilences(state=SilenceState.EXPIRED))
    return Shown(
        "silences.html",
        {
            "headline": words.headline(found, planned),
            "more": words.more(found, planned, visit.local),
            "silences": found,
            "ended": ended[:ENDED],
            "windows": planned[:WINDOWS],
            "unshown": max(0, len(planned) - WINDOWS),
        },
    )


def form(s: Services, visit: Visit) -> Shown:
    """What shall be quiet; once that is written down, what it would hide, and the button that does it."""
    known = silences.show(s, visit.who, silences.NamedSilence(id=visit.query["id"])) if visit.ask("id") else None
    text = visit.query.get("matchers", "").strip() or "\n".join(known.matchers if known else ())
    wrong: Invalid | None = None
    trial: silences.SilenceSetView | None = None
    if text and visit.ask("duration"):
        try:
            trial = silences.add(s, visit.who, _given(visit.query, visit.local.zone, dry_run=True))
        except Invalid as error:
            wrong = error
    hidden = trial.hides if trial else []
    return Shown(
        "silence.html",
        {
            "headline": words.form_headline(trial, known),
            "more": words.form_more(trial, visit.local),
            "wrong": wrong,
            "trial": trial,
            "hidden": [alerts.show(s, visit.who, alerts.NamedAlert(id=each)) for each in hidden[:HIDDEN]],
            "asked": {
                "id": known.id if known else "",
                "matchers": text,
                "starts": visit.query.get("starts", _written(known.starts_at, visit, s.now) if known else ""),
                "duration": visit.ask("duration") or "2h",
                "comment": visit.query.get("comment", known.comment if known else ""),
            },
            "services": services.names(s, visit.who),
        },
        status=422 if wrong else 200,
    )


def add(s: Services, visit: Visit) -> Go:
    """Keep matching alerts quiet from now on or from later, or change what was set."""
    made = silences.add(s, visit.who, _given(visit.form, visit.local.zone, dry_run=False))
    return Go("/silences", said="silenced" if made.state is SilenceState.ACTIVE else "planned")


def expire(s: Services, visit: Visit) -> Go:
    """End it now."""
    silences.expire(s, visit.who, silences.NamedSilence(id=visit.params["id"]))
    return Go("/silences", said="expired")


def _written(starts_at: datetime, visit: Visit, now: datetime) -> str:
    """A start that lies ahead, as the field shows it; one that is past does not change any more."""
    return f"{visit.local.at(starts_at):%Y-%m-%dT%H:%M}" if starts_at > now else ""


def _start(text: str, zone: ZoneInfo) -> datetime | None:
    """The start on the viewer's clock; None where it is now."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=zone).astimezone(UTC)
    except ValueError as wrong:
        raise Invalid("starts", f"{text!r} is not a time", hint="write 2026-11-24T09:00") from wrong


def _given(fields: Mapping[str, str], zone: ZoneInfo, *, dry_run: bool) -> silences.AddSilence:
    """One matcher, or several with commas, in each line."""
    lines = [line.strip() for line in fields.get("matchers", "").splitlines() if line.strip()]
    if not lines:
        raise Invalid("matchers", "say which alerts shall be quiet", hint='service="checkout"')
    return silences.AddSilence(
        matchers=lines, duration=fields.get("duration", "").strip(), comment=fields.get("comment", "").strip(),
        starts_at=_start(fields.get("starts", ""), zone), id=fields.get("id", ""), dry_run=dry_run,
    )  # fmt: skip
