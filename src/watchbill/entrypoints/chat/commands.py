"""From a command to an operation, and from its answer to words. Each runs as its REST route does, by the person's own rights."""

from collections.abc import Callable, Mapping
from typing import Any

from watchbill.bootstrap import Services
from watchbill.chat.model import Command
from watchbill.chat.rules.commands import COMMANDS, Asked, Verb, help_words
from watchbill.chat.rules.identity import strip_mention
from watchbill.entrypoints.chat import words
from watchbill.kernel.errors import Invalid, NotFound
from watchbill.kernel.ids import kind_of
from watchbill.operations.run import perform
from watchbill.operations.table import operation
from watchbill.people.model import Actor

__all__ = ["carry_out"]

_PAGES = {"escalation", "page", "delivery", "alert"}
_LISTED = 5
Json = Any  # Any: what operations answer
Plan = tuple[str, dict[str, object], Callable[[Json], str]]


def carry_out(s: Services, heard: Command, asked: Asked) -> str:
    """Do it, and the reply; raises what the operation raises."""
    prefix = s.chat.chats[heard.provider].prefix if heard.provider in s.chat.chats else "/wb"
    if asked.verb is Verb.HELP:
        return help_words(prefix)
    if asked.verb is Verb.LINK:
        link = s.chat.linking.link(heard, asked.words)
        return f"You are {link.person} here from now on. {prefix} help lists what you can say."
    who = s.chat.linking.actor(heard.provider, heard.user)
    if asked.verb is Verb.UNLINK:
        s.chat.linking.unlink(heard.provider, heard.user, who)
        return f"You no longer act as {who.name} here."
    name, fields, say = _plan(s, heard, asked, who)
    answer = perform(s, who, operation(name), fields)
    if COMMANDS[asked.verb].writes:
        subject = str(fields.get("id") or (answer.get("id") if isinstance(answer, dict) else "") or name)
        s.audit.record(
            who.name, "chat.command", subject, {"via": heard.provider, "user": heard.user, "operation": name}
        )
    return say(answer)


def _plan(s: Services, heard: Command, asked: Asked, who: Actor) -> Plan:
    match asked.verb:
        case Verb.ONCALL:
            return "oncall.now", {"service": asked.words} if asked.words else {}, words.watch
        case Verb.DECLARE:
            return "incident.start", _declared(asked), words.declared
        case Verb.ACK | Verb.ESCALATE:
            return _page_plan(s, heard, asked, who)
        case Verb.STATUS if _incident(s, heard, asked) is None:
            return "incident.list", {"open": True}, words.open_ones
        case _:
            incident = _incident(s, heard, asked)
            if incident is None:
                raise _which(s, who, asked)
            name, fields, say = _INCIDENT[asked.verb](s, heard, asked, who)
            return name, {"id": incident, **fields}, say


def _page_plan(s: Services, heard: Command, asked: Asked, who: Actor) -> Plan:
    """An incident, a page by its id, or, outside of a room, the one call to this person that nobody has answered."""
    acks = asked.verb is Verb.ACK
    first = asked.words.split(" ", 1)[0]
    if kind_of(first) in _PAGES:
        return ("page.ack" if acks else "page.escalate"), {"id": first}, words.taken if acks else words.escalated
    incident = _incident(s, heard, asked)
    if incident is not None:
        return ("incident.ack", {"id": incident}, words.incident) if acks else ("page.escalate", {"id": s.incidents.find(incident).id}, words.escalated)  # fmt: skip
    calls = [one for one in s.paging.escalations(unresolved=True, person=who.name) if one.status.is_unanswered]
    if len(calls) == 1:
        return ("page.ack" if acks else "page.escalate"), {"id": calls[0].id}, words.taken if acks else words.escalated
    if not calls:
        raise NotFound("call to you that nobody has answered", who.name, hint=f"name one: {asked.verb} INC-12")
    listed = "\n".join(f"{asked.verb} {one.id} - {one.title}" for one in calls[:_LISTED])
    raise Invalid("command", f"{len(calls)} calls to you are not answered; say which:\n{listed}")


