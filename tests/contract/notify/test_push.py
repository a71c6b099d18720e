"""The push channel against a push service on this machine that opens what it gets."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tests.contract.notify.conftest import AT, Provider, outgoing

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.push.channel import PushChannel
from watchbill.adapters.notify.push.sealing import b64, raw_public
from watchbill.adapters.notify.push.vapid import Vapid
from watchbill.kernel.clock import SystemClock
from watchbill.kernel.ids import DeviceId
from watchbill.oncall.model import Device, Outcome

KEY = ec.derive_private_key(4711, ec.SECP256R1())
AUTH = bytes(range(16))
VAPID = Vapid(lambda: b"s" * 32, lambda: "https://wb.test")


def opened(body: bytes) -> Any:  # Any: JSON
    """What the browser reads: RFC 8291 from the receiver's side, step by step as the standard writes it."""
    salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    sender, sealed = body[21 : 21 + length], body[21 + length :]
    assert len(body) <= size == 4096
    shared = KEY.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    first = hmac.digest(AUTH, shared, hashlib.sha256)
    secret = hmac.digest(first, b"WebPush: info\0" + raw_public(KEY) + sender + b"\x01", hashlib.sha256)
    second = hmac.digest(salt, secret, hashlib.sha256)
    key = hmac.digest(second, b"Content-Encoding: aes128gcm\0\x01", hashlib.sha256)[:16]
    nonce = hmac.digest(second, b"Content-Encoding: nonce\0\x01", hashlib.sha256)[:12]
    text = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
    assert text[-1:] == b"\x02"
    return json.loads(text[:-1])


def device(url: str) -> Device:
    """A browser whose push service is there."""
    return Device(DeviceId("dev_1"), "ann", "Phone", f"{url}/sub/1", b64(raw_public(KEY)), b64(AUTH), AT)


@pytest.fixture
def channel(provider: Provider) -> Iterator[PushChannel]:
    """Inside of this machine, which is allowed here."""
    fence = Fence(("127.0.0.0/8",))
    caller = HttpCaller(fence, monotonic=SystemClock().monotonic)
    known = {"dev_1": device(provider.url), "dev_gone": replace(device(provider.url), gone_at=AT)}
    yield PushChannel(caller, fence, lambda: VAPID, known.get)
    caller.close()


def test_a_page_arrives_sealed_and_is_read_by_the_browser(channel: PushChannel, provider: Provider) -> None:
    """Title, sentence, link and the delivery's id, under the headers that push services ask for."""
    provider.answer(201)

    receipt = channel.send(outgoing("push", "dev_1"))

    assert (receipt.outcome, receipt.code) == (Outcome.DELIVERED, 201)
    (request,) = provider.ledger
    assert b"Checkout" not in request.body
    assert opened(request.body) == {
        "title": "P0 Checkout <fails>", "body": "checkout is losing 15 in 1,000", "path": "/p/TOKEN", "tag": "dlv_1",
        "urgent": True, "answers": True, "at": int(AT.timestamp() * 1000),
    }  # fmt: skip
    assert {name: request.headers[name] for name in ("content-encoding", "urgency", "ttl")} == {
        "content-encoding": "aes128gcm", "urgency": "high", "ttl": "3600",
    }  # fmt: skip
    assert request.headers["authorization"].startswith("vapid t=")
    assert len(request.headers["topic"]) == 32


def test_a_second_attempt_takes_the_place_of_the_first(channel: PushChannel, provider: Provider) -> None:
    """Same tag, same topic: a phone that was off shows one page."""
    channel.send(outgoing("push", "dev_1"))
    channel.send(replace(outgoing("push", "dev_1"), attempt=2))

    first, second = provider.ledger
    assert first.headers["topic"] == second.headers["topic"]
    assert opened(first.body)["tag"] == opened(second.body)["tag"]


@pytest.mark.parametrize("letter", ["x", "\x01", "字", "\N{FIRE}"])
def test_a_text_of_any_length_fits(channel: PushChannel, provider: Provider, letter: str) -> None:
    """It is cut, whatever its letters take; a page is never refused for its words."""
    receipt = channel.send(outgoing("push", "dev_1", text=letter * 5_000))

    assert receipt.outcome is Outcome.DELIVERED
    assert opened(provider.ledger[0].body)["body"].endswith("…")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(404, Outcome.PERMANENT), (410, Outcome.PERMANENT), (403, Outcome.PERMANENT), (413, Outcome.PERMANENT),
     (429, Outcome.TEMPORARY), (500, Outcome.TEMPORARY), (503, Outcome.TEMPORARY)],
)  # fmt: skip
def test_what_a_service_answers(channel: PushChannel, provider: Provider, status: int, outcome: Outcome) -> None:
    """Gone and refused stay; busy and broken pass."""
    provider.answer(status, b"")

    receipt = channel.send(outgoing("push", "dev_1"))

    assert (receipt.outcome, receipt.code) == (outcome, status)


@pytest.mark.parametrize("which", ["dev_gone", "dev_unknown"])
def test_a_device_that_was_removed_gets_nothing(channel: PushChannel, provider: Provider, which: str) -> None:
    """Also where its delivery was under way already."""
    receipt = channel.send(outgoing("push", which))

    assert receipt.outcome is Outcome.PERMANENT
    assert "removed" in receipt.answer
    assert provider.ledger == []


def test_an_endpoint_inside_the_house_is_not_called(provider: Provider) -> None:
    """A browser says where its service is: that must not become a way into the network."""
    fence = Fence()
    caller = HttpCaller(fence, monotonic=SystemClock().monotonic)

    receipt = PushChannel(caller, fence, lambda: VAPID, lambda _which: device(provider.url)).send(
        outgoing("push", "dev_1")
    )
    caller.close()

    assert receipt.outcome is Outcome.PERMANENT
    assert "internal" in receipt.answer
    assert provider.ledger == []
