"""Silences: what is quiet and until when, a form that shows first what it would hide, and planned maintenance."""

from collections.abc import Mapping

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
    text = visit.query.get("matchers", "").strip()
    wrong: Invalid | None = None
    trial: silences.SilenceSetView | None = None
    if text and visit.ask("duration"):
        try:
            trial = silences.add(s, visit.who, _given(visit.query, dry_run=True))
        except Invalid as error:
            wrong = error
    hidden = trial.hides if trial else []
    return Shown(
        "silence.html",
        {
            "headline": words.form_headline(trial),
            "more": words.form_more(trial, visit.local),
            "wrong": wrong,
            "trial": trial,
            "hidden": [alerts.show(s, visit.who, alerts.NamedAlert(id=each)) for each in hidden[:HIDDEN]],
            "asked": {
                "matchers": text,
                "duration": visit.ask("duration") or "2h",
                "comment": visit.ask("comment") or "",
            },
            "services": services.names(s, visit.who),
        },
        status=422 if wrong else 200,
    )


def add(s: Services, visit: Visit) -> Go:
    """Keep matching alerts quiet from now on."""
    silences.add(s, visit.who, _given(visit.form, dry_run=False))
    return Go("/silences", said="silenced")


def expire(s: Services, visit: Visit) -> Go:
    """End it now."""
    silences.expire(s, visit.who, silences.NamedSilence(id=visit.params["id"]))
    return Go("/silences", said="expired")


def _given(fields: Mapping[str, str], *, dry_run: bool) -> silences.AddSilence:
    """One matcher, or several with commas, in each line."""
    lines = [line.strip() for line in fields.get("matchers", "").splitlines() if line.strip()]
    if not lines:
        raise Invalid("matchers", "say which alerts shall be quiet", hint='service="checkout"')
    return silences.AddSilence(
        matchers=lines, duration=fields.get("duration", "").strip(), comment=fields.get("comment", "").strip(),
        dry_run=dry_run,
    )  # fmt: skip
