"""What people answer, on both databases: once is enough, again is harmless, and nothing starts afterwards."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from watchbill.kernel.errors import Conflict, Invalid, NotFound
from watchbill.oncall.model import EscalationStatus, PageStatus
from watchbill.oncall.service import NewPage

if TYPE_CHECKING:
    from tests.contract.oncall.conftest import Drill


def page_of(drill: "Drill", alert: str, person: str) -> str:
    """The id of the newest page to a person about an alert."""
    views = drill.see(lambda paging: paging.pages_of(drill.escalation(alert).id))
    return [view.page.id for view in views if view.page.person == person][-1]


def test_an_acknowledgement_stops_everything(drill: "Drill") -> None:
    """No SMS after three minutes, no bob after five: timers and waiting deliveries are gone."""
    alert = drill.fire()
    drill.forward(minutes=1)
    found = drill.acknowledge(alert)

    assert (found.status, found.acknowledged_by) == (EscalationStatus.ACKNOWLEDGED, "ann")
    drill.forward(minutes=600)
    assert drill.called() == [("ann", "push")]


def test_acknowledging_twice_is_as_good_as_once(drill: "Drill") -> None:
    """The second answer tells the first one's name and time, and is no second event."""
    alert = drill.fire()
    first = drill.acknowledge(alert)
    drill.forward(minutes=1)
    second = drill.acknowledge(alert, drill.bob)

    assert (second.acknowledged_by, second.acknowledged_at) == ("ann", first.acknowledged_at)
    assert drill.kinds("escalation.acknowledged") == ["escalation.acknowledged"]


@pytest.mark.parametrize("target", ["alert", "escalation", "page", "delivery"])
def test_any_id_of_the_chain_can_be_acknowledged(drill: "Drill", target: str) -> None:
    """An alert, its escalation, a page or a delivery of it mean the same walk."""
    alert = drill.fire()
    walk = drill.escalation(alert)
    view = drill.see(lambda paging: paging.pages_of(walk.id))[0]
    ids = {"alert": alert, "escalation": walk.id, "page": view.page.id, "delivery": view.deliveries[0].id}

    assert drill.acknowledge(ids[target]).id == walk.id
    assert drill.escalation(alert).status is EscalationStatus.ACKNOWLEDGED


def test_what_does_not_exist_cannot_be_acknowledged(drill: "Drill") -> None:
    """An unknown id is said to be unknown."""
    with pytest.raises(NotFound):
        drill.acknowledge("esc_00000000000000000000000000")


def test_a_delivery_that_was_claimed_before_the_acknowledgement_is_not_begun_after_it(drill: "Drill") -> None:
    """Between the claim and the sending somebody answered: the sending loop gets nothing to send."""
    alert = drill.fire(run=False)
    drill.worker.step("jobs")
    walk = drill.escalation(alert)
    waiting = drill.see(lambda paging: paging.pages_of(walk.id))[0].deliveries[0]
    drill.do(lambda paging: paging.acknowledge(walk.id, drill.ann))

    assert drill.do(lambda paging: paging.begin(waiting.id)) is None
    assert drill.called() == []


def test_what_was_with_the_provider_at_the_acknowledgement_is_recorded_as_it_ended(drill: "Drill") -> None:
    """The attempt had begun: its success is on record, its failure is not tried again."""
    alert = drill.fire(run=False)
    drill.worker.step("jobs")
    walk = drill.escalation(alert)
    delivery = drill.see(lambda paging: paging.pages_of(walk.id))[0].deliveries[0]
    outgoing = drill.do_only(lambda paging: paging.begin(delivery.id))
    assert outgoing is not None
    drill.do_only(lambda paging: paging.acknowledge(walk.id, drill.ann))
    channel = drill.world.get("push")
    assert channel is not None
    receipt = channel.send(outgoing)

    finished = drill.do(lambda paging: paging.finish(outgoing, receipt))

    assert finished is not None
    assert (finished.status, finished.attempts) == ("delivered", 1)
    drill.forward(minutes=60)
    assert drill.called() == [("ann", "push")]


