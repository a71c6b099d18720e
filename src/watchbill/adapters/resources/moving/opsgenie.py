"""Opsgenie: users, teams, schedules with rotations, timelines and escalations, as its API v2 answers them.

All rotations of an Opsgenie schedule stand watch at the same time. A schedule here has one person at a time, so each rotation
becomes a schedule of its own, and whoever escalates to the schedule calls all of them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from watchbill.adapters.resources.moving.moved import Json, Moved, Names
from watchbill.adapters.resources.moving.rendered import Entry, difference
from watchbill.adapters.resources.moving.times import DAY, DAYS, WEEK, is_zone, moment, pieces, text, wall
from watchbill.adapters.resources.moving.turning import layer_spec
from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import duration_text

__all__ = ["read"]

_TURNS = {"hourly": timedelta(hours=1), "daily": DAY, "weekly": WEEK}
_UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": DAY}
_CHANNELS = {"email": "email", "sms": "sms", "voice": "voice", "mobile": "push"}
_LAST_WAIT = timedelta(minutes=5)
Thing = Mapping[str, Json]


def read(documents: Sequence[Json], now: datetime) -> Moved:
    """Resources for the answers of an API; `now` decides which rotations are over."""
    return _Reading(_things(documents), now).done()


def _things(documents: Sequence[Json]) -> list[Thing]:
    """What stands below `data` of each answer, or the thing itself."""
    found: list[Thing] = []
    for document in documents:
        data = document.get("data", document) if isinstance(document, Mapping) else document
        found += [one for one in (data if isinstance(data, list) else [data]) if isinstance(one, Mapping)]
    return found


class _Reading:
    """One import. What a thing is, its fields say: the answers do not."""

    def __init__(self, things: Sequence[Thing], now: datetime) -> None:
        self._now = now
        self._moved = Moved()
        self._users = [one for one in things if "username" in one]
        self._timelines = [one for one in things if "finalTimeline" in one]
        self._schedules = [one for one in things if "timezone" in one and "username" not in one]
        self._escalations = [one for one in things if "rules" in one]
        kinds = (*self._users, *self._timelines, *self._schedules, *self._escalations)
        self._teams = [one for one in things if "name" in one and one not in kinds]
        self._people, self._policies, self._team_names = Names(), Names(), Names()
        self._watches = Names()
        self._schedules_of: dict[str, list[str]] = {}
        for user in self._users:
            self._people.add(text(user, "id"), text(user, "username").partition("@")[0])
        for team in self._teams:
            self._team_names.add(text(team, "id"), text(team, "name"))
        for one in self._escalations:
            self._policies.add(text(one, "id"), text(one, "name"))

    def done(self) -> Moved:
        """Everything."""
        if not (self._users or self._schedules or self._escalations):
            raise Invalid("FILE", "holds nothing that Opsgenie's API answers", hint="save GET /v2/schedules?expand=rotation, /v2/users, /v2/escalations as JSON")  # fmt: skip
        for user in self._users:
            self._person(user)
        for team in self._teams:
            members = [self._person_of(one.get("user") or {}) for one in team.get("members") or ()]
            self._add(
                "team", {"name": self._team_names.get(text(team, "id")), "members": [one for one in members if one]}
            )
        for schedule in self._schedules:
            self._schedule(schedule)
        for one in self._escalations:
            self._policy(one)
        return self._moved

    def _person(self, user: Thing) -> None:
        name = self._people.get(text(user, "id"))
        spec: dict[str, Any] = {"name": name, "full_name": text(user, "fullName") or None, "email": text(user, "username")}  # Any: JSON  # fmt: skip
        if is_zone(zone := text(user, "timeZone")):
            spec["timezone"] = zone
        contacts = []
        for one in user.get("userContacts") or ():
            channel = _CHANNELS.get(text(one, "contactMethod"))
            if channel is None:
                self._moved.lost(f"person {name}", f"a contact over {text(one, 'contactMethod')}")
            elif one.get("enabled", True):
                address = text(one, "to").replace("-", "") if channel in {"sms", "voice"} else text(one, "to")
                phone = f"+{address}" if channel in {"sms", "voice"} and not address.startswith("+") else address
                contacts.append({"channel": channel} if channel == "push" else {"channel": channel, "address": phone})
        self._add("person", spec | ({"contacts": contacts} if contacts else {}))

    # --- schedules

    def _schedule(self, one: Thing) -> None:
        title, identifier = text(one, "name"), text(one, "id")
        zone = text(one, "timezone")
        about = f"schedule {title}"
        if one.get("enabled") is False:
            self._moved.lost(about, "it is disabled: left out")
            return
        if not is_zone(zone):
            self._moved.lost(about, f"time zone {zone!r} is no IANA zone: UTC is written", differs=True)
            zone = "UTC"
        if "rotations" not in one:
            self._moved.lost(about, "its rotations are not in the export: ask with expand=rotation", differs=True)
        rotations = [each for each in one.get("rotations") or () if not _is_over(each, self._now)]
        for rotation in rotations:
            layer = self._layer(rotation, about, ZoneInfo(zone))
            if layer is None:
                continue
            wished = title if len(rotations) == 1 else f"{title} {text(rotation, 'name')}"
            name = self._watches.add(text(rotation, "id") or wished, wished)
            spec: dict[str, Any] = {"name": name, "timezone": zone, "layers": [layer]}  # Any: JSON
            found = difference(spec, self._entries(identifier, text(rotation, "id")))
            if found is not None:
                self._moved.lost(about, f"rotation {text(rotation, 'name')} is not theirs: {found}", differs=True)
            self._schedules_of.setdefault(identifier, []).append(name)
            self._add("schedule", spec)

    def _layer(self, rotation: Thing, about: str, zone: ZoneInfo) -> dict[str, Any] | None:  # Any: JSON
        name = text(rotation, "name") or "rotation"
        if text(rotation, "endDate"):
            self._moved.lost(about, f"rotation {name} ends on {rotation['endDate']}: take it out then", differs=True)
        people = [self._person_of(one) for one in rotation.get("participants") or ()]
        known = [one for one in people if one]
        if len(known) < len(people) or not known:
            what = "names teams, escalations, nobody, or people who are not in the export"
            self._moved.lost(about, f"rotation {name} {what}", differs=True)
        begin = text(rotation, "startDate")
        try:
            turn = _TURNS[text(rotation, "type")] * int(rotation.get("length") or 1)
            phase = wall(begin, zone)
            hours = _restrictions(rotation.get("timeRestriction") or {})
            return layer_spec(name, phase=phase, start=phase, turn=turn, people=known, restrictions=hours) if known else None  # fmt: skip
        except (Invalid, ValidationError, ValueError, KeyError) as wrong:
            self._moved.lost(about, f"rotation {name} is left out: {wrong}", differs=True)
            return None

    def _entries(self, schedule: str, rotation: str) -> list[Entry]:
        """What their timeline says of one rotation, overrides and forwarding apart."""
        return [
            (moment(text(period, "startDate")), moment(text(period, "endDate")), self._person_of(period.get("recipient") or {}) or "")
            for timeline in self._timelines
            if text(timeline.get("_parent") or {}, "id") == schedule
            for one in (timeline.get("baseTimeline") or timeline["finalTimeline"]).get("rotations") or ()
            if text(one, "id") == rotation
            for period in one.get("periods") or ()
        ]  # fmt: skip

    # --- escalations

    def _policy(self, one: Thing) -> None:
        name = self._policies.get(text(one, "id")) or ""
        about = f"escalation policy {name}"
        by_delay: dict[timedelta, list[str]] = {}
        for rule in one.get("rules") or ():
            if text(rule, "notifyType") not in {"", "default"} or text(rule, "condition") == "if-not-closed":
                told = f"{text(rule, 'condition')}, {text(rule, 'notifyType')}"
                self._moved.lost(
                    about, f"a rule's condition ({told}): steps go on until somebody acknowledges", differs=True
                )
            by_delay.setdefault(_delay(rule.get("delay") or {}), []).extend(
                self._targets(rule.get("recipient") or {}, about)
            )
        delays = sorted(delay for delay, targets in by_delay.items() if targets)
        if not delays:
            self._moved.lost(about, "no step is left: left out", differs=True)
            return
        if delays[0]:
            self._moved.lost(
                about, f"its first rule waits {duration_text(delays[0])}: here it calls at once", differs=True
            )
        repeat = one.get("repeat") or {}
        last = timedelta(minutes=int(repeat.get("waitInterval") or 0)) or _LAST_WAIT
        waits = [later - earlier for earlier, later in pairwise(delays)] + [last]
        steps = [
            {"notify": by_delay[delay], "wait": duration_text(wait)} for delay, wait in zip(delays, waits, strict=True)
        ]
        self._add("escalation_policy", {"name": name, "steps": steps, "repeat": int(repeat.get("count") or 0)})

    def _targets(self, recipient: Thing, about: str) -> list[str]:
        sort, identifier = text(recipient, "type"), text(recipient, "id")
        found = {
            "user": [f"person:{one}" for one in [self._person_of(recipient)] if one],
            "team": [f"team:{one}" for one in [self._team_names.get(identifier)] if one],
            "schedule": [f"schedule:{one}" for one in self._schedules_of.get(identifier, [])],
        }.get(sort, [])
        if not found:
            shown = text(recipient, "name") or text(recipient, "username") or identifier
            self._moved.lost(about, f"recipient {sort} {shown!r} is not in the export", differs=True)
        return found

    def _person_of(self, reference: Thing) -> str | None:
        """By id, or by the user name where the reference has no other."""
        by_id = self._people.get(text(reference, "id"))
        wanted = text(reference, "username") or text(reference, "name")
        user = next((one for one in self._users if wanted and text(one, "username") == wanted), None)
        return by_id or (self._people.get(text(user, "id")) if user else None)

    def _add(self, kind: str, spec: Mapping[str, Json]) -> None:
        self._moved.resources.append((kind, {key: value for key, value in spec.items() if value is not None}))


def _is_over(rotation: Thing, now: datetime) -> bool:
    end = text(rotation, "endDate")
    return bool(end) and moment(end) <= now


def _delay(delay: Thing) -> timedelta:
    return int(delay.get("timeAmount") or 0) * _UNITS.get(text(delay, "timeUnit") or "minutes", _UNITS["minutes"])


def _restrictions(restriction: Thing) -> list[dict[str, Json]]:
    """`time-of-day` has one for every day, `weekday-and-time-of-day` a list of stretches of the week."""
    if text(restriction, "type") == "time-of-day":
        one = restriction.get("restriction") or {}
        opens, closes = _time(one, "start"), _time(one, "end")
        return list(pieces(None, opens, (closes - opens) % DAY or DAY))
    found: list[dict[str, Json]] = []
    for one in restriction.get("restrictions") or ():
        first, last = (DAYS.index(text(one, day).lower()[:3]) for day in ("startDay", "endDay"))
        opens, closes = _time(one, "start"), _time(one, "end")
        length = (last * DAY + closes - first * DAY - opens) % WEEK or WEEK
        found += pieces(first, opens, length)
    return found


def _time(one: Thing, side: str) -> timedelta:
    return timedelta(hours=int(one.get(f"{side}Hour") or 0), minutes=int(one.get(f"{side}Min") or 0))
