"""What a person presses while watchbill calls them: 1 acknowledges, 2 calls the next in line. The token in the path is the
same signed, expiring link that a message carries; it is proof enough.
"""

from xml.sax.saxutils import escape

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from watchbill.entrypoints.api.intake.doors import Knock
from watchbill.oncall.model import LinkAction

__all__ = ["answer", "refusal"]

_CHOICES = {
    "1": (LinkAction.ACK, "Acknowledged. It is yours."),
    "2": (LinkAction.HELP, "The next in line is called."),
}
_UNKNOWN = "That was neither 1 nor 2. Open the link in your other message."


def refusal(_status: int, message: str, _faults: tuple[str, ...]) -> Response:
    """A caller hears what is wrong; the provider must not try again."""
    return _said(message)


async def answer(knock: Knock) -> Response:
    """Do what was pressed, and say so."""
    form = await knock.request.form()
    chosen = _CHOICES.get(str(form.get("Digits", "")).strip())
    if chosen is None:
        return _said(_UNKNOWN)
    action, words = chosen
    await run_in_threadpool(_act, knock, action)
    return _said(words)


def _act(knock: Knock, action: LinkAction) -> None:
    with knock.app.transaction() as s:
        s.paging.act(str(knock.request.path_params["token"]), action)


def _said(words: str) -> Response:
    return Response(f"<Response><Say>{escape(words)}</Say></Response>", media_type="application/xml")
