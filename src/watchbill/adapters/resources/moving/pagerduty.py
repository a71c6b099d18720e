"""PagerDuty: users, teams, schedules, escalation policies and services, as its REST API v2 answers them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from watchbill.adapters.resources.moving.moved import Json, Moved, Names, listed
from watchbill.adapters.resources.moving.rendered import Entry, difference
from watchbill.adapters.resources.moving.times import is_zone, local_text, moment, pieces, text, wall
from watchbill.adapters.resources.moving.turning import layer_spec
from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import duration_text

__all__ = ["read"]

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
                title = text(one, "email").partition("@")[0] if sort == "user" else ""
                self._names[sort].add(text(one, "id"), title or text(one, "name") or text(one, "summary"))

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
                make(one, self._names[sort].get(text(one, "id")) or "")
        return self._moved

    # --- people

    def _person(self, user: Mapping[str, Json], name: str) -> None:
        spec: dict[str, Json] = {"name": name, "full_name": text(user, "name") or None, "email": text(user, "email") or None}  # fmt: skip
        zone = text(user, "time_zone")
        if zone and is_zone(zone):
            spec["timezone"] = zone
        elif zone:
            self._moved.lost(f"person {name}", f"time zone {zone!r} is no IANA zone")
        methods = {text(one, "id"): one for one in user.get("contact_methods") or () if text(one, "type") in _CHANNELS}
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
            if text(rule, "urgency") == "low":
                self._moved.lost(
                    f"person {name}", "a notification rule for low urgency: only what pages has rules here"
                )
                continue
            method = methods.get(text(rule.get("contact_method") or {}, "id"))
            if method is None:
                self._moved.lost(f"person {name}", "a notification rule whose contact method is not in the export")
                continue
            minutes = int(rule.get("start_delay_in_minutes") or 0)
            yield {"after": f"{minutes}m" if minutes else "0s", "channel": _CHANNELS[text(method, "type")]}

    def _team(self, team: Mapping[str, Json], name: str) -> None:
        identifier = text(team, "id")
        members = [
            self._names["user"].get(text(user, "id"))
            for user in self._sorts["user"]
            if identifier in {text(one, "id") for one in user.get("teams") or ()}
        ]
        self._add("team", {"name": name, "members": members})

    # --- schedules

    def _schedule(self, one: Mapping[str, Json], name: str) -> None:
        about = f"schedule {name}"
        zone = text(one, "time_zone")
        if not is_zone(zone):
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
        name = text(layer, "name") or "layer"
        end = text(layer, "end")
        if end and moment(end) <= self._now:
            return None
        if end:
            self._moved.lost(
                about, f"layer {name} ends on {end}: a layer has no end here, take it out then", differs=True
            )
        people = [self._names["user"].get(text(one.get("user") or one, "id")) for one in layer.get("users") or ()]
        known = [one for one in people if one]
        if len(known) < len(people) or not known:
            self._moved.lost(about, f"layer {name} names people who are not in the export", differs=True)
        if not known:
            return None
        begin = text(layer, "rotation_virtual_start") or text(layer, "start")
        turn = timedelta(seconds=int(layer.get("rotation_turn_length_seconds") or 604_800))
        try:
            return layer_spec(
                name,
                phase=wall(begin, zone),
                start=wall(text(layer, "start") or begin, zone),
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
                yield {"start": local_text(start, zone), "end": local_text(end, zone), "person": person}
            elif not person:
                self._moved.lost(about, "an override by somebody who is not in the export", differs=True)

    def _entries(self, sub: Mapping[str, Json]) -> list[Entry]:
        return [
            (moment(text(one, "start")), moment(text(one, "end")), self._names["user"].get(text(one.get("user") or {}, "id")) or "")
            for one in sub.get("rendered_schedule_entries") or ()
        ]  # fmt: skip

    # --- policies and services

    def _policy(self, one: Mapping[str, Json], name: str) -> None:
        steps: list[dict[str, Json]] = []
        for rule in one.get("escalation_rules") or ():
            targets = [found for target in rule.get("targets") or () if (found := self._target(target, name))]
            if targets:
                minutes = int(rule.get("escalation_delay_in_minutes") or 30)
                steps.append({"notify": targets, "wait": duration_text(timedelta(minutes=minutes))})
        if not steps:
            self._moved.lost(f"escalation policy {name}", "no step is left: left out", differs=True)
            return
        self._add("escalation_policy", {"name": name, "steps": steps, "repeat": int(one.get("num_loops") or 0)})

    def _target(self, target: Mapping[str, Json], policy: str) -> str | None:
        sort = text(target, "type").removesuffix("_reference")
        name = self._names[sort].get(text(target, "id")) if sort in _SORTS else None
        if name is None:
            shown = text(target, "summary") or text(target, "id")
            self._moved.lost(
                f"escalation policy {policy}", f"target {sort} {shown!r} is not in the export", differs=True
            )
            return None
        return f"{_SORTS[sort]}:{name}"

    def _service(self, one: Mapping[str, Json], name: str) -> None:
        teams = [found for team in one.get("teams") or () if (found := self._names["team"].get(text(team, "id")))]
        spec: dict[str, Json] = {"name": name, "description": text(one, "description") or None}
        if teams:
            spec["owner_team"] = teams[0]
        self._add("service", spec)
        self._add("integration", {"name": name, "service": name})
        self._moved.lost(f"integration {name}", f"its key is new: `watchbill token create --intake {name}`")
        policy = self._names["policy"].get(text(one.get("escalation_policy") or {}, "id"))
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
    channel = _CHANNELS[text(method, "type")]
    if channel == "push":
        return {"channel": channel}
    code = f"+{method['country_code']}" if channel != "email" and method.get("country_code") else ""
    return {"channel": channel, "address": f"{code}{text(method, 'address')}"}


def _restriction(one: Mapping[str, Json]) -> Iterator[dict[str, Json]]:
    hour, minute, *_ = (int(part) for part in text(one, "start_time_of_day").removesuffix("Z").split(":"))
    weekly = text(one, "type") == "weekly_restriction"
    day = int(one.get("start_day_of_week") or 1) - 1 if weekly else None
    length = timedelta(seconds=int(one.get("duration_seconds") or 0))
    return pieces(day, timedelta(hours=hour, minutes=minute), length)