def test_help_calls_the_next_in_line_now(drill: "Drill") -> None:
    """Escalating does not wait for the timer, and the walk goes on from there."""
    alert = drill.fire()
    drill.do(lambda paging: paging.escalate(alert, drill.ann))
    assert drill.called() == [("ann", "push"), ("bob", "email")]
    drill.forward(minutes=10)

    assert drill.called()[-1] == ("cy", "webhook")


def test_help_after_an_acknowledgement_opens_the_walk_again(drill: "Drill") -> None:
    """Whoever has it wants a second pair of hands: it is unanswered until they answer."""
    alert = drill.fire()
    drill.acknowledge(alert)
    found = drill.do(lambda paging: paging.escalate(alert, drill.ann))

    assert found.status is EscalationStatus.OPEN
    assert drill.called()[-1] == ("bob", "email")
    drill.acknowledge(alert, drill.bob)
    drill.forward(minutes=60)
    assert drill.called()[-1] == ("bob", "email")


def test_a_snooze_ends_and_the_walk_begins_again(drill: "Drill") -> None:
    """Fifteen minutes of quiet, then everything from the start."""
    alert = drill.fire()
    drill.do(lambda paging: paging.snooze(alert, drill.ann, timedelta(minutes=15)))
    drill.forward(minutes=14, seconds=59)
    assert drill.called() == [("ann", "push")]
    drill.forward(seconds=1)

    assert drill.called() == [("ann", "push"), ("ann", "push")]
    assert drill.escalation(alert).status is EscalationStatus.OPEN


def test_a_snoozed_alert_that_resolves_wakes_nobody(drill: "Drill") -> None:
    """What is over stays over."""
    alert = drill.fire()
    drill.do(lambda paging: paging.snooze(alert, drill.ann, timedelta(minutes=15)))
    drill.resolve(alert)
    drill.forward(minutes=60)

    assert drill.called() == [("ann", "push")]


@pytest.mark.parametrize("span", [timedelta(seconds=59), timedelta(hours=24, seconds=1)])
def test_a_snooze_has_bounds(drill: "Drill", span: timedelta) -> None:
    """Not shorter than a minute, not longer than a day."""
    alert = drill.fire()

    with pytest.raises(Invalid):
        drill.do(lambda paging: paging.snooze(alert, drill.ann, span))


def test_not_me_calls_the_next_at_once(drill: "Drill") -> None:
    """The only one who was called says no: nobody waits for five minutes, and ann is not called for it again."""
    alert = drill.fire()
    drill.do(lambda paging: paging.decline(page_of(drill, alert, "ann"), drill.ann))
    assert drill.called() == [("ann", "push"), ("bob", "email")]
    drill.forward(minutes=600)

    assert ("ann", "sms") not in drill.called()
    assert drill.called().count(("ann", "push")) == 1


def test_not_me_leaves_the_others_of_the_step(drill: "Drill") -> None:
    """Two were called and one says no: the other still has their five minutes."""
    alert = drill.fire(policy="pair")
    drill.do(lambda paging: paging.decline(page_of(drill, alert, "bob"), drill.bob))
    drill.forward(minutes=4)

    assert sorted(drill.called()) == [("bob", "email"), ("cy", "webhook")]


def test_not_me_by_somebody_who_was_not_called(drill: "Drill") -> None:
    """There is nothing to decline, and it says so."""
    alert = drill.fire()

    with pytest.raises(Conflict):
        drill.do(lambda paging: paging.decline(alert, drill.bob))


def test_reassigning_calls_others_instead(drill: "Drill") -> None:
    """Ann's SMS does not come any more, dee is called, and if she does not answer the walk goes on."""
    alert = drill.fire()
    drill.do(lambda paging: paging.reassign(alert, drill.ann, ["dee"]))
    drill.forward(minutes=4)
    assert drill.called() == [("ann", "push"), ("dee", "email")]
    drill.forward(minutes=1)

    assert drill.called()[-1] == ("bob", "email")


