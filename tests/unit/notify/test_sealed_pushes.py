"""What is pushed can be read by one browser only, and a push service can tell who sends."""

import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from watchbill.adapters.notify.push.sealing import MOST, Reader, b64, raw_public, seal, unb64
from watchbill.adapters.notify.push.vapid import Vapid
from watchbill.kernel.errors import Invalid

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
# RFC 8291, appendix A: keys, salt, text and the whole body.
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
TEXT = b"When I grow up, I want to be a watermelon"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y"
    "l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_standard_comes_out_byte_by_byte() -> None:
    """RFC 8291, appendix A: the same keys and salt make the same body."""
    key = int.from_bytes(unb64(SENDER, "key"), "big")
    sender = ec.derive_private_key(key, ec.SECP256R1())

    made = seal(TEXT, Reader.parse(POINT, AUTH), salt=unb64(SALT, "salt"), sender=sender)

    assert b64(made) == BODY


def test_no_two_bodies_are_alike() -> None:
    """Salt and sender are new each time: the same page twice cannot be recognised on the way."""
    reader = Reader.parse(POINT, AUTH)

    assert seal(TEXT, reader) != seal(TEXT, reader)


@pytest.mark.parametrize(("length", "fits"), [(MOST, True), (MOST + 1, False)])
def test_a_body_is_at_most_what_every_service_takes(length: int, fits: bool) -> None:  # noqa: FBT001 - a table
    """4,096 bytes in all; one byte more is refused here, not lost there."""
    reader = Reader.parse(POINT, AUTH)
    if fits:
        assert len(seal(b"x" * length, reader)) == 4096
    else:
        with pytest.raises(Invalid, match="bytes long"):
            seal(b"x" * length, reader)


@pytest.mark.parametrize(
    ("key", "auth", "fault"),
    [
        ("AAAA", AUTH, "no point"),
        (b64(b"\x04" + b"\x01" * 64), AUTH, "no point"),
        (POINT, "AAAA", "not 16"),
        ("€", AUTH, "base64url"),
    ],
)
def test_keys_of_no_browser_are_refused(key: str, auth: str, fault: str) -> None:
    """Before they are stored, in words."""
    with pytest.raises(Invalid, match=fault):
        Reader.parse(key, auth)


def test_the_sender_signs_for_one_service_and_half_a_day() -> None:
    """The token's audience is the service's origin; its signature verifies with the key that browsers were given."""
    vapid = Vapid(lambda: b"s" * 32, lambda: "https://wb.test")

    token, _, key = vapid.header("https://push.test", NOW).removeprefix("vapid t=").partition(", k=")

    body, _, signature = token.rpartition(".")
    claims = json.loads(unb64(body.partition(".")[2], "claims"))
    assert claims == {"aud": "https://push.test", "exp": int(NOW.timestamp()) + 12 * 3600, "sub": "https://wb.test"}
    raw = unb64(signature, "signature")
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(key, "key"))
    made = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public.verify(made, body.encode(), ec.ECDSA(hashes.SHA256()))
    assert key == vapid.public


def test_one_secret_is_one_key() -> None:
    """Replicas with the same secret are one sender; another secret is another."""

    def key(text: bytes) -> str:
        return Vapid(lambda: text, str).public

    first, again, other = key(b"a"), key(b"a"), key(b"b")

    assert first == again != other
    assert len(urlsafe_b64decode(first + "=")) == 65
    assert raw_public(ec.derive_private_key(7, ec.SECP256R1()))[0] == 4
