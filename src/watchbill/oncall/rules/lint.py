"""What is wrong with a schedule by the playbook's six practices (ph. 10): a finding says what, where and what to do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from watchbill.oncall.model import Schedule, Shift
from watchbill.oncall.rules.coverage import Missing, MissingKind
from watchbill.oncall.rules.nights import is_asleep
from watchbill.oncall.rules.walltime import moment

__all__ = ["LEAST_PEOPLE", "Finding", "Looked", "Rule", "lint"]

LEAST_PEOPLE = 5  # playbook ph. 10, practice 1
_WEEK, _HOUR = timedelta(weeks=1), timedelta(hours=1)
_NAMED = 3


class Rule(StrEnum):
    """The practices, and what is worse than any of them: nobody."""

    GAP = "gap"
    LEAVE = "watch-on-leave"
    FEW_PEOPLE = "few-people"
    BACK_TO_BACK = "back-to-back-weeks"
    NO_SECONDARY = "no-secondary"
    NIGHT = "avoidable-nights"
    NO_HANDOFF = "no-handoff-document"
    NO_COMPENSATION = "no-compensation"


@dataclass(frozen=True, slots=True)
class Finding:
    """One practice that a schedule does not keep."""

    schedule: str
    rule: Rule
    what: str
    fix: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What the rules look at: the final shifts of the weeks ahead from `start` on, and what is known around the schedule.

    `zones` are the people's own; `second`: it only backs up others; `handed_off`: somebody's watch has ended lately, and
    whether a hand-off was signed then (None: nothing has ended).
    """

    schedule: Schedule
    shifts: Sequence[Shift]
    start: datetime
    end: datetime
    zones: Mapping[str, ZoneInfo]
    missing: Sequence[Missing]
    second: bool
    handed_off: bool | None


def lint(looked: Looked) -> list[Finding]:
    """All findings, worst first."""
    name = looked.schedule.name
    return [Finding(name, rule, what, fix) for rule, check in _CHECKS for what, fix in check(looked)]


Said = Iterator[tuple[str, str]]


def _gaps(looked: Looked) -> Said:
    found = [one for one in looked.missing if one.kind is MissingKind.GAP]
    if found:
        yield (
            f"nobody stands watch {len(found)} times in the weeks ahead, the first {_when(looked, found[0])}",
            "add a layer or an override, or name the hours it promises under `covers`",
        )


def _leave(looked: Looked) -> Said:
    for one in [one for one in looked.missing if one.kind is MissingKind.LEAVE]:
        yield f"{one.person} is on leave during a watch, {_when(looked, one)}", "swap it, or let somebody override it"


def _few(looked: Looked) -> Said:
    count = len(looked.schedule.people)
    if count < LEAST_PEOPLE:
        who = "1 person takes" if count == 1 else f"{count} people take"
        yield f"{who} turns; one week on and four off needs {LEAST_PEOPLE}", "bring more people in, or share a rotation"


def _back_to_back(looked: Looked) -> Said:
    """Somebody who holds most of two weeks running, counted from the hand-off of the first layer."""
    again: dict[str, datetime] = {}
    for (start, one), (_, two) in pairwise(_holders(looked)):
        if one is not None and one == two:
            again.setdefault(one, start.astimezone(looked.schedule.zone))
    for person, day in sorted(again.items()):
        yield f"{person} has back-to-back weeks from {day:%a %d %b}", "put somebody between them, or enlarge the team"


def _holders(looked: Looked) -> Iterator[tuple[datetime, str | None]]:
    """Who holds more than half of what is covered of each week."""
    zone = looked.schedule.zone
    first = looked.schedule.layers[0].start
    passed = max(0, (looked.start.astimezone(zone).replace(tzinfo=None) - first) // _WEEK + 1)
    opens = first + passed * _WEEK
    while moment(opens + _WEEK, zone) <= looked.end:
        start, end = moment(opens, zone), moment(opens + _WEEK, zone)
        held: dict[str, timedelta] = {}
        for one in looked.shifts:
            span = min(one.end, end) - max(one.start, start)
            if span > timedelta(0):
                held[one.person] = held.get(one.person, timedelta(0)) + span
        most = max(held, key=lambda person: held[person], default=None)
        yield start, most if most and held[most] * 2 > sum(held.values(), timedelta(0)) else None
        opens += _WEEK


def _no_secondary(looked: Looked) -> Said:
    if looked.schedule.secondary is None and not looked.second:
        yield "it has no second watch", "name one: secondary: SCHEDULE"


def _nights(looked: Looked) -> Said:
    """Hours in which the one on watch sleeps while somebody else of the schedule is up, in the coming four weeks."""
    hours: dict[str, int] = {}
    awake: set[str] = set()
    end = min(looked.end, looked.start + 4 * _WEEK)
    for shift in looked.shifts:
        at = shift.start
        while at < min(shift.end, end):
            up = [one for one in looked.schedule.people if not is_asleep(at, looked.zones[one])]
            if is_asleep(at, looked.zones[shift.person]) and up:
                hours[shift.person] = hours.get(shift.person, 0) + 1
                awake |= set(up)
            at += _HOUR
    if hours:
        who = ", ".join(sorted(hours, key=lambda one: -hours[one])[:_NAMED])
        others = ", ".join(sorted(awake - set(hours)) or sorted(awake))
        per_week = sum(hours.values()) * _WEEK // (end - looked.start)
        yield (
            f"{who} would be woken at night for about {per_week} h a week in which others are up ({others})",
            "follow the sun: a layer for each zone, with `timezone` and restrictions",
        )


def _no_handoff(looked: Looked) -> Said:
    if looked.handed_off is False:
        yield (
            "the last watches ended without a signed hand-off document",
            "sign it at the end of a watch: `watchbill oncall handoff`",
        )


def _no_compensation(looked: Looked) -> Said:
    if not looked.schedule.compensation:
        yield "nothing says what people get for it", "write compensation: {kind: pay}"


def _when(looked: Looked, one: Missing) -> str:
    start, end = one.start.astimezone(looked.schedule.zone), one.end.astimezone(looked.schedule.zone)
    return f"{start:%a %d %b %H:%M} to {end:%a %d %b %H:%M}"


_CHECKS = (
    (Rule.GAP, _gaps),
    (Rule.LEAVE, _leave),
    (Rule.NO_SECONDARY, _no_secondary),
    (Rule.FEW_PEOPLE, _few),
    (Rule.BACK_TO_BACK, _back_to_back),
    (Rule.NIGHT, _nights),
    (Rule.NO_HANDOFF, _no_handoff),
    (Rule.NO_COMPENSATION, _no_compensation),
)
