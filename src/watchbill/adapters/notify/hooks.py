"""Webhooks that act: one signed POST to an address of the actions file, with the id of the execution against repetition."""

import json
from collections.abc import Callable

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.http import AnswerError, HttpCaller, NotAllowedError
from watchbill.adapters.notify.judging import excerpt
from watchbill.adapters.notify.signing import headers
from watchbill.adapters.notify.weburl import read_address
from watchbill.execution.model import AllowedWebhook, Execution, ExecutionStatus, Outcome
from watchbill.kernel.clock import Clock
from watchbill.kernel.instants import to_text

__all__ = ["HookCaller"]

_OK_FROM, _OK_TO = 200, 300


class HookCaller:
    """Calls them. The operator wrote the addresses, so they may lie anywhere; a redirect is never followed."""

    def __init__(self, caller: HttpCaller, fence: Fence, key: Callable[[], bytes], clock: Clock) -> None:
        self._caller = caller
        self._fence = fence
        self._key = key
        self._clock = clock

    def call(self, allowed: AllowedWebhook, execution: Execution) -> Outcome:
        """Post it once and say what came back; a lost answer is not tried again, for the deed may be done."""
        to = read_address(allowed.url, self._fence)
        if isinstance(to, str):
            return Outcome(ExecutionStatus.FAILED, f"the address is refused: {to}")
        body, now = _body(execution), self._clock.now()
        signed = headers(self._key(), execution.id, int(now.timestamp()), body)
        sent = {"Content-Type": "application/json", "Idempotency-Key": execution.id, **signed}
        try:
            answer = self._caller.post(to, sent, body, seconds=allowed.timeout_s)
        except NotAllowedError as refused:
            return Outcome(ExecutionStatus.FAILED, str(refused))
        except TimeoutError:
            return Outcome(ExecutionStatus.TIMED_OUT, f"no answer within {allowed.timeout_s} s; it may have acted")
        except (AnswerError, OSError) as wrong:
            return Outcome(ExecutionStatus.FAILED, f"{to.shown}: {getattr(wrong, 'strerror', None) or wrong}")
        done = _OK_FROM <= answer.status < _OK_TO
        text = excerpt(answer.body)
        return Outcome(
            ExecutionStatus.DONE if done else ExecutionStatus.FAILED,
            f"answered {answer.status}",
            None,
            text,
            len(answer.body),
        )


def _body(execution: Execution) -> bytes:
    document = {
        "type": "action",
        "id": execution.id,
        "timestamp": to_text(execution.started_at or execution.asked_at),
        "dry_run": execution.dry_run,
        "title": execution.title,
        "mitigation": execution.mitigation,
        "incident": execution.incident,
        "values": dict(execution.values),
        "asked_by": execution.asked_by,
        "approved_by": execution.decided_by,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
