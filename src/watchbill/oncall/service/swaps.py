"""Use cases of shift swaps: ask, accept, decline, withdraw, expire. Nothing moves without the other person's word."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import Ids, SwapId
from watchbill.kernel.jobs import Job, Jobs
from watchbill.oncall.arranged_ports import Swaps
from watchbill.oncall.model import Shift
from watchbill.oncall.model.arranged import Swap, SwapAsked, SwapEnded, SwapStatus
from watchbill.oncall.rules.swapping import held_by
from watchbill.oncall.service.schedules import ScheduleService
from watchbill.people.model import Actor, Role
from watchbill.people.service import PeopleService

__all__ = ["EXPIRE", "NewSwap", "SwapService"]

EXPIRE = "swap.expire"  # the kind of the timer
PATIENCE = timedelta(days=3)  # how long an asked swap waits for an answer, and never beyond its beginning
_AHEAD = timedelta(days=120)  # how far a person's next watch is looked for
_SHOWN = timedelta(days=30)  # how long swaps that are over are listed


@dataclass(frozen=True, slots=True)
class NewSwap:
    """A swap as it is asked for. No start: the asker's next watch; no end: to the end of that watch. Same for `back`.

    `asker` None means whoever asks; `back` is any moment of the watch that the asker takes in return.
    """

    schedule: str
    taker: str | None = None
    asker: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    back: datetime | None = None
    back_end: datetime | None = None
    reason: str = ""
    expires_at: datetime | None = None


@dataclass(eq=False, kw_only=True)
class SwapService:
    """Swaps within one transaction."""

    swaps: Swaps
    schedules: ScheduleService
    people: PeopleService
    events: EventSink
    jobs: Jobs
    ids: Ids
    clock: Clock

    def ask(self, new: NewSwap, who: Actor) -> Swap:
        """Ask somebody (or everybody of the schedule) to take a watch. Raises Invalid where there is none to give."""
        now = self.clock.now()
        schedule = self.schedules.find(new.schedule)
        asker = self._self(new.asker, who)
        taker = self.people.person(new.taker).name if new.taker else None
        if taker == asker:
            raise Invalid("taker", f"{asker} cannot swap with themselves", hint="name somebody else")
        shifts = self.schedules.final(schedule.name, now, now + _AHEAD)
        start, end = _watch(shifts, asker, new.start, new.end, field="start", now=now)
        back: tuple[datetime | None, datetime | None] = (None, None)
        if new.back is not None:
            if taker is None:
                raise Invalid("taker", "is needed where a watch is taken in return", hint="name who gives it")
            back = _watch(shifts, taker, new.back, new.back_end, field="back", now=now)
        swap = Swap(
            id=self.ids.new(SwapId), schedule=schedule.name, asker=asker, taker=taker,
            start=start, end=end, back_start=back[0], back_end=back[1],
            status=SwapStatus.ASKED, asked_at=now, asked_by=who.name,
            expires_at=min(new.expires_at or now + PATIENCE, max(start, now + timedelta(minutes=1))), reason=new.reason,
        )  # fmt: skip
        if swap.expires_at <= now:
            raise Invalid("expires_at", "lies in the past", hint="an answer needs time")
        self.swaps.add(swap)
        self.jobs.schedule(EXPIRE, swap.id, swap.expires_at)
        told = (taker,) if taker else tuple(one for one in schedule.people if one != asker)
        event = SwapAsked(swap.id, swap.schedule, asker, told, _asked_words(swap, self._name(asker)))
        self.events.publish(event, subject=swap.id, cause=None)
        return swap

    def accept(self, swap: str, who: Actor, *, person: str | None = None) -> Swap:
        """The other side agrees, and the final schedule changes. Raises Conflict where it no longer fits."""
        found = self._open(swap)
        taker = self._self(person, who)
        if found.taker is not None and taker != found.taker:
            raise Forbidden(f"{taker} was not asked, {found.taker} was", hint="only who is asked can accept")
        agreed = replace(found, taker=taker)
        if taker == found.asker:
            raise Forbidden("nobody accepts their own swap", hint="withdraw it instead")
        self._check(agreed)
        return self._end(agreed, SwapStatus.ACCEPTED, taker, told=(found.asker,))

    def decline(self, swap: str, who: Actor, *, person: str | None = None) -> Swap:
        """The one who was asked says no. An offer to everybody cannot be declined by one."""
        found = self._open(swap)
        decliner = self._self(person, who)
        if found.taker != decliner:
            raise Forbidden(f"{decliner} was not asked by name", hint="an offer to everybody just waits")
        return self._end(found, SwapStatus.DECLINED, decliner, told=(found.asker,))

    def withdraw(self, swap: str, who: Actor, *, person: str | None = None) -> Swap:
        """The asker takes it back before anybody accepted."""
        found = self._open(swap)
        asker = self._self(person, who) if person or who.name == found.asker else self._on_behalf(found.asker, who)
        if asker != found.asker:
            raise Forbidden(f"{found.asker} asked, not {asker}", hint="decline it instead")
        return self._end(found, SwapStatus.WITHDRAWN, asker, told=(found.taker,) if found.taker else ())

    def expire(self, job: Job) -> None:
        """Nobody answered in time: the asker keeps the watch and is told."""
        found = self.swaps.get(SwapId(job.key), lock=True)
        if found is None or found.status is not SwapStatus.ASKED:
            return
        if found.expires_at > self.clock.now():
            self.jobs.schedule(EXPIRE, found.id, found.expires_at)
            return
        self._end(found, SwapStatus.EXPIRED, None, told=(found.asker,))

    def find(self, *, schedule: str | None = None, person: str | None = None) -> Sequence[Swap]:
        """Swaps that are not long over, newest first; `person`: those that person may have to do with."""
        name = self.schedules.find(schedule).name if schedule else None
        return self.swaps.find(schedule=name, person=person, since=self.clock.now() - _SHOWN)

    def _open(self, swap: str) -> Swap:
        found = self.swaps.get(SwapId(swap), lock=True)
        if found is None:
            raise NotFound("swap", swap)
        if found.status is not SwapStatus.ASKED or found.expires_at <= self.clock.now():
            state = SwapStatus.EXPIRED if found.status is SwapStatus.ASKED else found.status
            raise Conflict(f"the swap is {state}", hint="ask again; an override changes what was agreed")
        return found

    def _check(self, swap: Swap) -> None:
        """Both sides still hold what they give."""
        for start, end, giver, _taker in swap.moves:
            held = held_by(self.schedules.final(swap.schedule, start, end), giver)
            if not held:
                raise Conflict(f"{giver} has no watch any more in this time", hint="decline it, and ask anew")

    def _end(self, swap: Swap, status: SwapStatus, by: str | None, *, told: tuple[str, ...]) -> Swap:
        ended = replace(swap, status=status, answered_at=self.clock.now(), answered_by=by)
        self.swaps.save(ended)
        self.jobs.cancel(EXPIRE, swap.id)
        text = _ended_words(ended, self._name(by))
        self.events.publish(SwapEnded(swap.id, swap.schedule, status, told, text), subject=swap.id, cause=None)
        return ended

    def _self(self, person: str | None, who: Actor) -> str:
        """In whose name somebody speaks: their own; an editor may also write down what another one said."""
        if person is None or person == who.name:
            known = next((one.name for one in self.people.persons() if one.name == who.name), None)
            if known is None:
                raise Invalid("person", f"{who.name} is on no rota", hint="say for whom: --as PERSON")
            return known
        return self._on_behalf(person, who)

    def _on_behalf(self, person: str, who: Actor) -> str:
        who.require(Role.EDITOR)
        return self.people.person(person).name

    def _name(self, person: str | None) -> str:
        return next((one.display_name for one in self.people.persons() if one.name == person), person or "nobody")


def _watch(
    shifts: Sequence[Shift], person: str, start: datetime | None, end: datetime | None, *, field: str, now: datetime
) -> tuple[datetime, datetime]:
    """The stretch of the person's watch that is meant; raises Invalid where they have none then. A `back` without an end is
    the whole watch that holds the moment.
    """
    spans = held_by(shifts, person)
    if start is None:
        later = [one for one in spans if one[0] > now] or spans
        if not later:
            raise Invalid(
                field, f"{person} has no watch in the next 120 days", hint="`watchbill oncall show` lists them"
            )
        return later[0][0], end or later[0][1]
    found = next((one for one in spans if one[1] > start and (end is None or one[0] < end)), None)
    if found is None or (end is None and found[0] > start):
        raise Invalid(field, f"{person} has no watch at that time", hint="`watchbill oncall show SCHEDULE` lists them")
    begins = found[0] if field == "back" and end is None else start
    return max(begins, now), end or found[1]


def _asked_words(swap: Swap, asker: str) -> str:
    span = f"{swap.start:%a %d %b %H:%M} to {swap.end:%a %d %b %H:%M} UTC"
    back = f", and takes yours of {swap.back_start:%a %d %b %H:%M} to {swap.back_end:%a %d %b %H:%M} UTC" if swap.back_start else ""  # fmt: skip
    why = f" Reason: {swap.reason}." if swap.reason else ""
    return f"{asker} asks you to take the watch of {swap.schedule} from {span}{back}.{why} Answer before {swap.expires_at:%a %d %b %H:%M} UTC."


def _ended_words(swap: Swap, by: str) -> str:
    span = f"the watch of {swap.schedule} from {swap.start:%a %d %b %H:%M} to {swap.end:%a %d %b %H:%M} UTC"
    return {
        SwapStatus.ACCEPTED: f"{by} takes {span}.",
        SwapStatus.DECLINED: f"{by} cannot take {span}: it stays yours.",
        SwapStatus.WITHDRAWN: f"{by} keeps {span}: you need not take it.",
    }.get(swap.status, f"Nobody answered in time: {span} stays yours.")
