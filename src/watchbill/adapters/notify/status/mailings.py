"""Messages to subscribers of status pages: plain mails that can be left with one click, and signed webhooks."""

import json
from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.http import AnswerError, HttpCaller, NotAllowedError
from watchbill.adapters.notify.judging import excerpt, judge_error, judge_status
from watchbill.adapters.notify.mail import mailbox
from watchbill.adapters.notify.signing import headers
from watchbill.adapters.notify.smtp import SmtpChannel
from watchbill.adapters.notify.webhook import TOTAL_S, WebhookChannel
from watchbill.adapters.notify.weburl import read_address
from watchbill.incidents.model.status import Mailing, Via
from watchbill.oncall.model import Outcome, Receipt

__all__ = ["Mailings"]

_LONGEST_SUBJECT = 200


class Mailings:
    """incidents.status_ports.Roads, and the way out. `mail` None: no mail server is set up."""

    def __init__(
        self,
        mail: SmtpChannel | None,
        sender: str,
        hooks: WebhookChannel,
        *,
        caller: HttpCaller,
        fence: Fence,
        key: Callable[[], bytes],
    ) -> None:
        self._mail = mail
        self._sender = mailbox(sender)
        self._hooks = hooks
        self._caller = caller
        self._fence = fence
        self._key = key

    def refusal(self, via: Via, address: str) -> str | None:
        """Why an address cannot be written to."""
        if via is Via.WEBHOOK:
            return self._hooks.refusal(address)
        if self._mail is None:
            return "cannot be written to: no mail server is set up here"
        return self._mail.refusal(address)

    def lane(self, via: Via, address: str) -> str:
        """Lanes of their own: a thousand subscribers never stand before a page."""
        return f"status-{'email' if via is Via.EMAIL else self._hooks.lane(address)}"

    def send(self, mailing: Mailing) -> Receipt:
        """Send one."""
        return self._hook(mailing) if mailing.via is Via.WEBHOOK else self._letter(mailing)

    def _letter(self, mailing: Mailing) -> Receipt:
        to = mailbox(mailing.address)
        if self._mail is None or self._sender is None or to is None:
            return Receipt(Outcome.PERMANENT, self.refusal(mailing.via, mailing.address) or "is not an e-mail address")
        return self._mail.hand(_compose(mailing, to, self._sender).as_bytes(), [to])

    def _hook(self, mailing: Mailing) -> Receipt:
        to = read_address(mailing.address, self._fence)
        if isinstance(to, str):
            return Receipt(Outcome.PERMANENT, f"the address is refused: {to}")
        body = json.dumps(mailing.document, ensure_ascii=False, separators=(",", ":")).encode()
        signed = headers(self._key(), mailing.delivery, int(mailing.at.timestamp()), body)
        try:
            answer = self._caller.post(to, {"Content-Type": "application/json", **signed}, body, seconds=TOTAL_S)
        except NotAllowedError as refused:
            return Receipt(Outcome.PERMANENT, f"{to.shown}: {refused}")
        except AnswerError as wrong:
            return Receipt(Outcome.TEMPORARY, f"{to.shown}: {wrong}")
        except OSError as wrong:
            return judge_error(wrong, to.shown)
        return judge_status(answer.status, excerpt(answer.body), answer.headers, mailing.at)


def _compose(mailing: Mailing, to: Address, sender: Address) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    subject = "".join(one if one.isprintable() else " " for one in mailing.subject)
    message["Subject"] = " ".join(subject.split())[:_LONGEST_SUBJECT]
    message["From"] = sender
    message["To"] = to
    message["Date"] = format_datetime(mailing.at)
    message["Message-ID"] = f"<{mailing.delivery.replace(':', '.')}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if mailing.leave_url:  # RFC 8058: the mail program shows a button, and asks nobody anything
        message["List-Unsubscribe"] = f"<{mailing.leave_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mailing.text)
    return message
