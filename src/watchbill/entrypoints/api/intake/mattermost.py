"""What Mattermost's server sends when somebody types `/wb` or presses a button. The command's token, or the proof that the button
was given, shows that it is that server; whom it names as the user, it knows.
"""

import hmac
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from watchbill.bootstrap.chat import action_proof
from watchbill.chat.model import Command, Heard, Pressed, Provider
from watchbill.entrypoints.api.intake.doors import Knock, Malformed
from watchbill.entrypoints.chat import Hearing
from watchbill.kernel.errors import NotFound, Unauthorized

__all__ = ["action", "command", "refusal"]

_M = Provider.MATTERMOST


def refusal(status: int, message: str, _faults: tuple[str, ...]) -> Response:
    """Mattermost shows the text to whoever typed, where the status is 200; strangers get the status."""
    return JSONResponse({"response_type": "ephemeral", "text": message}, status_code=status)


async def command(knock: Knock) -> Response:
    """A slash command, answered to its author alone."""
    form = {name: str(value) for name, value in (await knock.request.form()).items()}
    _, expected = knock.app.chat.secret(_M)
    if not expected:
        raise NotFound(
            "slash command", "mattermost", hint="set command_token in the table [mattermost] of the channels file"
        )
    if not hmac.compare_digest(form.get("token", "").encode(), expected.encode()):
        raise Unauthorized("this is not the token of our slash command", hint="copy it into command_token")
    if not form.get("user_id") or not form.get("channel_id") or not form.get("trigger_id"):
        raise Malformed("user_id, channel_id and trigger_id are required")
    heard = Command(
        form["trigger_id"], _M, form["channel_id"], form["user_id"], knock.app.clock.now(), inline=True, text=form.get("text", "")
    )  # fmt: skip
    text = await run_in_threadpool(_take, knock, heard)
    return JSONResponse({"response_type": "ephemeral", "text": text or "Done."})


async def action(knock: Knock) -> Response:
    """A button below a page."""
    body: Any = await knock.read()  # Any: JSON of any shape
    given = body.get("context") if isinstance(body, dict) else None
    if not isinstance(given, dict):
        raise Malformed("context is required")
    delivery, answer = str(given.get("delivery", "")), str(given.get("answer", ""))
    token, _ = knock.app.chat.secret(_M)
    if not token or not hmac.compare_digest(str(given.get("proof", "")), action_proof(token, delivery, answer)):
        raise Unauthorized("this button is not one of ours")
    identity = str(body.get("trigger_id") or f"{body.get('post_id')}/{body.get('user_id')}/{answer}")
    heard = Pressed(
        identity, _M, str(body.get("channel_id", "")), str(body.get("user_id", "")), knock.app.clock.now(), inline=True, delivery=delivery, answer=answer
    )  # fmt: skip
    return JSONResponse({"ephemeral_text": await run_in_threadpool(_take, knock, heard)})


def _take(knock: Knock, heard: Heard) -> str:
    return Hearing(knock.app).take(heard)
