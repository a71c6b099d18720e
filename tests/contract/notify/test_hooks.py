"""Webhooks that act, against a real server: signed, with an id against repetition, never repeated by ourselves."""

import socket
from dataclasses import replace

import pytest
from tests.contract.notify.conftest import AT, Provider

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.hooks import HookCaller
from watchbill.adapters.notify.http import HttpCaller
from watchbill.execution.model import AllowedWebhook, Execution, ExecutionKind, ExecutionStatus
from watchbill.kernel.clock import ManualClock, SystemClock
from watchbill.kernel.ids import ExecutionId

ASKED = Execution(
    id=ExecutionId("exe_1"), kind=ExecutionKind.WEBHOOK, title="Flag off", status=ExecutionStatus.STARTED, name="flags",
    argv=(), asked_by="ann", asked_at=AT, started_at=AT, values={"flag": "new-basket"}, incident="inc_1",
    mitigation="flag", decided_by="bob",
)  # fmt: skip


@pytest.fixture
def caller() -> HookCaller:
    """One that may call anywhere, as the operator's own addresses may lie anywhere."""
    fence = Fence(("0.0.0.0/0", "::/0"))
    return HookCaller(HttpCaller(fence, monotonic=SystemClock().monotonic), fence, lambda: b"k" * 32, ManualClock(AT))


def test_it_is_posted_once_signed_and_told_everything(provider: Provider, caller: HookCaller) -> None:
    """Who asked, who approved, the values, and the id as idempotency key; what came back is kept."""
    provider.answer(202, b"accepted")

    outcome = caller.call(AllowedWebhook("flags", f"{provider.url}/flags"), ASKED)

    assert (outcome.status, outcome.answer, outcome.output) == (ExecutionStatus.DONE, "answered 202", "accepted")
    (request,) = provider.ledger
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert (request.method, request.path, headers["idempotency-key"]) == ("POST", "/flags", "exe_1")
    assert headers["webhook-id"] == "exe_1"
    assert headers["webhook-signature"].startswith("v1,")
    assert request.json["values"] == {"flag": "new-basket"}
    assert (request.json["asked_by"], request.json["approved_by"], request.json["dry_run"]) == ("ann", "bob", False)


@pytest.mark.parametrize("status", [301, 400, 429, 500, 503])
def test_anything_but_yes_is_a_failure_and_is_not_repeated(provider: Provider, caller: HookCaller, status: int) -> None:
    """A redirect is not followed, and a server's trouble is for people to judge."""
    provider.answer(status, b"no", Location="/elsewhere")

    outcome = caller.call(AllowedWebhook("flags", f"{provider.url}/flags"), replace(ASKED, dry_run=True))

    assert (outcome.status, outcome.answer) == (ExecutionStatus.FAILED, f"answered {status}")
    assert len(provider.ledger) == 1
    assert provider.ledger[0].json["dry_run"] is True


def test_an_answer_that_never_comes_may_have_been_a_deed(caller: HookCaller) -> None:
    """Who accepts and then says nothing is a time-out, of which it is said that it may have acted."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        outcome = caller.call(AllowedWebhook("flags", f"http://127.0.0.1:{port}/flags", timeout_s=1), ASKED)

    assert (outcome.status, outcome.answer) == (ExecutionStatus.TIMED_OUT, "no answer within 1 s; it may have acted")
