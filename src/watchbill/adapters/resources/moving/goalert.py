"""GoAlert: users, rotations, schedules with rules, escalation policies and services, as its GraphQL API answers them.

Every rule of a GoAlert schedule that holds at a moment puts its people on call. A schedule here has one person at a time, so
each target of a schedule becomes a schedule of its own, and whoever escalates to the schedule calls all of them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from watchbill.adapters.resources.moving.moved import Json, Moved, Names
from watchbill.adapters.resources.moving.rendered import Entry, difference
from watchbill.adapters.resources.moving.times import DAY, DAYS, WEEK, is_zone, local_text, moment, text, wall
from watchbill.adapters.resources.moving.turning import layer_spec
from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import duration_text

__all__ = ["read"]

_UNITS = {"hourly": timedelta(hours=1), "daily": DAY, "weekly": WEEK}
_CHANNELS = {"SMS": "sms", "VOICE": "voice", "EMAIL": "email", "WEBHOOK": "webhook"}
_SORTS = ("users", "rotations", "schedules", "escalationPolicies", "services")
Thing = Mapping[str, Json]


def read(documents: Sequence[Json], now: datetime) -> Moved:
    """Resources for the answers of an API; `now` decides where rotations stand."""
    return _Reading(documents, now).done()


def _nodes(documents: Sequence[Json], sort: str) -> list[Thing]:
    """All things of a sort: `{"data": {"users": {"nodes": [..]}}}`, and `{"data": {"schedule": {..}}}` for one of them."""
    found: dict[str, Thing] = {}
    singular = "escalationPolicy" if sort == "escalationPolicies" else sort.removesuffix("s")
    for document in documents:
        data = document.get("data", document) if isinstance(document, Mapping) else {}
        many = data.get(sort) if isinstance(data, Mapping) else None
        nodes = many.get("nodes", []) if isinstance(many, Mapping) else many or []
        one = data.get(singular) if isinstance(data, Mapping) else None
        for thing in (*nodes, *((one,) if isinstance(one, Mapping) else ())):
            found.setdefault(text(thing, "id"), thing)
    return list(found.values())


class _Reading:
    """One import."""

    def __init__(self, documents: Sequence[Json], now: datetime) -> None:
        self._now = now
        self._moved = Moved()
        self._things = {sort: _nodes(documents, sort) for sort in _SORTS}
        self._rotations = {text(one, "id"): one for one in self._things["rotations"]}
        self._people, self._policies, self._services, self._watches = Names(), Names(), Names(), Names()
        self._schedules_of: dict[str, list[str]] = {}
        for user in self._things["users"]:
            email = text(user, "email").partition("@")[0]
            self._people.add(text(user, "id"), email or text(user, "name"))
        for one in self._things["escalationPolicies"]:
            self._policies.add(text(one, "id"), text(one, "name"))

    def done(self) -> Moved:
        """Everything."""
        if not any(self._things.values()):
            raise Invalid("FILE", "holds nothing that GoAlert's GraphQL API answers", hint="save {data: {users: {nodes}}}, rotations, schedules, escalationPolicies as JSON")  # fmt: skip
        for user in self._things["users"]:
            self._person(user)
        for schedule in self._things["schedules"]:
            self._schedule(schedule)
        for one in self._things["escalationPolicies"]:
            self._policy(one)
        for one in self._things["services"]:
            self._service(one)
        return self._moved

    def _person(self, user: Thing) -> None:
        name = self._people.get(text(user, "id")) or ""
        spec: dict[str, Any] = {"name": name, "full_name": text(user, "name") or None, "email": text(user, "email") or None}  # Any: JSON  # fmt: skip
        contacts, channels = [], {}
        for one in user.get("contactMethods") or ():
            channel = _CHANNELS.get(text(one, "type"))
            if channel is None:
                self._moved.lost(f"person {name}", f"a contact over {text(one, 'type')}")
            elif not one.get("disabled"):
                channels[text(one, "id")] = channel
                contacts.append({"channel": channel, "address": text(one, "value")})
        rules = [
            {"after": f"{minutes}m" if (minutes := int(rule.get("delayMinutes") or 0)) else "0s", "channel": channels[method]}
            for rule in user.get("notificationRules") or ()
            if (method := text(rule, "contactMethodID") or text(rule.get("contactMethod") or {}, "id")) in channels
        ]  # fmt: skip
        found = {"contacts": contacts, "notification_rules": rules}
        self._add("person", spec | {key: value for key, value in found.items() if value})

    # --- schedules

    def _schedule(self, one: Thing) -> None:
        title, identifier, zone = text(one, "name"), text(one, "id"), text(one, "timeZone") or "UTC"
        about = f"schedule {title}"
        if not is_zone(zone):
            self._moved.lost(about, f"time zone {zone!r} is no IANA zone: UTC is written", differs=True)
            zone = "UTC"
        targets = [each for each in one.get("targets") or () if each.get("rules")]
        for each in targets:
            target = each.get("target") or {}
            layer = self._layer(target, each["rules"], about, ZoneInfo(zone))
            if layer is None:
                continue
            wished = title if len(targets) == 1 else f"{title} {text(target, 'name')}"
            name = self._watches.add(f"{identifier}.{text(target, 'id')}", wished)
            spec: dict[str, Any] = {"name": name, "timezone": zone, "layers": [layer]}  # Any: JSON
            if overrides := self._temporary(one, about, ZoneInfo(zone), alone=len(targets) == 1):
                spec["overrides"] = overrides
            if len(targets) == 1 and (differs := difference(spec, self._entries(one))) is not None:
                self._moved.lost(about, f"the final schedule is not theirs: {differs}", differs=True)
            self._schedules_of.setdefault(identifier, []).append(name)
            self._add("schedule", spec)
        if identifier not in self._schedules_of:
            self._moved.lost(about, "no rule of it puts anybody on call: left out", differs=True)

    def _layer(self, target: Thing, rules: Sequence[Thing], about: str, zone: ZoneInfo) -> dict[str, Any] | None:  # Any: JSON  # fmt: skip
        hours = [found for rule in rules if (found := _restriction(rule))]
        # A rule for the whole week makes the others needless.
        restrictions = [] if any(not one for one in hours) or _always(rules) else hours
        name = text(target, "name") or "rotation"
        try:
            if text(target, "type") == "user":
                person = self._people.get(text(target, "id"))
                start = wall(self._now.isoformat(), zone).replace(hour=0, minute=0, second=0, microsecond=0)
                people, turn, phase = [person] if person else [], WEEK, start
            else:
                people, turn, phase = self._turns(target, about, zone)
            if not people:
                self._moved.lost(about, f"{name} is not in the export, or nobody is in it", differs=True)
                return None
            return layer_spec(name, phase=phase, start=phase, turn=turn, people=people, restrictions=restrictions)
        except (Invalid, ValidationError, ValueError, KeyError) as wrong:
            self._moved.lost(about, f"{name} is left out: {wrong}", differs=True)
            return None

    def _turns(self, target: Thing, about: str, zone: ZoneInfo) -> tuple[list[str], timedelta, datetime]:
        """People, length and a hand-off of a rotation, so that the one who is active now stands watch now."""
        rotation = self._rotations.get(text(target, "id"))
        if rotation is None:
            return [], WEEK, datetime.min  # noqa: DTZ901 - nobody, so no time is read
        own = text(rotation, "timeZone")
        if own and own != zone.key:
            self._moved.lost(about, f"rotation {text(rotation, 'name')} turns by the clock of {own}: here by the schedule's", differs=True)  # fmt: skip
        users = rotation.get("userIDs") or [text(user, "id") for user in rotation.get("users") or ()]
        people = [name for user in users if (name := self._people.get(user))]
        if len(people) < len(users):
            self._moved.lost(about, f"rotation {text(rotation, 'name')} names people who are not in the export", differs=True)  # fmt: skip
        turn = _UNITS[text(rotation, "type")] * int(rotation.get("shiftLength") or 1)
        start = wall(text(rotation, "start"), zone)
        passed = (wall(self._now.isoformat(), zone) - start) // turn
        phase = start + passed * turn
        active = int(rotation.get("activeUserIndex") or 0) % max(1, len(people))
        return [*people[active:], *people[:active]], turn, phase

    def _temporary(self, one: Thing, about: str, zone: ZoneInfo, *, alone: bool) -> list[dict[str, Json]]:
        """Temporary schedules take the place of everything for a while: overrides, where there is one target."""
        found: list[dict[str, Json]] = []
        for each in one.get("temporarySchedules") or ():
            if moment(text(each, "end")) <= self._now:
                continue
            if not alone:
                self._moved.lost(
                    about, f"a temporary schedule until {text(each, 'end')}: write overrides", differs=True
                )
                continue
            for shift in each.get("shifts") or ():
                person = self._people.get(text(shift, "userID"))
                if person:
                    span = {"start": local_text(moment(text(shift, "start")), zone), "end": local_text(moment(text(shift, "end")), zone)}  # fmt: skip
                    found.append(span | {"person": person})
        return found

    def _entries(self, one: Thing) -> list[Entry]:
        return [
            (moment(text(shift, "start")), moment(text(shift, "end")), self._people.get(text(shift, "userID")) or "")
            for shift in one.get("shifts") or ()
        ]

    # --- policies and services

    def _policy(self, one: Thing) -> None:
        name = self._policies.get(text(one, "id")) or ""
        steps: list[dict[str, Json]] = []
        for step in one.get("steps") or ():
            targets = [found for target in step.get("targets") or () for found in self._targets(target, name)]
            if targets:
                wait = timedelta(minutes=int(step.get("delayMinutes") or 15))
                steps.append({"notify": list(dict.fromkeys(targets)), "wait": duration_text(wait)})
        if not steps:
            self._moved.lost(f"escalation policy {name}", "no step is left: left out", differs=True)
            return
        self._add("escalation_policy", {"name": name, "steps": steps, "repeat": int(one.get("repeat") or 0)})

    def _targets(self, target: Thing, policy: str) -> list[str]:
        sort, identifier = text(target, "type"), text(target, "id")
        if sort == "user" and (person := self._people.get(identifier)):
            return [f"person:{person}"]
        if sort == "schedule" and identifier in self._schedules_of:
            return [f"schedule:{one}" for one in self._schedules_of[identifier]]
        if sort == "rotation" and identifier in self._rotations:
            return [f"schedule:{self._alone(identifier)}"]
        shown = text(target, "name") or identifier
        self._moved.lost(f"escalation policy {policy}", f"target {sort} {shown!r} has no counterpart or is not in the export", differs=True)  # fmt: skip
        return []

    def _alone(self, rotation: str) -> str:
        """The schedule of a rotation that a policy calls by itself, made on first use."""
        known = self._schedules_of.get(rotation)
        if known:
            return known[0]
        one = self._rotations[rotation]
        zone = ZoneInfo(text(one, "timeZone") or "UTC")
        name = self._watches.add(rotation, text(one, "name"))
        layer = self._layer(
            {"id": rotation, "type": "rotation", "name": text(one, "name")}, (), f"rotation {name}", zone
        )
        if layer is not None:
            self._add("schedule", {"name": name, "timezone": zone.key, "layers": [layer]})
        self._schedules_of[rotation] = [name]
        return name

    def _service(self, one: Thing) -> None:
        name = self._services.add(text(one, "id"), text(one, "name"))
        policy = self._policies.get(text(one, "escalationPolicyID") or text(one.get("escalationPolicy") or {}, "id"))
        self._add("service", {"name": name, "description": text(one, "description") or None})
        self._add("integration", {"name": name, "service": name})
        self._moved.lost(f"integration {name}", f"its key is new: `watchbill token create --intake {name}`")
        if policy is None:
            self._moved.lost(f"service {name}", "its escalation policy is not in the export", differs=True)
            return
        self._add("route", {"name": name, "match": [f'service="{name}"'], "escalation_policy": policy})

    def _add(self, kind: str, spec: Mapping[str, Json]) -> None:
        self._moved.resources.append((kind, {key: value for key, value in spec.items() if value is not None}))


def _restriction(rule: Thing) -> dict[str, Json]:
    """`weekdayFilter` begins with Sunday; equal times are the whole day."""
    flags = list(rule.get("weekdayFilter") or [True] * 7)
    days = [DAYS[(at - 1) % 7] for at, on in enumerate(flags) if on]
    return {"days": sorted(days, key=DAYS.index), "from": text(rule, "start")[:5] or "00:00", "to": text(rule, "end")[:5] or "00:00"} if days else {}  # fmt: skip


def _always(rules: Sequence[Thing]) -> bool:
    """Whether one of the rules is the whole week."""
    return any(
        all(rule.get("weekdayFilter") or [True]) and text(rule, "start")[:5] == text(rule, "end")[:5] for rule in rules
    )
