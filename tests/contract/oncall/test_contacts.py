"""Ways to a person: proved ones page, the others are the last resort; codes, devices, receipts, and hours of quiet."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from watchbill.adapters.store.devices import DeviceRecords
from watchbill.alerts.model import Severity
from watchbill.kernel.errors import Conflict, Forbidden, Unavailable
from watchbill.kernel.ids import DeviceId
from watchbill.oncall.model import Device, HowProved, LinkAction, Outcome, Receipt
from watchbill.oncall.service import NewPage
from watchbill.oncall.service.contacts import CODE_TRIES
from watchbill.people.model import Actor, Role

if TYPE_CHECKING:
    from tests.contract.oncall.conftest import Drill

EVE = Actor("eve", Role.RESPONDER, "test")
HOUSE = """
person: {name: eve, email: eve@shop.test, contacts: [{channel: sms, address: "+3377"}], notification_rules: [{after: 0m, channel: sms}]}
---
person: {name: fay, timezone: Europe/Paris, contacts: [{channel: sms, address: "+3388"}]}
---
escalation_policy: {name: eve, steps: [{notify: ["person:eve"], wait: 5m}]}
---
escalation_policy: {name: fay, steps: [{notify: ["person:fay"], wait: 5m}]}
"""


@pytest.fixture
def house(drill: "Drill") -> "Drill":
    """With eve, whose phone number nobody has proved, and fay, who has nothing else."""
    drill.write(HOUSE)
    drill.run()
    return drill


def second_phone(drill: "Drill") -> None:
    """Ann lets another phone take her pages."""
    with drill.app.transaction() as s:
        DeviceRecords(s.connection).add(
            Device(
                DeviceId("dev_secondphone"), "ann", "Tablet", "https://push.test/2", "key", "auth", drill.clock.now()
            )
        )


def test_a_contact_that_nobody_has_proved_does_not_page(house: "Drill") -> None:
    """Eve's rule names her number, but only her mail is known to reach her."""
    house.fire(policy="eve")

    assert house.called() == [("eve", "email")]


def test_it_is_the_last_resort(house: "Drill") -> None:
    """When what is proved fails, or there is nothing proved, a page to a doubtful number is better than none."""
    house.world.break_down("email", Outcome.PERMANENT)
    house.fire(policy="eve", group="one")
    house.fire(policy="fay", group="two")

    assert house.called() == [("eve", "email"), ("eve", "sms"), ("fay", "sms")]


def test_a_code_that_comes_back_proves_it(house: "Drill") -> None:
    """The message tells six digits; given back they count, and the next page takes the person's own rule."""
    with house.app.transaction() as s:
        s.contacts.send_code("eve", "sms", EVE)
    house.run()
    (message,) = house.world.sent("eve", "sms")
    code = str(message.facts["code"])

    with house.app.transaction() as s:
        proved = s.contacts.confirm("eve", code, EVE)
    house.fire(policy="eve")

    assert proved is not None
    assert proved.how is HowProved.ANSWERED
    assert code in message.message.short
    assert house.called()[-1] == ("eve", "sms")
    assert house.kinds("contact.verified") == ["contact.verified"]


def test_the_link_in_the_message_proves_it_too(house: "Drill") -> None:
    """Pressing the button there is as good as the code."""
    with house.app.transaction() as s:
        s.contacts.send_code("eve", "sms", EVE)
    house.run()
    house.do(lambda paging: paging.act(house.link(), LinkAction.ACK))

    with house.app.reading() as s:
        _, contacts = s.contacts.of("eve")

    assert [(one.channel, one.how) for one in contacts] == [("sms", HowProved.ANSWERED), ("email", HowProved.FILE)]


def test_codes_cannot_be_guessed(house: "Drill") -> None:
    """After five wrong ones even the right one is refused; a new one is sent at most every half a minute."""
    with house.app.transaction() as s:
        s.contacts.send_code("eve", "sms", EVE)
    house.run()
    code = str(house.world.sent("eve", "sms")[0].facts["code"])
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(CODE_TRIES):
        with house.app.transaction() as s:
            assert s.contacts.confirm("eve", wrong, EVE) is None

    with pytest.raises(Conflict, match="too many"), house.app.transaction() as s:
        s.contacts.confirm("eve", code, EVE)
    with pytest.raises(Unavailable), house.app.transaction() as s:
        s.contacts.send_code("eve", "sms", EVE)


def test_a_code_is_good_for_a_quarter_of_an_hour(house: "Drill") -> None:
    """Then it is no code any more."""
    with house.app.transaction() as s:
        s.contacts.send_code("eve", "sms", EVE)
    house.run()
    code = str(house.world.sent("eve", "sms")[0].facts["code"])
    house.clock.forward(timedelta(minutes=15, seconds=1))

    with pytest.raises(Conflict, match="no code"), house.app.transaction() as s:
        s.contacts.confirm("eve", code, EVE)


