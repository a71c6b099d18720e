"""One attempt at a notification: build the request (or the mail), send it, judge the answer."""

from collections.abc import Callable, Mapping
from pathlib import Path

from watchbill.adapters.notify.http import AnswerError, HttpCaller, NotAllowedError
from watchbill.adapters.notify.judging import excerpt, judge_error, judge_status
from watchbill.adapters.notify.receivers import bodies
from watchbill.adapters.notify.receivers.access import UnusableError, request_of
from watchbill.adapters.notify.receivers.mail import send_mail
from watchbill.kernel.errors import Invalid
from watchbill.oncall.model import Outcome, Receipt
from watchbill.receivers.model import Integration, Kind, Telling
from watchbill.receivers.rules.templates import DEFAULTS, Library, TemplateError, root_of

__all__ = ["TOTAL_S", "ReceiverPost"]

TOTAL_S = 10.0
_HTTP: Mapping[Kind, Callable[[bodies.Words], bodies.Request]] = {
    Kind.WEBHOOK: bodies.webhook,
    Kind.SLACK: bodies.slack,
    Kind.PAGERDUTY: bodies.pagerduty,
    Kind.OPSGENIE: bodies.opsgenie,
}


class ReceiverPost:
    """Safe to use from several threads. Addresses are the operator's own, so internal ones may be called."""

    def __init__(self, caller: HttpCaller, *, monotonic: Callable[[], float], agent: str) -> None:
        self._caller = caller
        self._monotonic = monotonic
        self._agent = agent
        self._library = Library(DEFAULTS)

    def send(self, telling: Telling) -> Receipt:
        """Tell the integration; what cannot be built from the file stays wrong, however often it is tried."""
        root = root_of(telling.notification.data)
        words = bodies.Words(telling, lambda text: self._library.render(text, root), _secret)
        try:
            if telling.integration.kind is Kind.EMAIL:
                return send_mail(words, monotonic=self._monotonic)
            return self._call(telling.integration, _HTTP[telling.integration.kind](words), telling)
        except (TemplateError, UnusableError, Invalid) as wrong:
            return Receipt(Outcome.PERMANENT, str(wrong))

    def _call(self, integration: Integration, made: bodies.Request, telling: Telling) -> Receipt:
        to, headers = request_of(made.url, integration.auth)
        every = {"User-Agent": self._agent, "Content-Type": "application/json", **headers, **made.headers}
        try:
            answer = self._caller.post(to, every, made.body, seconds=TOTAL_S)
        except NotAllowedError as refused:
            return Receipt(Outcome.PERMANENT, f"{to.shown}: {refused}")
        except AnswerError as wrong:
            return Receipt(Outcome.TEMPORARY, f"{to.shown}: {wrong}")
        except OSError as wrong:
            return judge_error(wrong, to.shown)
        return judge_status(answer.status, excerpt(answer.body), answer.headers, telling.at)


def _secret(integration: Integration, name: str) -> str:
    """A setting, or what lies in the file that `NAME_file` names; read anew each time."""
    path = integration.text(f"{name}_file")
    if integration.text(name) or not path:
        return integration.text(name)
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        raise UnusableError(f"{name}_file {path} cannot be read: {wrong}") from wrong
