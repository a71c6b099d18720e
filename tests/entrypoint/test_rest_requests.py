"""How REST reads requests: tokens, bodies, keys of retries, tags of unchanged answers."""

import json

import pytest
from starlette.testclient import TestClient

from watchbill.bootstrap import App
from watchbill.entrypoints.api import create_api


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Bearer wb_notatoken", 401),
        ("Bearer ", 401),
        ("Basic YTpi", 401),
        ("Basic %%%", 401),
        ("Bearer " + "x" * 70_000, 401),
    ],
    ids=["unknown", "empty", "basic", "garbage", "huge"],
)
def test_a_bad_token_is_refused(app: App, header: str, status: int) -> None:
    """Whatever is wrong with the Authorization header, the answer is 401 with WWW-Authenticate and no traceback."""
    with TestClient(create_api(app), raise_server_exceptions=False) as client:
        answer = client.get("/api/v1/services", headers={"Authorization": header})

    assert answer.status_code == status
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "Traceback" not in answer.text


def test_a_token_in_the_address_does_not_count(app: App, admin: TestClient) -> None:
    """Secrets in a query are refused: addresses end up in logs."""
    token = admin.headers["authorization"].removeprefix("Bearer ")
    with TestClient(create_api(app), raise_server_exceptions=False) as client:
        answer = client.get(f"/api/v1/services?token={token}")

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"name": NaN}', "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"name": "\xff"}', "application/json", 400),
        (b'{"name": "x"}', "text/plain", 415),
        (b'{"name": "' + b"x" * (1 << 20) + b'"}', "application/json", 413),
        (b'{"nmae": "x"}', "application/json", 422),
        (b'{"role": "emperor"}', "application/json", 422),
    ],
    ids=["half", "nan", "no object", "deep", "not utf-8", "not json", "too large", "typo", "unknown role"],
)
def test_a_bad_body_is_refused(admin: TestClient, body: bytes, content_type: str, status: int) -> None:
    """Malformed bodies are 400, other types 415, large ones 413, and valid JSON with a wrong meaning 422."""
    answer = admin.post("/api/v1/tokens", content=body, headers={"Content-Type": content_type})

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_an_unknown_field_gets_the_nearest_name(admin: TestClient) -> None:
    """A typo is answered with the field that was meant."""
    answer = admin.post("/api/v1/tokens", json={"roel": "viewer"}).json()

    assert "role" in json.dumps(answer)
    assert answer["code"] == "invalid"


def test_a_retry_with_the_same_key_gets_the_first_answer(admin: TestClient) -> None:
    """The same key and body: one token is made, and its secret is answered twice."""
    ask = {"json": {"role": "viewer", "name": "ci"}, "headers": {"Idempotency-Key": "k1"}}

    first = admin.post("/api/v1/tokens", **ask)  # type: ignore[arg-type]  # a dict of keywords
    second = admin.post("/api/v1/tokens", **ask)  # type: ignore[arg-type]  # as above

    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert [token["name"] for token in admin.get("/api/v1/tokens").json()].count("ci") == 1


def test_a_key_cannot_be_used_for_another_request(admin: TestClient) -> None:
    """The same key with another body is 422, so that a mixed-up retry shows."""
    headers = {"Idempotency-Key": "k2"}
    admin.post("/api/v1/tokens", json={"role": "viewer", "name": "one"}, headers=headers)

    answer = admin.post("/api/v1/tokens", json={"role": "viewer", "name": "two"}, headers=headers)

    assert answer.status_code == 422
    assert answer.json()["field"] == "Idempotency-Key"


@pytest.mark.parametrize("key", ["", "x" * 256], ids=["empty", "too long"])
def test_a_bad_key_is_refused(admin: TestClient, key: str) -> None:
    """Keys have 1 to 255 characters."""
    answer = admin.post("/api/v1/tokens", json={"role": "viewer"}, headers={"Idempotency-Key": key})

    assert answer.status_code == 422


def test_an_unchanged_answer_is_not_sent_again(admin: TestClient) -> None:
    """The tag of an answer asks for it only when it changed."""
    first = admin.get("/api/v1/services")

    again = admin.get("/api/v1/services", headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304
    assert again.content == b""


def test_openapi_describes_every_operation(admin: TestClient) -> None:
    """The description is OpenAPI 3.1, names every operation, and every reference in it resolves."""
    document = admin.get("/api/v1/openapi.json").json()
    from watchbill.operations.table import OPERATIONS

    described = {entry["operationId"] for methods in document["paths"].values() for entry in methods.values()}
    text = json.dumps(document)
    references = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}

    assert document["openapi"] == "3.1.0"
    assert described == {row.name for row in OPERATIONS}
    assert references <= set(document["components"]["schemas"])