def test_a_code_goes_over_its_contact_and_no_other(house: "Drill") -> None:
    """Where it fails nobody is told another way: that would prove something else."""
    house.world.break_down("sms", Outcome.PERMANENT)
    with house.app.transaction() as s:
        s.contacts.send_code("eve", "sms", EVE)
    house.run()

    assert house.called() == [("eve", "sms")]


def test_nobody_sets_up_the_contacts_of_others(house: "Drill") -> None:
    """An admin may; a token that has the person's name may not."""
    with pytest.raises(Forbidden), house.app.transaction() as s:
        s.contacts.send_code("eve", "sms", house.bob)
    with pytest.raises(Forbidden), house.app.transaction() as s:
        s.contacts.send_code("eve", "sms", Actor("eve", Role.RESPONDER, "token"))
    with house.app.transaction() as s:
        s.contacts.send_code("eve", "sms", house.owner)


def test_all_devices_are_told_at_once_and_one_that_fails_is_no_failure(drill: "Drill") -> None:
    """Both phones ring; while one of them has the page, nothing else is tried."""
    second_phone(drill)
    drill.world.answer(lambda out: Receipt(Outcome.PERMANENT, "no", 400) if out.address == "dev_secondphone" else None)
    drill.fire()

    assert sorted((one.channel, one.address) for one in drill.world.sent()) == [
        ("push", "dev_annsphone"),
        ("push", "dev_secondphone"),
    ]


def test_when_every_device_fails_the_next_channel_is_taken(drill: "Drill") -> None:
    """The SMS that was meant for later goes now, once."""
    second_phone(drill)
    drill.world.break_down("push", Outcome.PERMANENT)
    drill.fire()

    assert [one.channel for one in drill.world.sent("ann")] == ["push", "push", "sms"]


def test_a_device_that_its_service_forgot_is_gone_and_its_owner_is_told(drill: "Drill") -> None:
    """Nothing is sent there any more, and its keys are forgotten with it."""
    drill.world.script("push", Receipt(Outcome.PERMANENT, "gone", 410))
    drill.fire()

    with drill.app.reading() as s:
        (device,) = s.contacts.devices("ann", gone=True)
    assert device.gone_at is not None
    assert (device.endpoint, device.key, device.auth) == ("", "", "")
    (mail,) = drill.world.sent("ann", "email")
    assert mail.facts["title"] == "Ann's phone takes no pages any more"


def test_a_device_says_that_it_showed_the_page(drill: "Drill") -> None:
    """Once: a repeat changes nothing; the event tells which device, and when."""
    drill.fire()
    token = drill.link()
    for _ in range(2):
        with drill.app.transaction() as s:
            s.contacts.shown(token)

    assert drill.kinds("page.shown") == ["page.shown"]
    with drill.app.reading() as s:
        (device,) = s.contacts.devices("ann")
    assert device.shown_at is not None


def test_one_device_can_be_tried_out(drill: "Drill") -> None:
    """The others stay still, and it is no page that anybody has to answer."""
    second_phone(drill)
    with drill.app.transaction() as s:
        s.contacts.test_device("dev_secondphone", drill.ann)
    drill.run()

    (sent,) = drill.world.sent()
    assert (sent.address, sent.urgent) == ("dev_secondphone", False)


# --- what can wait. It is 04:00 in Paris.


def test_at_night_a_notice_comes_over_what_wakes_nobody(drill: "Drill") -> None:
    """Ann's first contact is her phone; by night it is her mail."""
    with drill.app.transaction() as s:
        s.paging.tell("ann", NewPage("Budget spent", severity=Severity.P1), key="one")
    drill.run()

    assert drill.called() == [("ann", "email")]
    assert not drill.world.sent()[0].urgent


def test_by_day_it_comes_over_the_first_contact(drill: "Drill") -> None:
    """As a message of normal urgency."""
    drill.clock.jump(datetime(2026, 11, 24, 10, 0, tzinfo=UTC))
    with drill.app.transaction() as s:
        s.paging.tell("ann", NewPage("Budget spent", severity=Severity.P1), key="one")
    drill.run()

    assert [(one.channel, one.urgent) for one in drill.world.sent()] == [("push", False)]


def test_what_would_wake_somebody_waits_for_the_morning(house: "Drill") -> None:
    """Fay has a phone and nothing else: the notice comes at eight of her clock, to the second."""
    with house.app.transaction() as s:
        s.paging.tell("fay", NewPage("Silence ends", severity=Severity.P3), key="one")
    house.run()
    house.forward(minutes=4 * 60 - 1)
    assert house.called() == []
    house.forward(minutes=1)

    assert house.called() == [("fay", "sms")]


def test_a_page_never_waits(house: "Drill") -> None:
    """Quiet hours are for what can wait."""
    house.fire(policy="fay", severity=Severity.P1)

    assert house.called() == [("fay", "sms")]
