"""One thing that was heard, in one transaction: done once, by the person's own rights, on record, and answered."""

import structlog

from watchbill.bootstrap import App, Services
from watchbill.chat.model import Command, Heard, Invited, PageMessage, Pressed, Reacted, Sign, Spoken
from watchbill.chat.rules.commands import COMMANDS, read_command
from watchbill.chat.rules.patience import COMMAND_LIFE
from watchbill.entrypoints.chat.commands import carry_out
from watchbill.kernel.crashpoint import crashpoint
from watchbill.kernel.errors import Forbidden, Refused, Unavailable, WatchbillError
from watchbill.kernel.ids import DeliveryId
from watchbill.people.model import Actor, Role

__all__ = ["Hearing"]

_log = structlog.get_logger("watchbill.chat")
_ANSWERS = {Sign.TAKE: "ack", Sign.DONE: "resolve"}


class Hearing:
    """Takes what ears hear. Safe to use from several threads."""

    def __init__(self, app: App) -> None:
        self._app = app

    def take(self, heard: Heard) -> str:
        """Do it, and the reply; what was taken before changes nothing. Raises Unavailable where it could not be saved."""
        try:
            with self._app.transaction() as s:
                if not s.chat.is_new(heard):
                    return ""
                reply = self._done(s, heard)
                s.chat.reply(heard, reply)
                crashpoint("chat.before_commit")
        except Unavailable:
            raise
        except WatchbillError as no:
            return self._refused(heard, no)
        except Exception as wrong:  # noqa: BLE001 - one message that we cannot take must not keep all later ones from being heard
            _log.error("chat failed", provider=heard.provider, heard=heard.id, exc_info=wrong)
            return self._refused(
                heard, Refused("fault", "This is my fault, not yours: nothing was done", hint="the log has the cause")
            )
        crashpoint("chat.taken")
        return reply

    def _refused(self, heard: Heard, no: WatchbillError) -> str:
        """Nothing was changed; that it was tried stays, and whoever tried hears why."""
        reply = f"{no.message}" + (f" ({no.hint})" if no.hint else "")
        with self._app.transaction() as s:
            if s.chat.is_new(heard):
                s.chat.reply(heard, reply)
                if isinstance(no, Forbidden):
                    person = s.chat.linking.person(heard.provider, heard.user)
                    who = Actor(person or f"{heard.provider}:{heard.user}", Role.VIEWER, heard.provider)
                    s.people.refuse_access(who, f"chat.{type(heard).__name__.lower()}")
        _log.info("chat refused", provider=heard.provider, user=heard.user, reason=no.message)
        return reply

    def _done(self, s: Services, heard: Heard) -> str:
        match heard:
            case Command():
                return self._command(s, heard)
            case Pressed():
                page = s.chat.page_of(DeliveryId(heard.delivery))
                return _answer(s, heard, page, heard.answer) if page else "This page is not known here any more."
            case Reacted(sign=Sign.MARK):
                return self._mark(s, heard)
            case Reacted():
                page = s.chat.page_at(heard, heard.message)
                return _answer(s, heard, page, _ANSWERS[heard.sign]) if page else ""
            case Spoken():
                s.chat.follow(heard)
            case Invited():
                s.chat.join(heard)
        return ""

    def _command(self, s: Services, heard: Command) -> str:
        asked = read_command(heard.text)
        late = s.now - heard.at
        if COMMANDS[asked.verb].writes and late > COMMAND_LIFE:
            minutes = int(late.total_seconds() // 60)
            return f"I heard this {minutes} minutes late and did nothing. Say it again if it still holds: {asked.verb} {asked.words}"
        return carry_out(s, heard, asked)

    def _mark(self, s: Services, heard: Reacted) -> str:
        """In a room of an incident a pin puts a message on its timeline; elsewhere it means nothing to us."""
        if s.chat.room(heard) is None or not heard.lines:
            return ""
        who = s.chat.linking.actor(heard.provider, heard.user)
        if count := s.chat.mark(heard, who):
            what = {"via": heard.provider, "user": heard.user, "message": heard.message, "count": count}
            s.audit.record(who.name, "chat.mark", heard.room, what)
        return ""


def _answer(s: Services, heard: Heard, page: PageMessage, answer: str) -> str:
    """What was pressed below a page. Whoever was called by it may answer it, as by the link in it; others by their own rights."""
    who = _who(s, heard, page)
    match answer:
        case "ack":
            found = s.paging.acknowledge(page.delivery, who)
            said = f"{found.acknowledged_by or who.name} has it."
        case "resolve":
            s.paging.resolve(page.delivery, who)
            said = "It is over: nobody is called for it any more."
        case "escalate":
            s.paging.escalate(page.delivery, who)
            said = "The next in line is called."
        case _:
            return ""
    s.audit.record(who.name, f"chat.{answer}", page.escalation, {"via": heard.provider, "user": heard.user})
    return said if isinstance(heard, Pressed) else ""


def _who(s: Services, heard: Heard, page: PageMessage) -> Actor:
    person = s.chat.linking.person(heard.provider, heard.user)
    if person == page.person:
        account = s.people.account(person)
        if account is None or account.disabled_at is None:
            return Actor(person, Role.RESPONDER, heard.provider)
    who = s.chat.linking.actor(heard.provider, heard.user)
    who.require(Role.RESPONDER)
    return who