def test_adding_a_responder_leaves_the_walk_alone(drill: "Drill") -> None:
    """After the acknowledgement another is asked in; nothing else starts."""
    alert = drill.fire()
    drill.acknowledge(alert)
    drill.do(lambda paging: paging.add_responder(alert, drill.ann, ["person:dee"]))
    drill.forward(minutes=60)

    assert drill.called() == [("ann", "push"), ("dee", "email")]
    assert drill.escalation(alert).status is EscalationStatus.ACKNOWLEDGED


@pytest.mark.parametrize("to", [["nobody-here"], ["schedule:nobody"], ["tema:payments"]])
def test_handing_on_to_nobody_is_refused(drill: "Drill", to: list[str]) -> None:
    """The one who is called now stays called."""
    alert = drill.fire()

    with pytest.raises((NotFound, Invalid)):
        drill.do(lambda paging: paging.reassign(alert, drill.ann, to))
    assert drill.escalation(alert).status is EscalationStatus.OPEN


def test_not_actionable_acknowledges_and_labels(drill: "Drill") -> None:
    """A person has seen it and says that there was nothing to do: quiet, and counted as a false positive."""
    alert = drill.fire()
    with pytest.raises(NotFound):  # the drill's alerts have no row in the alerts' own store
        drill.do(lambda paging: paging.not_actionable(alert, drill.ann))
    page = drill.do(lambda paging: paging.send(NewPage("Try", to=("ann",)), drill.bob))
    found = drill.do(lambda paging: paging.not_actionable(page.id, drill.ann))

    assert (found.status, found.not_actionable_by) == (EscalationStatus.ACKNOWLEDGED, "ann")
    drill.do(lambda paging: paging.not_actionable(page.id, drill.bob))
    assert drill.kinds("page.not_actionable") == ["page.not_actionable"]


def test_what_is_over_cannot_be_handed_on(drill: "Drill") -> None:
    """A resolved walk takes an acknowledgement without effect, and refuses the rest with the reason."""
    alert = drill.fire()
    drill.do(lambda paging: paging.resolve(alert, drill.ann))

    assert drill.acknowledge(alert).status is EscalationStatus.RESOLVED
    with pytest.raises(Conflict):
        drill.do(lambda paging: paging.escalate(alert, drill.ann))


def test_a_person_can_page_another(drill: "Drill") -> None:
    """By name, by target or by policy; to nobody it is refused."""
    drill.do(lambda paging: paging.send(NewPage("Look at this", to=("bob",)), drill.ann))
    drill.do(lambda paging: paging.send(NewPage("Look at this", policy="pair"), drill.ann))

    assert sorted(drill.called()) == [("bob", "email"), ("bob", "email"), ("cy", "webhook")]
    with pytest.raises(NotFound):
        drill.do(lambda paging: paging.send(NewPage("x", policy="pairs"), drill.ann))
    with pytest.raises(NotFound):
        drill.do(lambda paging: paging.send(NewPage("x", to=("zoe",)), drill.ann))


def test_a_pager_can_be_tried_out(drill: "Drill") -> None:
    """As a page would go, or over every contact at once; nobody else is ever called for it."""
    drill.do(lambda paging: paging.test("ann", drill.owner))
    assert drill.called() == [("ann", "push")]
    drill.do(lambda paging: paging.test("ann", drill.owner, all_channels=True))

    assert sorted(drill.called()) == [("ann", "email"), ("ann", "push"), ("ann", "push"), ("ann", "sms")]
    assert "trying out" in drill.world.ledger[0].message.text
    drill.forward(minutes=600)
    assert {person for person, _ in drill.called()} == {"ann"}


def test_pages_show_how_far_they_came(drill: "Drill") -> None:
    """Delivered, declined, cancelled: the page says which."""
    alert = drill.fire()
    drill.world.break_down("email")
    drill.forward(minutes=5)
    drill.acknowledge(alert)
    views = drill.see(lambda paging: paging.pages_of(drill.escalation(alert).id))

    assert [(view.page.person, view.page.status) for view in views] == [
        ("ann", PageStatus.DELIVERED),
        ("bob", PageStatus.CANCELLED),
    ]
    assert [attempt.number for attempt in views[1].attempts] == [1]
    assert drill.see(lambda paging: paging.page(views[0].page.id)).page == views[0].page
