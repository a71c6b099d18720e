"""Senders that speak JSON of their own: their mappings, tried on the last payloads before anything is applied."""

import json
from itertools import takewhile
from textwrap import dedent
from typing import Any

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.visit import Shown, Visit
from watchbill.entrypoints.web.words import senders as words
from watchbill.kernel.errors import Invalid
from watchbill.operations import replay, resources

__all__ = ["index", "show"]

SHOWN, LONGEST = 5, 4_000


def index(s: Services, visit: Visit) -> Shown:
    """The integrations of the resources."""
    known = resources.list_all(s, visit.who, resources.ListResources(kind="integration"))
    return Shown("senders.html", {"headline": words.headline(len(known)), "names": [one.name for one in known]})


def show(s: Services, visit: Visit) -> Shown:
    """One mapping as it is or as it is tried, beside what it makes of the last payloads. Nothing changes."""
    name = visit.params["name"]
    own = _mapping(resources.show(s, visit.who, resources.NamedResource(kind="integration", name=name)).yaml)
    tried = visit.query.get("yaml", "").replace("\r\n", "\n").strip()
    wrong: Invalid | None = None
    found: list[replay.PreviewView] = []
    try:
        given = replay.PreviewMapping(name=name, yaml=tried or None, limit=SHOWN)
        found = replay.preview(s, visit.who, given)
    except Invalid as error:
        wrong = error
    return Shown(
        "sender.html",
        {
            "name": name,
            "headline": words.tried(found, is_own=not tried or tried == own.strip()),
            "wrong": wrong,
            "yaml": tried or own,
            "previews": [{**one.model_dump(), "payload": _payload(one.payload)} for one in found],
        },
        status=422 if wrong else 200,
    )


def _mapping(document: str) -> str:
    """The part of the resource's YAML that is its mapping, as it can be tried and put back; empty where it has none."""
    _, begins, rest = document.partition("\n  mapping:\n")
    inner = takewhile(lambda line: line.startswith("    ") or not line.strip(), rest.splitlines())
    return dedent("\n".join(["  mapping:", *inner])).strip() if begins else ""


def _payload(payload: Any) -> str:  # Any: whatever the sender sent
    text = payload if isinstance(payload, str) else json.dumps(payload, indent=2, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
