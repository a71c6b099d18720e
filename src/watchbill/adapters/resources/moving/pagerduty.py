"""PagerDuty: users, teams, schedules, escalation policies and services, as its REST API v2 answers them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from watchbill.adapters.resources.moving.moved import Json, Moved, Names, listed
from watchbill.adapters.resources.moving.rendered import Entry, difference
from watchbill.adapters.resources.moving.turning import layer_spec
from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import duration_text

__all__ = ["read"]

_DAY = timedelta(days=1)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Kinds of contact methods, and of references to them.
_CHANNELS = {"email_contact_method": "email", "sms_contact_method": "sms", "phone_contact_method": "voice", "push_notification_contact_method": "push"}  # fmt: skip
_SORTS = {"user": "person", "schedule": "schedule"}


def read(documents: Sequence[Json], now: datetime) -> Moved:
    """Resources for the answers of an API; `now` decides which layers and overrides are over."""
    return _Reading(documents, now).done()


class _Reading:
    """One import: names first, so that things can refer to each other whatever their order."""

    def __init__(self, documents: Sequence[Json], now: datetime) -> None:
        self._now = now
        self._moved = Moved()
        self._sorts = {
            "user": listed(documents, "users", "user"),
            "team": listed(documents, "teams", "team"),
            "schedule": listed(documents, "schedules", "schedule"),
            "policy": listed(documents, "escalation_policies", "escalation_policy"),
            "service": listed(documents, "services", "service"),
        }
        self._names = {sort: Names() for sort in self._sorts}
        for sort, things in self._sorts.items():
            for one in things:
                title = _text(one, "email").partition("@")[0] if sort == "user" else ""
                self._names[sort].add(_text(one, "id"), title or _text(one, "name") or _text(one, "summary"))

    def done(self) -> Moved:
        """Everything."""
        makers = {
            "user": self._person,
            "team": self._team,
            "schedule": self._schedule,
            "policy": self._policy,
            "service": self._service,
        }
        if not any(self._sorts.values()):
            raise Invalid("FILE", "holds nothing that PagerDuty's API answers", hint="save GET /schedules/ID, /users?include[]=contact_methods ... as JSON")  # fmt: skip
        for sort, make in makers.items():
            for one in self._sorts[sort]:
                make(one, self._names[sort].get(_text(one, "id")) or "")
        return self._moved

    # --- people

    def _person(self, user: Mapping[str, Json], name: str) -> None:
        spec: dict[str, Json] = {"name": name, "full_name": _text(user, "name") or None, "email": _text(user, "email") or None}  # fmt: skip
        zone = _text(user, "time_zone")
        if zone and _is_zone(zone):
            spec["timezone"] = zone
        elif zone:
            self._moved.lost(f"person {name}", f"time zone {zone!r} is no IANA zone")
        methods = {
            _text(one, "id"): one for one in user.get("contact_methods") or () if _text(one, "type") in _CHANNELS
        }
        contacts = [_contact(one) for one in methods.values()]
        if contacts:
            spec["contacts"] = contacts
        elif user.get("contact_methods"):
            self._moved.lost(f"person {name}", "contact methods are named only: ask with include[]=contact_methods")
        rules = list(self._rules(user, name, methods))
        if rules:
            spec["notification_rules"] = rules
        self._add("person", spec)

    def _rules(
        self, user: Mapping[str, Json], name: str, methods: Mapping[str, Mapping[str, Json]]
    ) -> Iterator[dict[str, Json]]:
        for rule in user.get("notification_rules") or ():
            if _text(rule, "urgency") == "low":
                self._moved.lost(
                    f"person {name}", "a notification rule for low urgency: only what pages has rules here"
                )
                continue
            method = methods.get(_text(rule.get("contact_method") or {}, "id"))
            if method is None:
                self._moved.lost(f"person {name}", "a notification rule whose contact method is not in the export")
                continue
            minutes = int(rule.get("start_delay_in_minutes") or 0)
            yield {"after": f"{minutes}m" if minutes else "0s", "channel": _CHANNELS[_text(method, "type")]}

    def _team(self, team: Mapping[str, Json], name: str) -> None:
        identifier = _text(team, "id")
        members = [
            self._names["user"].get(_text(user, "id"))
            for user in self._sorts["user"]
            if identifier in {_text(one, "id") for one in user.get("teams") or ()}
        ]
        self._add("team", {"name": name, "members": members})

    # --- schedules

    def _schedule(self, one: Mapping[str, Json], name: str) -> None:
        about = f"schedule {name}"
        zone = _text(one, "time_zone")
        if not _is_zone(zone):
            self._moved.lost(about, f"time zone {zone!r} is no IANA zone: UTC is written", differs=True)
            zone = "UTC"
        # The API names the layer that wins first; here the last one wins.
        layers = [made for layer in reversed(one.get("schedule_layers") or ()) if (made := self._layer(layer, about, ZoneInfo(zone)))]  # fmt: skip
        if not layers:
            self._moved.lost(about, "it has no layer that still counts: left out", differs=True)
            return
        spec: dict[str, Json] = {"name": name, "timezone": zone, "layers": layers}
        if overrides := list(self._overrides(one, about, ZoneInfo(zone))):
            spec["overrides"] = overrides
        found = difference(spec, self._entries(one.get("final_schedule") or {}))
        if found is not None:
            self._moved.lost(about, f"the final schedule is not theirs: {found}", differs=True)
        self._add("schedule", spec)

    def _layer(self, layer: Mapping[str, Json], about: str, zone: ZoneInfo) -> dict[str, Json] | None:
        name = _text(layer, "name") or "layer"
        end = _text(layer, "end")
        if end and _moment(end) <= self._now:
            return None
        if end:
            self._moved.lost(
                about, f"layer {name} ends on {end}: a layer has no end here, take it out then", differs=True
            )
        people = [self._names["user"].get(_text(one.get("user") or one, "id")) for one in layer.get("users") or ()]
        known = [one for one in people if one]
        if len(known) < len(people) or not known:
            self._moved.lost(about, f"layer {name} names people who are not in the export", differs=True)
        if not known:
            return None
        begin = _text(layer, "rotation_virtual_start") or _text(layer, "start")
        turn = timedelta(seconds=int(layer.get("rotation_turn_length_seconds") or 604_800))
        try:
            return layer_spec(
                name,
                phase=_wall(begin, zone),
                start=_wall(_text(layer, "start") or begin, zone),
                turn=turn,
                people=known,
                restrictions=[piece for one in layer.get("restrictions") or () for piece in _restriction(one)],
            )
        except (Invalid, ValidationError, ValueError) as wrong:
            self._moved.lost(about, f"layer {name} is left out: {wrong}", differs=True)
            return None

    def _overrides(self, one: Mapping[str, Json], about: str, zone: ZoneInfo) -> Iterator[dict[str, Json]]:
        entries = self._entries(one.get("overrides_subschedule") or {})
        for start, end, person in entries:
            if end > self._now and person:
                yield {"start": _local(start, zone), "end": _local(end, zone), "person": person}
            elif not person:
                self._moved.lost(about, "an override by somebody who is not in the export", differs=True)

    def _entries(self, sub: Mapping[str, Json]) -> list[Entry]:
        return [
            (_moment(_text(one, "start")), _moment(_text(one, "end")), self._names["user"].get(_text(one.get("user") or {}, "id")) or "")
            for one in sub.get("rendered_schedule_entries") or ()
        ]  # fmt: skip

    # --- policies and services

    def _policy(self, one: Mapping[str, Json], name: str) -> None:
        steps: list[dict[str, Json]] = []
        for rule in one.get("escalation_rules") or ():
            targets = [text for target in rule.get("targets") or () if (text := self._target(target, name))]
            if targets:
                minutes = int(rule.get("escalation_delay_in_minutes") or 30)
                steps.append({"notify": targets, "wait": duration_text(timedelta(minutes=minutes))})
        if not steps:
            self._moved.lost(f"escalation policy {name}", "no step is left: left out", differs=True)
            return
        self._add("escalation_policy", {"name": name, "steps": steps, "repeat": int(one.get("num_loops") or 0)})

    def _target(self, target: Mapping[str, Json], policy: str) -> str | None:
        sort = _text(target, "type").removesuffix("_reference")
        name = self._names[sort].get(_text(target, "id")) if sort in _SORTS else None
        if name is None:
            shown = _text(target, "summary") or _text(target, "id")
            self._moved.lost(
                f"escalation policy {policy}", f"target {sort} {shown!r} is not in the export", differs=True
            )
            return None
        return f"{_SORTS[sort]}:{name}"

    def _service(self, one: Mapping[str, Json], name: str) -> None:
        teams = [found for team in one.get("teams") or () if (found := self._names["team"].get(_text(team, "id")))]
        spec: dict[str, Json] = {"name": name, "description": _text(one, "description") or None}
        if teams:
            spec["owner_team"] = teams[0]
        self._add("service", spec)
        self._add("integration", {"name": name, "service": name})
        self._moved.lost(f"integration {name}", f"its key is new: `watchbill token create --intake {name}`")
        policy = self._names["policy"].get(_text(one.get("escalation_policy") or {}, "id"))
        if policy is None:
            self._moved.lost(f"service {name}", "its escalation policy is not in the export", differs=True)
            return
        self._add("route", {"name": name, "match": [f'service="{name}"'], "escalation_policy": policy})
        for field in ("auto_resolve_timeout", "acknowledgement_timeout"):
            if one.get(field):
                self._moved.lost(f"service {name}", f"{field} of {one[field]} s")

    def _add(self, kind: str, spec: Mapping[str, Json]) -> None:
        self._moved.resources.append((kind, {key: value for key, value in spec.items() if value is not None}))


def _contact(method: Mapping[str, Json]) -> dict[str, Json]:
    channel = _CHANNELS[_text(method, "type")]
    if channel == "push":
        return {"channel": channel}
    code = f"+{method['country_code']}" if channel != "email" and method.get("country_code") else ""
    return {"channel": channel, "address": f"{code}{_text(method, 'address')}"}


def _restriction(one: Mapping[str, Json]) -> Iterator[dict[str, Json]]:
    """Ours end at midnight at the latest or on the next day; one over several days is written as one for each day."""
    hour, minute, *_ = (int(part) for part in _text(one, "start_time_of_day").removesuffix("Z").split(":"))
    opens = timedelta(hours=hour, minutes=minute)
    left = timedelta(seconds=int(one.get("duration_seconds") or 0))
    if _text(one, "type") != "weekly_restriction":
        yield _piece(None, opens, min(left, _DAY))
        return
    day = int(one.get("start_day_of_week") or 1) - 1
    while left > timedelta(0):
        length = min(left, _DAY - opens)
        yield _piece(_DAYS[day % 7], opens, length)
        day, opens, left = day + 1, timedelta(0), left - length


def _piece(day: str | None, opens: timedelta, length: timedelta) -> dict[str, Json]:
    closes = (opens + length) % _DAY
    made: dict[str, Json] = {"days": [day]} if day else {}
    return made | {"from": _clock(opens), "to": _clock(closes)}


def _clock(span: timedelta) -> str:
    minutes = span // timedelta(minutes=1)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _text(thing: Mapping[str, Json], name: str) -> str:
    value = thing.get(name)
    return str(value) if value is not None else ""


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid("FILE", f"{text!r} is not a time", hint="PagerDuty writes 2026-11-24T09:00:00+01:00") from wrong
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _wall(text: str, zone: ZoneInfo) -> datetime:
    return _moment(text).astimezone(zone).replace(tzinfo=None)


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")


def _is_zone(name: str) -> bool:
    try:
        return bool(name) and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
