"""watchbill on a phone: it installs, shows pushed pages, acknowledges from the lock screen, and never shows old state as new."""

import json
import re
import struct
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.conftest import PHONE, Stage
from tests.browser.world import OWNER

from watchbill.adapters.notify.fake import FakeWorld
from watchbill.adapters.notify.push.channel import payload
from watchbill.adapters.store.devices import DeviceRecords
from watchbill.kernel.ids import DeviceId
from watchbill.oncall.model import Device, EscalationStatus
from watchbill.operations import contacts, paging

pytestmark = pytest.mark.browser
Stages = Callable[[str], Stage]


def installed(stage: Stage) -> tuple[BrowserContext, Page]:
    """A phone on which ana has opened watchbill, with the service worker at work."""
    context = stage.context(PHONE)
    context.grant_permissions(["notifications"], origin=stage.site.url)
    page = context.new_page()
    page.goto("/me/contacts")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # the first load came before the worker
    assert page.evaluate("!!navigator.serviceWorker.controller")
    return context, page


def push(stage: Stage, context: BrowserContext, page: Page) -> str:
    """Page ana; what the push service would hand to her phone is handed to its worker. The page's id."""
    stage.world.app.channels = fake = FakeWorld()
    with stage.world.app.transaction() as s:
        DeviceRecords(s.connection).add(
            Device(DeviceId("dev_anasphone"), "ana", "Phone", "https://push.test/1", "key", "auth", s.now)
        )
        sent = paging.send(s, OWNER, paging.SendPage(to=["ana"], title="Checkout fails", severity="P0"))
    stage.world.drain()
    (outgoing,) = fake.sent("ana", "push")
    session = context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(one["registrationId"] for one in told["registrations"]),
    )
    session.send("ServiceWorker.enable")
    while not found:
        page.wait_for_timeout(20)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": stage.site.url, "registrationId": found[0], "data": payload(outgoing).decode()},
    )
    return sent.id


def shown(page: Page, count: int = 1) -> list[dict[str, object]]:
    """The notifications on the phone."""
    script = """async count => {
      const worker = await navigator.serviceWorker.ready;
      for (let i = 0; i < 250; i++) {
        const all = await worker.getNotifications();
        if (all.length >= count) return all.map(({title, body, tag, actions}) => ({title, body, tag, acts: actions.map(one => one.action)}));
        await new Promise(done => setTimeout(done, 40));
      }
      return [];
    }"""
    found: list[dict[str, object]] = page.evaluate(script, count)
    return found


def press(context: BrowserContext, action: str) -> None:
    """Press a button of the notification: what the system would tell the worker."""
    context.service_workers[0].evaluate(
        """async action => {
          const [notification] = await self.registration.getNotifications();
          const event = new NotificationEvent("notificationclick", { notification, action });
          const waiting = [];
          event.waitUntil = promise => waiting.push(promise);
          self.dispatchEvent(event);
          await Promise.all(waiting);
        }""",
        action,
    )


def test_it_can_be_installed(stage: Stages) -> None:
    """The manifest names icons that exist, of the sizes it says."""
    on = stage("calm")
    page = on.context(PHONE, person=None).new_page()
    answer = page.request.get("/manifest.webmanifest")
    manifest = json.loads(answer.text())

    assert answer.headers["content-type"].startswith("application/manifest+json")
    assert (manifest["display"], manifest["scope"], manifest["start_url"]) == ("standalone", "/", "/")
    for icon in manifest["icons"]:
        body = page.request.get(icon["src"]).body()
        if icon["type"] == "image/png":
            assert "x".join(map(str, struct.unpack("!II", body[16:24]))) == icon["sizes"]


def test_a_pushed_page_is_shown_and_the_device_says_so(stage: Stages) -> None:
    """Title, sentence and a button; the receipt arrives and the list of devices shows when."""
    on = stage("calm")
    context, page = installed(on)
    push(on, context, page)

    (notification,) = shown(page)
    assert "Checkout fails" in str(notification["title"])
    assert notification["acts"] == ["ack", "open"]
    for _ in range(250):
        with on.world.app.reading() as s:
            (device,) = contacts.devices(s, OWNER, contacts.OfPerson(person="ana"))
        if device.shown_at:
            break
        page.wait_for_timeout(40)
    assert device.shown_at is not None


def test_the_button_on_the_lock_screen_acknowledges(stage: Stages) -> None:
    """And what is shown then says who has it."""
    on = stage("calm")
    context, page = installed(on)
    escalation = push(on, context, page)
    shown(page)
    press(context, "ack")

    with on.world.app.reading() as s:
        now = paging.show_escalation(s, OWNER, paging.Target(id=escalation))
    assert (now.status, now.acknowledged_by) == (EscalationStatus.ACKNOWLEDGED, "ana")
    (notification,) = shown(page)
    assert notification["title"] == "Acknowledged"
    assert "ana has it" in str(notification["body"])


def test_an_acknowledgement_that_does_not_arrive_says_so(stage: Stages) -> None:
    """Nobody may believe that they have it when watchbill does not know."""
    on = stage("calm")
    context, page = installed(on)
    push(on, context, page)
    shown(page)
    on.site.close()
    press(context, "ack")

    (notification,) = shown(page)
    assert notification["title"] == "NOT acknowledged"


def test_without_a_network_nothing_old_is_shown(stage: Stages) -> None:
    """Pages that were open before are not kept: the phone says that it cannot tell."""
    on = stage("burning")
    _context, page = installed(on)
    page.goto("/alerts")
    before = page.locator("main").inner_text()
    on.site.close()
    page.goto("/alerts")

    expect(page.locator("h1")).to_have_text("watchbill cannot be reached from here.")
    assert "checkout" in before.lower()
    assert "checkout" not in page.content().lower()
    kept = page.evaluate(
        "caches.keys().then(names => Promise.all(names.map(name => caches.open(name).then(one => one.keys())))).then(all => all.flat().map(one => new URL(one.url).pathname))"
    )
    assert [one for one in kept if not re.match(r"/static/", one)] == ["/offline"]


def test_contacts_work_without_scripts(stage: Stages) -> None:
    """A test of a device, its removal, and a wrong code: ordinary forms."""
    on = stage("calm")
    on.world.app.channels = FakeWorld()
    with on.world.app.transaction() as s:
        DeviceRecords(s.connection).add(
            Device(DeviceId("dev_anasphone"), "ana", "Phone", "https://push.test/1", "key", "auth", s.now)
        )
    page = on.context(PHONE, scripts=False).new_page()
    page.goto("/me/contacts")
    page.get_by_role("button", name="Send a test to Phone").click()
    expect(page.get_by_role("status")).to_contain_text("A test is on its way")
    page.get_by_role("button", name="Remove Phone").click()
    expect(page.get_by_role("status")).to_contain_text("no pages any more")

    with on.world.app.reading() as s:
        assert [one.gone_because for one in s.contacts.devices("ana", gone=True)] == ["removed"]
