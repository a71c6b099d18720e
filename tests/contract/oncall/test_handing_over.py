"""A watch passes from ann to bob: the document, who may sign it, who is told, and what happens when nobody signs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from tests.contract.oncall.conftest import ANN, BOB, OWNER, Drill
from tests.contract.oncall.test_health import MONDAY, ROTA, on_sqlite

from watchbill.catalog.model import Risk
from watchbill.catalog.service import NewChange
from watchbill.kernel.errors import Conflict, Forbidden
from watchbill.oncall.model.handoffs import Handoff, Heading
from watchbill.people.model import Actor, Role

RUNBOOK_AND_WORK = """
runbook: {title: Slow search, alert_name: SlowSearch, owner: night-owls}
---
maintenance_window:
  name: reindex
  services: [search]
  starts: "2026-12-02T22:00:00"
  timezone: Europe/Paris
  duration: 2h
  what: Rebuild the index
  rollback_plan: Switch the alias back
"""
WEEK = timedelta(days=7)


def _passed_on(drill: Drill, before: Callable[[], object] | None = None) -> Handoff:
    """The watch on `watch` passes from ann to bob on Monday at 10:00 in Paris."""
    drill.write(ROTA)
    drill.app.rounds.shifts()
    drill.clock.forward(MONDAY - drill.clock.now() - timedelta(minutes=30))
    if before is not None:
        before()
    drill.run()
    drill.clock.forward(timedelta(minutes=30, seconds=30))
    drill.app.rounds.shifts()
    drill.run()
    return _newest(drill)


def _newest(drill: Drill) -> Handoff:
    with drill.app.reading() as s:
        return s.duty.handoffs.find("watch")


def _told(drill: Drill, person: str) -> list[str]:
    return [str(one.facts["title"]) for one in drill.world.sent(person) if one.facts["is_notice"]]


def _sign(drill: Drill, handoff: Handoff, who: Actor = ANN) -> Handoff:
    with drill.app.transaction() as s:
        signed = s.duty.handoffs.sign(handoff.id, who)
    drill.run()
    return signed


def test_the_document_is_written_from_data_under_five_headings(drill: Drill) -> None:
    """Changes with risk and rollback, planned work with its length, new runbooks; what is not there is said."""

    def before() -> None:
        drill.write(ROTA + "---" + RUNBOOK_AND_WORK)
        with drill.app.transaction() as s:
            s.catalog.record_change(
                NewChange("search", summary="New ranking", risk=Risk.HIGH, rollback_plan="Flag off"), by="cy"
            )

    handoff = _passed_on(drill, before)

    assert (handoff.outgoing, handoff.incoming, handoff.ends_at) == ("ann", "bob", MONDAY)
    assert list(handoff.texts) == list(Heading)
    assert handoff.texts[Heading.OPEN] == "Nothing is open."
    assert "search deploy New ranking" in handoff.texts[Heading.CHANGES]
    assert "high risk; rollback: Flag off" in handoff.texts[Heading.CHANGES]
    assert "Wed 2 Dec 22:00 CET" in handoff.texts[Heading.MAINTENANCE]
    assert "Rebuild the index, 2 h; rollback: Switch the alias back" in handoff.texts[Heading.MAINTENANCE]
    assert "new on Mon 30 Nov" in handoff.texts[Heading.RUNBOOKS]


def test_both_are_told_and_the_chain_is_signed_then_acknowledged(drill: Drill) -> None:
    """Ann is asked to sign, bob is told, ann hears that bob has it; the export is the playbook's template."""
    handoff = _passed_on(drill)
    _sign(drill, handoff)
    with drill.app.transaction() as s:
        taken = s.duty.handoffs.acknowledge(handoff.id, BOB)
        assert s.duty.handoffs.acknowledge(handoff.id, BOB) == taken
    drill.run()

    assert sorted(_told(drill, "ann")) == [
        "How was your watch on watch?", "Sign the hand-over of watch", "bob has the watch on watch",
    ]  # fmt: skip
    assert _told(drill, "bob") == ["ann hands watch over to you"]
    assert (taken.acknowledged_by, taken.signed_at is not None) == ("bob", True)
    assert drill.kinds("handoff.drafted", "handoff.signed", "handoff.acknowledged") == [
        "handoff.drafted", "handoff.signed", "handoff.acknowledged",
    ]  # fmt: skip


@on_sqlite
def test_nobody_signs_for_another(drill: Drill) -> None:
    """Not the next in line, not an admin, not a token that somebody else gave the person's name."""
    handoff = _passed_on(drill)
    with drill.app.transaction() as s:
        s.people.create_token("ann", Role.RESPONDER, OWNER)
    others = [BOB, OWNER, Actor("ann", Role.RESPONDER, "token")]
    with drill.app.transaction() as s:
        for who in others:
            with pytest.raises(Forbidden):
                s.duty.handoffs.sign(handoff.id, who)
            with pytest.raises(Forbidden):
                s.duty.handoffs.edit(handoff.id, {Heading.OPEN: "nothing"}, None, who)
        with pytest.raises(Conflict):
            s.duty.handoffs.acknowledge(handoff.id, BOB)

    assert _newest(drill).signed_at is None


