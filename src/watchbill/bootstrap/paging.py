"""Puts the pager together: the roads that messages take, links, words, and the desk of one transaction."""

import hmac
import sys
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from functools import cached_property
from typing import TYPE_CHECKING

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.beacon import Beacon
from watchbill.adapters.notify.board import PageBoard, WebChannel
from watchbill.adapters.notify.feeds import SignedFeeds
from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.keys import load_or_make
from watchbill.adapters.notify.links import SignedLinks
from watchbill.adapters.notify.providers import Callers, read_channels
from watchbill.adapters.notify.push.channel import PushChannel
from watchbill.adapters.notify.registry import ChannelRegistry
from watchbill.adapters.notify.render import LiquidRenderer
from watchbill.adapters.notify.seals import Seals
from watchbill.adapters.notify.signing import key_of, secret_text
from watchbill.adapters.notify.smtp import MailServer, SmtpChannel
from watchbill.adapters.notify.terminal import TerminalChannel
from watchbill.adapters.notify.trackers import Trackers, read_trackers
from watchbill.adapters.notify.webhook import WebhookChannel
from watchbill.adapters.notify.weburl import read_address
from watchbill.adapters.store.contacts import ContactRecords
from watchbill.adapters.store.deliveries import DeliveryRecords
from watchbill.adapters.store.devices import DeviceRecords, ProofRecords
from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.oncall import EscalationRecords
from watchbill.alerts.model import Alert
from watchbill.bootstrap.situations import ServiceSituations
from watchbill.config import Config
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Invalid, NotFound
from watchbill.kernel.ids import AlertId, DeviceId
from watchbill.oncall.model import Device
from watchbill.oncall.ports import Channel
from watchbill.oncall.service import ContactService, Desk, NewDevice

if TYPE_CHECKING:
    from watchbill.adapters.notify.push.vapid import Vapid
    from watchbill.bootstrap.services import Services

__all__ = ["Roads", "contact_service", "desk"]


_ANYWHERE = Fence(("0.0.0.0/0", "::/0"))


