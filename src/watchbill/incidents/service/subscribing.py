"""Who hears of bulletins: asking, confirming, leaving, and sending to many without holding anything up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from watchbill.incidents.model.status import (
    Bulletin,
    BulletinPublished,
    Mailing,
    StatusPage,
    Subscriber,
    SubscriberEnded,
    Via,
)
from watchbill.incidents.service.status_desk import StatusDesk
from watchbill.incidents.status_ports import Roads
from watchbill.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from watchbill.kernel.events import Recorded
from watchbill.kernel.ids import BulletinId, SubscriberId
from watchbill.kernel.jobs import Job, sending_lane

__all__ = ["DELIVER", "FAN_OUT", "Subscribing"]

FAN_OUT, DELIVER = "status.fan-out", "status.deliver"
_AT_ONCE = 200  # subscribers for whom deliveries are made in one transaction
_RETRY = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
_FAILURES = 3  # messages in a row that an address refused for good
# Strangers make us write mails: a page sends so many invitations within an hour.
ASKED, ASKED_WITHIN = 200, timedelta(hours=1)
_CONFIRM, _LEAVE = "status confirm", "status leave"
_PRIORITY = 7  # behind every page


class Subscribing:
    """Subscribers of status pages. `refusal` says why an address cannot be written to; `lane` which lane it belongs to."""

    def __init__(self, desk: StatusDesk, roads: Roads) -> None:
        self._desk = desk
        self._records = desk.records
        self._roads = roads

    # --- asking, confirming, leaving

    def ask(self, page: StatusPage, address: str) -> Subscriber:
        """Somebody gave an e-mail address: it gets one message with a link, and nothing else before that is used.

        An address that is known is not told so (the page says the same to everybody); it gets no second invitation within
        an hour.
        """
        address = address.strip()
        self._check(Via.EMAIL, address)
        now = self._desk.incidents.now
        if self._records.asked_since(page.name, now - ASKED_WITHIN) >= ASKED:
            raise Unavailable("too many people subscribe just now: try again in an hour", retry_after_s=3600)
        known = self._records.subscribed(page.name, Via.EMAIL, address)
        if known is not None and (known.confirmed_at is not None or known.created_at > now - ASKED_WITHIN):
            return known
        made = known or self._new(page, Via.EMAIL, address)
        if known is not None:
            made = replace(known, created_at=now)
            self._records.save_subscriber(made)
        self._deliver(made, None, now=True)
        return made

    def add_webhook(self, page: StatusPage, address: str) -> Subscriber:
        """A program that is told by signed POST; set up by people who may edit, so that it needs no confirmation."""
        self._check(Via.WEBHOOK, address)
        if self._records.subscribed(page.name, Via.WEBHOOK, address) is not None:
            raise Conflict(f"{address} is told already")
        made = replace(self._new(page, Via.WEBHOOK, address), confirmed_at=self._desk.incidents.now)
        self._records.save_subscriber(made)
        return made

    def confirm(self, token: str) -> Subscriber:
        """The link of the invitation was used; once is enough, again changes nothing."""
        found = self.of_token(token)
        if found.ended_at is not None:
            raise Conflict("this subscription has ended", hint="subscribe again on the page")
        if found.confirmed_at is None:
            found = replace(found, confirmed_at=self._desk.incidents.now)
            self._records.save_subscriber(found)
        return found

    def leave(self, token: str) -> Subscriber:
        """The link at the end of a message was used."""
        return self._end(self.of_token(token), "left")

    def end(self, subscriber: str) -> Subscriber:
        """Somebody who may edit takes a subscriber off."""
        found = self._records.subscriber(SubscriberId(subscriber))
        if found is None:
            raise NotFound("subscriber", subscriber)
        return self._end(found, "taken off")

    def of_token(self, token: str) -> Subscriber:
        """Whose link it is; raises NotFound for one that is not ours."""
        name = self._desk.seals.opened(_CONFIRM, token) or self._desk.seals.opened(_LEAVE, token)
        found = self._records.subscriber(SubscriberId(name)) if name else None
        if found is None:
            raise NotFound("subscription", "of this link", hint="copy the whole address from the message")
        return found

    def list(self, page: StatusPage, after: str = "", limit: int = 200) -> Sequence[Subscriber]:
        """Subscribers who have not ended, by id."""
        return self._records.subscribers(page.name, after=after, limit=limit)

    def count(self, page: StatusPage) -> int:
        """How many hear of bulletins."""
        return self._records.count_subscribers(page.name)

    # --- sending

    def published(self, recorded: Recorded) -> None:
        """Begin to tell the subscribers."""
        event = recorded.event
        assert isinstance(event, BulletinPublished)
        self._fan_out(event.bulletin, "")

    def fan_out(self, job: Job) -> None:
        """Make deliveries for the next few hundred subscribers, and come back for the rest."""
        bulletin = self._records.bulletin(BulletinId(job.payload["bulletin"]))
        if bulletin is None:
            return
        found = self._records.subscribers(bulletin.page, after=str(job.payload["after"]), limit=_AT_ONCE, active=True)
        for one in found:
            self._deliver(one, bulletin)
        if len(found) == _AT_ONCE:
            self._fan_out(bulletin.id, found[-1].id)

    def begin(self, job: Job) -> Mailing | None:
        """What is to be sent; None where the subscriber has left, or the page is gone."""
        found = self._records.subscriber(SubscriberId(job.payload["subscriber"]))
        page = self._desk.pages.get(found.page) if found else None
        if found is None or page is None or found.ended_at is not None:
            return None
        if job.payload["bulletin"] is None:
            return None if found.confirmed_at is not None else self._invitation(job, page, found)
        bulletin = self._records.bulletin(BulletinId(job.payload["bulletin"]))
        return None if bulletin is None or not found.is_active else self._news(job, page, found, bulletin)

    def finish(self, job: Job, *, delivered: bool, permanent: bool, answer: str, wait_s: float | None) -> None:
        """What came of it: done, tried again a few times, or given up; an address that refuses three messages is left alone."""
        found = self._records.subscriber(SubscriberId(job.payload["subscriber"]))
        if found is None:
            return
        if delivered:
            if found.failures:
                self._records.save_subscriber(replace(found, failures=0))
            return
        tried = int(job.payload["tried"])
        if not permanent and tried < len(_RETRY):
            wait = max(_RETRY[tried], timedelta(seconds=wait_s or 0))
            self._set(found, job.payload["bulletin"], tried + 1, wait)
            return
        found = replace(found, failures=found.failures + 1)
        if found.failures >= _FAILURES and found.ended_at is None:
            self._end(found, f"refused {_FAILURES} messages, the last with: {answer[:200]}")
        else:
            self._records.save_subscriber(found)

    # --- inside

    def _check(self, via: Via, address: str) -> None:
        refusal = self._roads.refusal(via, address)
        if refusal is not None:
            raise Invalid("address", refusal, hint="write ann@example.org" if via is Via.EMAIL else "write https://...")

    def _new(self, page: StatusPage, via: Via, address: str) -> Subscriber:
        made = Subscriber(self._desk.incidents.ids.new(SubscriberId), page.name, via, address, self._desk.incidents.now)
        self._records.add_subscriber(made)
        return made

    def _end(self, found: Subscriber, why: str) -> Subscriber:
        if found.ended_at is not None:
            return found
        ended = replace(found, ended_at=self._desk.incidents.now, ended_why=why)
        self._records.save_subscriber(ended)
        event = SubscriberEnded(found.page, found.id, why)
        self._desk.incidents.events.publish(event, subject=found.id, cause=None)
        return ended

    def _fan_out(self, bulletin: BulletinId, after: str) -> None:
        payload = {"bulletin": bulletin, "after": after}
        self._desk.incidents.jobs.schedule(
            FAN_OUT, f"{bulletin}:{after}", self._desk.incidents.now, payload, priority=_PRIORITY
        )

    def _deliver(self, one: Subscriber, bulletin: Bulletin | None, *, now: bool = False) -> None:
        self._set(one, bulletin.id if bulletin else None, 0, timedelta(0), priority=_PRIORITY - 1 if now else _PRIORITY)

    def _set(
        self, one: Subscriber, bulletin: str | None, tried: int, wait: timedelta, priority: int = _PRIORITY
    ) -> None:
        self._desk.incidents.jobs.schedule(
            DELIVER,
            f"{bulletin or 'invitation'}:{one.id}",
            self._desk.incidents.now + wait,
            {"subscriber": one.id, "bulletin": bulletin, "tried": tried},
            priority=priority,
            lane=sending_lane(self._roads.lane(one.via, one.address)),
        )

    def _invitation(self, job: Job, page: StatusPage, one: Subscriber) -> Mailing:
        url = f"{self._desk.incidents.public_url}/status/confirm/{self._desk.seals.seal(_CONFIRM, one.id)}"
        text = (
            f"Somebody, probably you, asked to be told when something happens to {page.title}.\n\n"
            f"To confirm, open this page and press the button:\n{url}\n\n"
            "If it was not you, do nothing: you will hear no more of this.\n"
        )
        return Mailing(
            job.key, one.via, one.address, f"Confirm: news of {page.title}", text, "", {}, self._desk.incidents.now
        )

    def _news(self, job: Job, page: StatusPage, one: Subscriber, bulletin: Bulletin) -> Mailing:
        base = self._desk.incidents.public_url
        leave = f"{base}/status/leave/{self._desk.seals.seal(_LEAVE, one.id)}"
        zone = self._desk.incidents.people.organisation().timezone
        when = bulletin.at.astimezone(zone)
        affected = ", ".join(page.titles(bulletin.services))
        text = (
            f"{bulletin.title} ({bulletin.stage})\n{when:%Y-%m-%d %H:%M %Z}\n\n{bulletin.text}\n\n"
            f"Affected: {affected}\nThe page: {base}/status/{page.name}\n\nTo hear no more of this: {leave}\n"
        )
        document: dict[str, object] = {
            "type": "status.published",
            "page": page.name,
            "id": bulletin.id,
            "thread": bulletin.incident,
            "at": bulletin.at.isoformat(),
            "stage": bulletin.stage,
            "condition": bulletin.condition,
            "title": bulletin.title,
            "text": bulletin.text,
            "components": list(page.titles(bulletin.services)),
            "url": f"{base}/status/{page.name}",
        }
        subject = f"[{page.title}] {bulletin.stage.capitalize()}: {bulletin.title}"
        return Mailing(job.key, one.via, one.address, subject, text, leave, document, self._desk.incidents.now)