@on_sqlite
def test_only_the_next_person_acknowledges(drill: Drill) -> None:
    """Whoever hands over does not take over as well."""
    handoff = _passed_on(drill)
    _sign(drill, handoff)
    with drill.app.transaction() as s:
        for who in (ANN, OWNER):
            with pytest.raises(Forbidden):
                s.duty.handoffs.acknowledge(handoff.id, who)

    assert _newest(drill).acknowledged_at is None


def test_the_outgoing_person_edits_until_they_sign(drill: Drill) -> None:
    """Headings that are not mentioned stay; after the signature nothing changes."""
    handoff = _passed_on(drill)
    with drill.app.transaction() as s:
        edited = s.duty.handoffs.edit(handoff.id, {Heading.RISKS: "- Watch the cache"}, "Quiet week.", ANN)
    _sign(drill, handoff)
    with drill.app.transaction() as s, pytest.raises(Conflict):
        s.duty.handoffs.edit(handoff.id, {Heading.RISKS: "later"}, None, ANN)

    assert edited.texts[Heading.RISKS] == "- Watch the cache"
    assert edited.texts[Heading.OPEN] == handoff.texts[Heading.OPEN]
    assert _newest(drill).note == "Quiet week."


@on_sqlite
def test_who_does_not_sign_is_reminded_and_in_the_end_the_next_person_knows(drill: Drill) -> None:
    """After 1, 4 and 12 hours; then it is left alone. A signature ends it."""
    _passed_on(drill)
    drill.forward(minutes=30 * 60)
    asked = [title for title in _told(drill, "ann") if title.startswith("Sign")]

    assert asked == [
        "Sign the hand-over of watch",
        "Sign the hand-over of watch (reminder 1 of 3)",
        "Sign the hand-over of watch (reminder 2 of 3)",
        "Sign the hand-over of watch (reminder 3 of 3)",
    ]
    assert _told(drill, "bob") == ["The hand-over of watch is not signed"]


@on_sqlite
def test_a_signature_ends_the_reminders(drill: Drill) -> None:
    """Nothing is asked after it."""
    handoff = _passed_on(drill)
    _sign(drill, handoff)
    drill.forward(minutes=30 * 60)

    assert [title for title in _told(drill, "ann") if "reminder" in title] == []


@on_sqlite
def test_the_survey_is_answered_with_the_link_of_its_message(drill: Drill) -> None:
    """One tap, in the name of whoever got the message."""
    _passed_on(drill)
    message = next(one for one in drill.world.sent("ann") if "How was" in str(one.facts["title"]))
    token = message.link.rpartition("/")[2]
    with drill.app.reading() as s:
        errand = s.paging.errand(token)
        waiting = s.duty.surveys.waiting("ann")

    assert errand is not None
    assert errand.person == "ann"
    assert [one.id for one in waiting] == [errand.about]


@on_sqlite
def test_a_pause_of_the_same_person_is_no_hand_over(drill: Drill) -> None:
    """A watch from nine to five passes on from friday's person to monday's, not every evening."""
    drill.write(
        """
schedule:
  name: day
  timezone: Europe/Paris
  layers:
    - {name: weekly, rotation: weekly, start: "2026-01-05T09:00:00", people: [ann, bob],
       restrictions: [{days: [mon-fri], from: "09:00", to: "17:00"}]}
"""
    )
    drill.app.rounds.shifts()
    for _ in range(2 * 8):
        drill.clock.forward(timedelta(hours=12))
        drill.app.rounds.shifts()
    drill.run()
    with drill.app.reading() as s:
        found = s.duty.handoffs.list(schedule="day")
        stood = s.duty.shifts.stood(datetime(2026, 11, 24, 12, tzinfo=UTC), drill.clock.now())

    assert [(one.outgoing, one.incoming) for one in found] == [("ann", "bob")]
    assert sum(one.schedule == "day" for one in stood) == 6


def test_two_processes_keep_a_shift_once(drill: Drill) -> None:
    """Both saw that the watch passed on; one writes it down, and one document is drafted."""
    drill.write(ROTA)
    drill.app.rounds.shifts()
    drill.clock.forward(MONDAY - drill.clock.now() + timedelta(minutes=1))
    with drill.app.transaction() as s:
        first = s.duty.shifts.keep()
    with drill.app.transaction() as s:
        second = s.duty.shifts.keep()
    drill.run()
    with drill.app.reading() as s:
        found = s.duty.handoffs.list(schedule="watch")

    assert (first > 0, second) == (True, 0)
    assert len(found) == 1
