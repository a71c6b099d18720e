"""Grafana OnCall: users, teams, schedules with shifts, escalation chains and integrations, as its HTTP API answers them.

Several people may stand watch at the same time there. A schedule here has one person at a time, so each further seat becomes a
schedule of its own, and whoever escalates to the schedule calls all of them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from watchbill.adapters.resources.moving.grafana_shifts import ONCE, Turns, together, turns_of
from watchbill.adapters.resources.moving.moved import Json, Moved, Names
from watchbill.adapters.resources.moving.rendered import Entry, difference
from watchbill.adapters.resources.moving.times import is_zone, moment, text
from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import duration_text

__all__ = ["read"]

_SHIFTS = {"single_event", "recurrent_event", "rolling_users", "override"}
_SCHEDULES = {"ical", "calendar", "web"}
_REPEATS = 5  # how often their `repeat_escalation` begins again
_LAST_WAIT = timedelta(minutes=5)
_RULES = {"notify_by_email": "email", "notify_by_mobile_app": "push", "notify_by_mobile_app_critical": "push"}
Thing = Mapping[str, Json]


def read(documents: Sequence[Json], now: datetime) -> Moved:
    """Resources for the answers of an API; `now` decides which shifts are over."""
    return _Reading(_things(documents), now).done()


def _things(documents: Sequence[Json]) -> list[Thing]:
    """What stands below `results` of each answer, or the thing itself; the first of each id."""
    found: dict[str, Thing] = {}
    for document in documents:
        many = document.get("results", [document]) if isinstance(document, Mapping) else document
        for thing in many if isinstance(many, list) else ():
            if isinstance(thing, Mapping):
                found.setdefault(str(thing.get("id") or len(found)), thing)
    return list(found.values())


class _Reading:
    """One import. What a thing is, its fields say: the answers do not."""

    def __init__(self, things: Sequence[Thing], now: datetime) -> None:
        self._now = now
        self._moved = Moved()
        self._users = [one for one in things if "username" in one and "shift_start" not in one]
        self._shifts = {text(one, "id"): one for one in things if text(one, "type") in _SHIFTS and "start" in one}
        self._schedules = [one for one in things if text(one, "type") in _SCHEDULES and "on_call_now" in one]
        self._rules = [one for one in things if "escalation_chain_id" in one and "position" in one and "type" in one]
        self._personal = [one for one in things if "user_id" in one and "position" in one]
        self._integrations = [one for one in things if "default_route" in one]
        self._rendered = [one for one in things if "shift_start" in one]
        known = [*self._users, *self._shifts.values(), *self._schedules, *self._integrations]
        rest = [one for one in things if "name" in one and one not in known]
        self._teams = [one for one in rest if "avatar_url" in one or "email" in one]
        self._chains = [one for one in rest if one not in self._teams and "routing_regex" not in one]
        self._regexes = [one for one in things if "routing_regex" in one]
        self._people, self._team_names, self._policies, self._services = Names(), Names(), Names(), Names()
        self._watches = Names()
        self._schedules_of: dict[str, list[str]] = {}

    def done(self) -> Moved:
        """Everything."""
        if not (self._users or self._schedules or self._chains):
            raise Invalid("FILE", "holds nothing that Grafana OnCall's API answers", hint="save GET /users/, /schedules/, /on_call_shifts/, /escalation_chains/, /escalation_policies/ as JSON")  # fmt: skip
        for user in self._users:
            self._person(user)
        for team in self._teams:
            name = self._team_names.add(text(team, "id"), text(team, "name"))
            members = [
                self._people.get(text(one, "id")) for one in self._users if text(team, "id") in (one.get("teams") or ())
            ]
            self._add("team", {"name": name, "members": [one for one in members if one]})
        for schedule in self._schedules:
            self._schedule(schedule)
        for chain in self._chains:
            self._policy(chain)
        for one in self._integrations:
            self._integration(one)
        for one in self._regexes:
            self._moved.lost(f"route {text(one, 'routing_regex')}", "a pattern over the payload: write a route with `match`", differs=True)  # fmt: skip
        return self._moved

    def _person(self, user: Thing) -> None:
        name = self._people.add(text(user, "id"), text(user, "username").partition("@")[0])
        spec: dict[str, Any] = {"name": name, "full_name": text(user, "name") or None, "email": text(user, "email") or None}  # Any: JSON  # fmt: skip
        if is_zone(zone := text(user, "timezone")):
            spec["timezone"] = zone
        rules, after, channels = [], timedelta(0), []
        mine = [one for one in self._personal if text(one, "user_id") == text(user, "id")]
        important = [one for one in mine if one.get("important")] or mine
        for rule in sorted(important, key=lambda one: int(one.get("position") or 0)):
            sort = text(rule, "type")
            if sort == "wait":
                after += timedelta(seconds=int(rule.get("duration") or 0))
            elif sort in _RULES:
                rules.append({"after": duration_text(after) if after else "0s", "channel": _RULES[sort]})
                channels.append(_RULES[sort])
            else:
                self._moved.lost(
                    f"person {name}", f"a notification rule ({sort}): its API does not tell addresses and numbers"
                )
        if rules:
            contacts = [{"channel": one} | ({"address": text(user, "email")} if one == "email" else {}) for one in dict.fromkeys(channels)]  # fmt: skip
            spec |= {"contacts": contacts, "notification_rules": rules}
        self._add("person", spec)

    # --- schedules

    def _schedule(self, one: Thing) -> None:
        title, identifier, zone = text(one, "name"), text(one, "id"), text(one, "time_zone") or "UTC"
        about = f"schedule {title}"
        if text(one, "type") == "ical" or one.get("ical_url_overrides"):
            which = "its watches" if text(one, "type") == "ical" else "its overrides"
            self._moved.lost(about, f"{which} stand in a calendar: `watchbill oncall ical SCHEDULE --import FILE` reads it", differs=True)  # fmt: skip
        if not is_zone(zone):
            self._moved.lost(about, f"time zone {zone!r} is no IANA zone: UTC is written", differs=True)
            zone = "UTC"
        found = [turns for shift in one.get("shifts") or () if (turns := self._turns(str(shift), about, zone))]
        found.sort(key=lambda turns: turns.level)
        seats = max((len(turns.layers) for turns in found), default=0)
        if not seats:
            self._moved.lost(about, "no shift of it still counts: left out", differs=True)
            return
        self._at_once(found, about, zone)
        for seat in range(seats):
            self._seat(identifier, title, found, seat, zone)

    def _seat(self, identifier: str, title: str, found: Sequence[Turns], seat: int, zone: str) -> None:
        wished = title if seat == 0 else f"{title} {seat + 1}"
        name = self._watches.add(f"{identifier}.{seat}", wished)
        layers = [turns.layers[seat] for turns in found if seat < len(turns.layers)]
        spec: dict[str, Any] = {"name": name, "timezone": zone, "layers": _named_apart(layers)}  # Any: JSON
        overrides = [turns.overrides[seat] for turns in found if seat < len(turns.overrides)]
        if overrides:
            spec["overrides"] = overrides
        if seat == 0 and all(len(turns.layers) <= 1 for turns in found):
            differs = difference(spec, self._entries(identifier))
            if differs is not None:
                self._moved.lost(f"schedule {title}", f"the final schedule is not theirs: {differs}", differs=True)
        self._schedules_of.setdefault(identifier, []).append(name)
        self._add("schedule", spec)

    def _turns(self, identifier: str, about: str, zone: str) -> Turns | None:
        shift = self._shifts.get(identifier)
        if shift is None:
            self._moved.lost(about, f"shift {identifier} is not in the export: save GET /on_call_shifts/", differs=True)
            return None
        groups = shift.get("rolling_users") if text(shift, "type") == "rolling_users" else [shift.get("users") or ()]
        known = [[name for user in group if (name := self._people.get(user))] for group in groups or ()]
        if any(len(mine) < len(group) for mine, group in zip(known, groups or (), strict=True)) or not any(known):
            self._moved.lost(about, f"shift {text(shift, 'name')} names people who are not in the export", differs=True)
        known = [group for group in known if group]
        if text(shift, "type") in ONCE and known:
            known = [[name] for name in known[0]]
        return turns_of(shift, known, about, zone, self._now, self._moved) if known else None

    def _at_once(self, found: Sequence[Turns], about: str, zone: str) -> None:
        for level in sorted({turns.level for turns in found}):
            same = [turns.layers[0] for turns in found if turns.level == level and turns.layers]
            if len(same) > 1 and together(same, zone, self._now):
                self._moved.lost(about, f"shifts of level {level} stand watch at the same time there; here the last one wins", differs=True)  # fmt: skip

    def _entries(self, schedule: str) -> list[Entry]:
        """Their final shifts: of the only schedule, or marked with `schedule_id`, for the answer does not name it."""
        return [
            (
                moment(text(one, "shift_start")),
                moment(text(one, "shift_end")),
                self._people.get(text(one, "user_pk")) or "",
            )
            for one in self._rendered
            if text(one, "schedule_id") == schedule or (len(self._schedules) == 1 and not one.get("schedule_id"))
        ]

    # --- escalation chains and integrations

    def _policy(self, chain: Thing) -> None:
        name = self._policies.add(text(chain, "id"), text(chain, "name"))
        about = f"escalation policy {name}"
        mine = [one for one in self._rules if text(one, "escalation_chain_id") == text(chain, "id")]
        steps: list[dict[str, Any]] = []  # Any: JSON
        repeat, waited = 0, True
        for rule in sorted(mine, key=lambda one: int(one.get("position") or 0)):
            sort = text(rule, "type")
            if sort == "wait" and steps:
                wait = timedelta(seconds=int(rule.get("duration") or 0)) + (
                    steps[-1]["wait"] if waited else timedelta(0)
                )
                steps[-1]["wait"], waited = wait, True
            elif sort == "wait":
                self._moved.lost(about, "it waits before its first step: here it calls at once", differs=True)
            elif sort == "repeat_escalation":
                repeat = _REPEATS
            elif targets := self._targets(rule, sort, about):
                if steps and not waited:
                    steps[-1]["notify"] += [one for one in targets if one not in steps[-1]["notify"]]
                else:
                    steps.append({"notify": targets, "wait": timedelta(0)})
                waited = False
        if not steps:
            self._moved.lost(about, "no step is left: left out", differs=True)
            return
        written = [{"notify": one["notify"], "wait": duration_text(one["wait"] or _LAST_WAIT)} for one in steps]
        self._add("escalation_policy", {"name": name, "steps": written, "repeat": repeat})

    def _targets(self, rule: Thing, sort: str, about: str) -> list[str]:
        if sort in {"notify_persons", "notify_person_next_each_time"}:
            field = "persons_to_notify" if sort == "notify_persons" else "persons_to_notify_next_each_time"
            if sort != "notify_persons":
                self._moved.lost(
                    about, "a step calls its people by turns, one each time: here it calls all", differs=True
                )
            found = [f"person:{name}" for one in rule.get(field) or () if (name := self._people.get(one))]
        elif sort == "notify_on_call_from_schedule":
            found = [
                f"schedule:{one}" for one in self._schedules_of.get(text(rule, "notify_on_call_from_schedule"), [])
            ]
        elif sort == "notify_team_members":
            team = self._team_names.get(text(rule, "team_to_notify"))
            found = [f"team:{team}"] if team else []
        else:
            self._moved.lost(about, f"a step of the sort {sort} has no counterpart", differs=sort != "trigger_webhook")
            return []
        if not found:
            self._moved.lost(about, f"a step ({sort}) names nobody who is in the export", differs=True)
        return found

    def _integration(self, one: Thing) -> None:
        name = self._services.add(text(one, "id"), text(one, "name"))
        policy = self._policies.get(text(one.get("default_route") or {}, "escalation_chain_id"))
        self._add("service", {"name": name})
        self._add("integration", {"name": name, "service": name})
        self._moved.lost(f"integration {name}", f"its key is new: `watchbill token create --intake {name}`")
        if policy is None:
            self._moved.lost(
                f"integration {name}", "its default route has no escalation chain in the export", differs=True
            )
            return
        self._add("route", {"name": name, "match": [f'service="{name}"'], "escalation_policy": policy})

    def _add(self, kind: str, spec: Mapping[str, Json]) -> None:
        self._moved.resources.append((kind, {key: value for key, value in spec.items() if value is not None}))


def _named_apart(layers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:  # Any: JSON
    """Layers with names of their own: elsewhere two shifts may be called the same."""
    seen = Counter[str]()
    found = []
    for one in layers:
        seen[one["name"]] += 1
        count = seen[one["name"]]
        found.append(one if count == 1 else one | {"name": f"{one['name']} {count}"})
    return found