@dataclass(eq=False)
class Roads:
    """What leaves the house, for one process. Built on first use: a command that pages nobody opens no key file."""

    config: Config
    clock: Clock
    public_url: Callable[[], str]
    database: Database

    @cached_property
    def board(self) -> PageBoard:
        """Who is watching the web page."""
        return PageBoard()

    @cached_property
    def renderer(self) -> LiquidRenderer:
        """Words."""
        return LiquidRenderer()

    @cached_property
    def links(self) -> SignedLinks:
        """One-tap links."""
        return SignedLinks(lambda: self._link_key, self.public_url)

    @cached_property
    def seals(self) -> Seals:
        """Sealed texts for addresses."""
        return Seals(lambda: self._link_key)

    @cached_property
    def feeds(self) -> SignedFeeds:
        """Addresses of calendar feeds."""
        return SignedFeeds(lambda: self._link_key, self.public_url)

    @cached_property
    def webhook_key(self) -> bytes:
        """What outgoing webhooks are signed with: as configured, else this installation's own."""
        return key_of(self.config.webhook_secret) if self.config.webhook_secret else self._key("webhook.key")

    @cached_property
    def vapid(self) -> "Vapid":
        """Who we are to push services. The contact must be one that can be written to, or the address people know us by."""
        from watchbill.adapters.notify.push.vapid import Vapid  # slow to import, and most commands push nothing

        def contact() -> str:
            url = self.public_url()
            return url if url.startswith("https:") else f"mailto:{parseaddr(self.config.mail_from)[1]}"

        return Vapid(lambda: self._shared("push", "push.key"), contact)

    def check_device(self, new: NewDevice) -> None:
        """Raise Invalid for a subscription that nothing could be sent to: keys of no browser, an address inside the house."""
        from watchbill.adapters.notify.push.sealing import Reader

        Reader.parse(new.key, new.auth)
        address = read_address(new.endpoint, Fence(self.config.allow_internal))
        if isinstance(address, str):
            raise Invalid("endpoint", address)

    @property
    def webhook_secret(self) -> str:
        """The same as receivers are given it."""
        return secret_text(self.webhook_key)

    @cached_property
    def callers(self) -> Callers:
        """Who calls providers."""
        fence = Fence(self.config.allow_internal)
        return Callers(self._trusted, HttpCaller(fence, monotonic=self.clock.monotonic), fence)

    @cached_property
    def trackers(self) -> Trackers:
        """Where action items are mirrored; none without a file. Raises Invalid for one that cannot be read."""
        return read_trackers(self.config.trackers, self._trusted) if self.config.trackers else Trackers()

    @cached_property
    def channels(self) -> ChannelRegistry:
        """Every channel that is set up here. A new channel is one more line."""
        fence, caller = self.callers.fence, self.callers.fenced
        channels: list[Channel] = [
            TerminalChannel(sys.stderr),
            WebChannel(self.board),
            WebhookChannel(caller, fence, lambda: self.webhook_key),
            PushChannel(caller, fence, lambda: self.vapid, self._device),
        ]
        if self.config.smtp_url:
            server = MailServer.parse(self.config.smtp_url)
            channels.append(SmtpChannel(server, self.config.mail_from, monotonic=self.clock.monotonic))
        if self.config.channels is not None:
            channels += read_channels(self.config.channels, self.callers)
        return ChannelRegistry(channels)

    @cached_property
    def beacon(self) -> Beacon | None:
        """Calls the outside watcher; None where none is set."""
        if not self.config.heartbeat_url:
            return None
        return Beacon(self.config.heartbeat_url, self._trusted, _ANYWHERE)

    @cached_property
    def _trusted(self) -> HttpCaller:
        """What the operator wrote into settings may lie anywhere, as the mail server may."""
        return HttpCaller(_ANYWHERE, monotonic=self.clock.monotonic)

    @cached_property
    def _link_key(self) -> bytes:
        """Each replica reads the links of the others."""
        return self._shared("links", "link.key")

    def _device(self, identifier: str) -> Device | None:
        """The browser of that id, as it is now."""
        with self.database.read() as connection:
            return DeviceRecords(connection).get(DeviceId(identifier))

    def _shared(self, purpose: str, file: str) -> bytes:
        """Derived from the shared secret where there is one, so that all replicas have the same."""
        if self.config.secret:
            return hmac.digest(self.config.secret.encode(), f"watchbill {purpose}".encode(), "sha256")
        return self._key(file)

    def _key(self, name: str) -> bytes:
        return load_or_make(self.config.data / name)


def desk(s: "Services") -> Desk:
    """The pager's desk over one transaction."""
    roads = s.app.roads
    return Desk(
        escalations=EscalationRecords(s.connection),
        deliveries=DeliveryRecords(s.connection),
        contacts=ContactRecords(s.connection),
        devices=DeviceRecords(s.connection),
        proofs=ProofRecords(s.connection),
        policies=s.definitions.escalation_policies,
        schedules=s.schedules,
        runbooks=s.runbooks,
        people=s.people,
        catalog=s.catalog,
        alerts=_Alerts(s),
        situations=ServiceSituations(s),
        channels=s.app.channels,
        renderer=roads.renderer,
        links=roads.links,
        events=s.events,
        jobs=s.jobs,
        ids=s.ids,
        clock=s.clock,
    )


def contact_service(s: "Services") -> ContactService:
    """Ways to people, over one transaction."""
    return ContactService(desk(s), s.audit, s.app.roads.check_device)


class _Alerts:
    """oncall.ports.Alerts over the alerts domain, built only when a page asks for an alert."""

    def __init__(self, s: "Services") -> None:
        self._s = s

    def get(self, alert: AlertId) -> Alert | None:
        try:
            return self._s.alerts.get(alert)
        except NotFound:
            return None

    def is_told_elsewhere(self, alert: AlertId) -> bool:
        return self._s.receivers.takes(alert)

    def rate(self, alert: AlertId, *, actionable: bool, by: str) -> None:
        self._s.alerts.rate(alert, actionable=actionable, by=by)
