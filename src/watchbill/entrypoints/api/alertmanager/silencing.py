"""Silences, as the original takes and shows them; a silenced alert calls nobody."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool

from watchbill.alerts.model import Matcher, MatchOp, Silence, SilenceState
from watchbill.alerts.rules.silencing import same_filter
from watchbill.alerts.service import NewSilence
from watchbill.bootstrap import App
from watchbill.entrypoints.api.alertmanager.answers import Answer, Refusal, said
from watchbill.entrypoints.api.alertmanager.reading import compiled_filter, read_filter
from watchbill.entrypoints.api.alertmanager.request import Request
from watchbill.entrypoints.api.alertmanager.shapes import silence_shown
from watchbill.entrypoints.api.alertmanager.wire import Unreadable, loads, moment_of
from watchbill.kernel.errors import Invalid, NotFound
from watchbill.people.model import Actor

__all__ = ["delete_silence", "get_silence", "get_silences", "post_silence"]

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")
# In the order in which the original finds them missing.
_REQUIRED = ("comment", "createdBy", "endsAt", "matchers", "startsAt")
_MATCHER_FIELDS: Mapping[str, type] = {"isRegex": bool, "name": str, "value": str}
_TEXTS = ("comment", "createdBy", "id", "endsAt", "startsAt")
_OPS = {
    (False, True): MatchOp.EQUAL,
    (False, False): MatchOp.NOT_EQUAL,
    (True, True): MatchOp.REGEX,
    (True, False): MatchOp.NOT_REGEX,
}
MAX_TEXT = 4_000
MAX_MATCHERS = 100


async def get_silences(request: Request) -> Answer:
    """All that are kept, or those whose own matchers include the ones given."""
    request.demand_acceptance()
    compiled_filter(request, "filter")  # compared, never evaluated; a pattern that is none is refused all the same
    wanted = read_filter(request, "filter")
    states = {state for state in SilenceState if request.flag(state.value)}
    return await run_in_threadpool(_list, request.app, wanted, states)


async def get_silence(request: Request) -> Answer:
    """One, expired ones included."""
    request.demand_acceptance()
    return await run_in_threadpool(_show, request.app, _uuid(request))


async def delete_silence(request: Request) -> Answer:
    """End it now; a second time changes nothing."""
    return await run_in_threadpool(_expire, request.app, _uuid(request), request.who)


async def post_silence(request: Request) -> Answer:
    """Make a silence, or change the one whose id is given."""
    body = await request.json_body()
    if not body:
        raise Refusal.framework(422, "silence in body is required", code=602)
    try:
        given = _fields(loads(body))
        new = _new(given)
    except Unreadable as wrong:
        raise Refusal.framework(400, f'parsing silence body from "" failed, because {wrong}') from wrong
    return await run_in_threadpool(_set, request.app, new, request.who)


def _list(app: App, wanted: list[Matcher], states: set[SilenceState]) -> Answer:
    with app.reading() as s:
        kept = [one for one in s.silences.list() if one.state(s.now) in states and same_filter(one, wanted)]
        return Answer(200, [silence_shown(one, s.now) for one in kept])


def _show(app: App, silence: str) -> Answer:
    with app.reading() as s:
        try:
            return Answer(200, silence_shown(s.silences.get(silence), s.now))
        except NotFound:
            return Answer(404)


def _expire(app: App, silence: str, who: Actor) -> Answer:
    with app.transaction() as s:
        try:
            s.silences.expire(silence, by=who.name)
        except NotFound:
            return Answer(404)
        s.audit.record(who.name, "silence.expire", silence)
    return Answer()


def _set(app: App, new: NewSilence, who: Actor) -> Answer:
    with app.transaction() as s:
        if new.starts_at >= new.ends_at:
            raise Refusal.handler(400, "Failed to create silence: start time must be before end time")
        if new.ends_at < s.now:
            raise Refusal.handler(400, "Failed to create silence: end time can't be in the past")
        try:
            made: Silence = s.silences.set(new)
        except NotFound as wrong:
            raise Refusal.handler(404, "silence not found") from wrong
        except Invalid as wrong:
            raise Refusal.handler(400, f"silence invalid: {said(wrong)}") from wrong
        s.audit.record(who.name, "silence.set", made.id, {"created_by": made.created_by, "comment": made.comment})
    return Answer(200, {"silenceID": made.id})


def _uuid(request: Request) -> str:
    if not _UUID.fullmatch(request.parameter):
        message = f'silenceID in path must be of type uuid: "{request.parameter}"'
        raise Refusal.framework(422, message, code=601)
    return request.parameter.lower()


def _fields(found: object) -> dict[str, Any]:  # Any: JSON
    """An object with texts where texts belong; raises Unreadable. `null` is an object without fields, as in the original."""
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Unreadable("json: cannot unmarshal into Go value of type models.PostableSilence")
    for name in _TEXTS:
        if not isinstance(found.get(name), str | None):
            raise Unreadable(f"json: cannot unmarshal into Go struct field .{name} of type string")
    if not isinstance(found.get("matchers"), list | None):
        raise Unreadable("json: cannot unmarshal into Go struct field .matchers of type models.Matchers")
    return found


def _new(given: Mapping[str, Any]) -> NewSilence:  # Any: JSON
    starts_at, ends_at = moment_of(given.get("startsAt")), moment_of(given.get("endsAt"))
    for name in _REQUIRED:
        if given.get(name) is None:
            raise Refusal.framework(422, f"{name} in body is required", code=602)
    matchers = given["matchers"]
    if not matchers:
        raise Refusal.framework(422, "matchers in body should have at least 1 items", code=612)
    if len(matchers) > MAX_MATCHERS:
        raise Refusal.framework(422, f"matchers in body should have at most {MAX_MATCHERS} items", code=611)
    for name in ("comment", "createdBy"):
        if len(given[name]) > MAX_TEXT or "\0" in given[name]:
            raise Refusal.framework(422, f"{name} in body should be at most {MAX_TEXT} chars long", code=603)
    return NewSilence(
        matchers=tuple(_matcher(place, one) for place, one in enumerate(matchers)),
        starts_at=starts_at or _BEGINNING,
        ends_at=ends_at or _BEGINNING,
        created_by=given["createdBy"],
        comment=given["comment"],
        id=given.get("id") or "",
        annotations=_annotations(given.get("annotations")),
    )


def _matcher(place: int, given: object) -> Matcher:
    if not isinstance(given, dict):
        raise Refusal.framework(422, f"matchers.{place} in body is required", code=602)
    for name, kind in _MATCHER_FIELDS.items():
        if given.get(name) is None:
            raise Refusal.framework(422, f"matchers.{place}.{name} in body is required", code=602)
        if not isinstance(given[name], kind):
            raise Unreadable(f"json: cannot unmarshal into Go struct field Matcher.{name} of type {kind.__name__}")
    is_equal = given.get("isEqual")
    op = _OPS[given["isRegex"], is_equal is None or bool(is_equal)]
    return Matcher(given["name"], op, given["value"])


def _annotations(given: object) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise Unreadable("json: cannot unmarshal into Go struct field .annotations of type string")
    return given


_BEGINNING = datetime.fromisoformat("0001-01-01T00:00:00+00:00")