def _declared(asked: Asked) -> dict[str, object]:
    fields: dict[str, object] = {"title": asked.words, "read_text": True}
    fields |= {name: asked.options[name] for name in ("severity", "service") if asked.options.get(name)}
    return fields | ({"confirm": True} if "confirm" in asked.options else {})


def _severity(_s: Services, _heard: Command, asked: Asked, _who: Actor) -> Plan:
    level, _, rest = asked.words.partition(" ")
    if not level:
        raise Invalid("severity", "is missing", hint="sev 1")
    return (
        "incident.severity",
        {"severity": level, "reason": asked.options.get("reason") or rest.strip()},
        words.incident,
    )


def _role(s: Services, heard: Command, asked: Asked, who: Actor) -> Plan:
    role, _, named = asked.words.rpartition(" ")
    if not role:
        raise Invalid("role", "says not who", hint="role ic @ann, or role ic none")
    fields = {"role": role, "summary": asked.options.get("summary", "")}
    return "incident.role", {**fields, "person": _person(s, heard, named, who)}, words.roles


def _person(s: Services, heard: Command, named: str, who: Actor) -> str | None:
    """The person who is meant: by handle, by mention, `me`, or nobody."""
    if named.lower() in {"none", "nobody", "-"}:
        return None
    if named.lower() == "me":
        return who.name
    word, is_user = strip_mention(named)
    known = {one.name for one in s.people.persons()}
    if not is_user and word in known:
        return word
    users = [word] if is_user else list(heard.mentions)
    people = [person for user in users if (person := s.chat.linking.person(heard.provider, user))]
    if len(people) == 1:
        return people[0]
    raise NotFound(
        "person", named, known=sorted(known), hint="use the handle of the rota, or let them say `link CODE` once"
    )


def _update(_s: Services, _heard: Command, asked: Asked, _who: Actor) -> Plan:
    if not asked.words:
        return "incident.update", {}, words.draft
    fields: dict[str, object] = {"send": True} if asked.words.lower() == "send" else {"send": True, "text": asked.words}
    return "incident.update", fields, words.sent


def _resolve(_s: Services, _heard: Command, asked: Asked, _who: Actor) -> Plan:
    fields: dict[str, object] = {"root_cause": asked.words or None, "all_clear": "all-clear" in asked.options}
    fields |= {name: asked.options[name] for name in ("override", "reason") if asked.options.get(name)}
    return "incident.resolve", fields, words.incident


_INCIDENT: Mapping[Verb, Callable[[Services, Command, Asked, Actor], Plan]] = {
    Verb.SEV: _severity,
    Verb.ROLE: _role,
    Verb.UPDATE: _update,
    Verb.RESOLVE: _resolve,
    Verb.MITIGATE: lambda _s, _heard, asked, _who: ("incident.mitigate", {"how": asked.words or None}, words.incident),
    Verb.CLOSE: lambda _s, _heard, asked, _who: ("incident.close", {"reason": asked.words}, words.incident),
    Verb.REOPEN: lambda _s, _heard, asked, _who: ("incident.reopen", {"reason": asked.words}, words.incident),
    Verb.NOTE: lambda _s, heard, asked, _who: ("incident.note", {"text": asked.words, "at": heard.at}, words.noted),
    Verb.DECISION: lambda _s, heard, asked, _who: ("incident.note", {"text": asked.words, "at": heard.at, "kind": "decision"}, words.noted),
    Verb.STATUS: lambda _s, _heard, _asked, _who: ("incident.show", {}, words.status),
}  # fmt: skip


def _incident(s: Services, heard: Command, asked: Asked) -> str | None:
    """The one that is named, else that of the room; None where neither says."""
    if asked.incident is not None:
        return asked.incident
    room = s.chat.room(heard)
    return room.incident if room else None


def _which(s: Services, who: Actor, asked: Asked) -> Invalid:
    """Never a guess: the newest open ones, ready to be said again."""
    found: Json = perform(s, who, operation("incident.list"), {"open": True, "limit": _LISTED})
    rest = f" {asked.words}" if asked.words else ""
    listed = "\n".join(f"{asked.verb} INC-{one['number']}{rest} - {one['title']}" for one in found["items"])
    return Invalid("command", "this is no incident's room; say which:\n" + listed if listed else "no incident is open")
