"""Silences: those that hold or will, what a new one would hide before it is set, and an end to each."""

from datetime import timedelta

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.visit import Go, Shown, Visit
from watchbill.entrypoints.web.words import silences as words
from watchbill.kernel.errors import Invalid
from watchbill.operations import silences

__all__ = ["expire", "index", "set_one"]

USUAL = "2h"


def index(s: Services, visit: Visit) -> Shown:
    """The list; with `match` in the address, what such a silence would hide now."""
    held = silences.list_all(s, visit.who, silences.ListSilences())
    asked = {name: visit.ask(name) or "" for name in ("match", "duration", "comment")}
    asked["duration"] = asked["duration"] or USUAL
    preview, wrong = _preview(s, visit, asked["match"], asked["duration"])
    soon = visit.local.now + timedelta(hours=1)
    return Shown(
        "silences.html",
        {
            "headline": words.headline(held),
            "more": words.more(held, soon, visit),
            "silences": held,
            "asked": asked,
            "preview": preview,
            "told": words.hides(preview) if preview else (),
            "wrong": wrong,
        },
    )


def set_one(s: Services, visit: Visit) -> Go:
    """Set it, for whoever is logged in."""
    given = silences.AddSilence(
        matchers=[visit.need("match")], duration=visit.need("duration"), comment=visit.form.get("comment", "")
    )
    silences.add(s, visit.who, given)
    return Go("/silences", said="saved")


def expire(s: Services, visit: Visit) -> Go:
    """End it now."""
    silences.expire(s, visit.who, silences.NamedSilence(id=visit.params["id"]))
    return Go("/silences", said="removed")


def _preview(s: Services, visit: Visit, match: str, duration: str) -> tuple[silences.SilenceSetView | None, str]:
    """What it would hide, or what is wrong with how it is written."""
    if not match:
        return None, ""
    try:
        given = silences.AddSilence(matchers=[match], duration=duration, dry_run=True)
        return silences.add(s, visit.who, given), ""
    except Invalid as wrong:
        return None, f"{wrong.field}: {wrong.reason}" + (f" ({wrong.hint})" if wrong.hint else "")
