"""`logs check` and `logs schema`: what keeps to the structured log standard, what does not, and what must not be shown."""

import gzip
import io
import json
import logging
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from watchbill.entrypoints.cli.main import run
from watchbill.logs import StandardFormatter, StandardRenderer
from watchbill.signals.rules.log_schema import log_schema

# The playbook's own example (ph. 4, structured log standard), word for word.
EXAMPLE = {
    "timestamp": "2026-02-17T11:24:00.000Z",
    "level": "error",
    "service": "payment-api",
    "trace_id": "abc123",
    "span_id": "def456",
    "message": "Payment processing failed",
    "error_type": "TimeoutException",
    "error_message": "Gateway timeout after 30s",
    "http_method": "POST",
    "http_path": "/api/v1/payments",
    "http_status": 504,
    "duration_ms": 30012,
    "customer_id": "cust_xxx",
    "payment_id": "pay_yyy",
    "amount_cents": 4999,
    "retry_count": 2,
    "environment": "production",
    "host": "payment-api-7b4d9-xk2p1",
    "region": "us-east-1",
}


def _check(
    capsys: pytest.CaptureFixture[str], path: Path, *lines: dict[str, Any] | str
) -> tuple[int, dict[str, Any]]:  # Any: JSON
    path.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in lines))
    status = run(["logs", "check", "--json", str(path)])
    return status, json.loads(capsys.readouterr().out)


def _rules(answer: dict[str, Any]) -> set[tuple[str, str | None, str]]:  # Any: JSON
    return {(one["rule"], one["field"], one["weight"]) for one in answer["violations"]}


def test_the_playbooks_example_keeps_to_the_standard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Word for word: nothing to say, full coverage, exit status 0; the printed schema agrees."""
    status, found = _check(capsys, tmp_path / "a.jsonl", EXAMPLE)

    assert (status, found["ok"], found["violations"], found["exposed"]) == (0, True, [], [])
    assert [(one["service"], one["coverage_pct"]) for one in found["services"]] == [("payment-api", 100)]
    assert run(["logs", "schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema == log_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(EXAMPLE, schema)


@pytest.mark.parametrize(
    ("change", "rule", "field"),
    [
        ({"timestamp": "2026-02-17T11:24:00"}, "timestamp", "timestamp"),
        ({"timestamp": "17/Feb/2026:11:24:00 +0000"}, "timestamp", "timestamp"),
        ({"timestamp": "2026-13-17T11:24:00Z"}, "timestamp", "timestamp"),
        ({"timestamp": 1771327440}, "type", "timestamp"),
        ({"timestamp": None}, "missing", "timestamp"),
        ({"level": "ERROR"}, "enumeration", "level"),
        ({"service": ""}, "empty", "service"),
        ({"http_method": "post"}, "enumeration", "http_method"),
        ({"http_status": 99}, "range", "http_status"),
        ({"http_status": 600}, "range", "http_status"),
        ({"http_status": "504"}, "type", "http_status"),
        ({"http_status": True}, "type", "http_status"),
        ({"duration_ms": -1}, "range", "duration_ms"),
        ({"retry_count": 1.5}, "type", "retry_count"),
        ({"amount_cents": 49.99}, "type", "amount_cents"),
        ({"trace_id": "abc 123"}, "id", "trace_id"),
        ({"duration": 30}, "unit", "duration"),
        ({"body_size": 30}, "unit", "body_size"),
    ],
)  # fmt: skip
def test_what_breaks_the_standard_has_a_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], rule: str, field: str
) -> None:  # Any: JSON
    """Each is an error with its field, a sample and a fix, and the command answers no."""
    status, found = _check(capsys, tmp_path / "a.jsonl", EXAMPLE, {**EXAMPLE, **change})

    assert status == 3
    assert _rules(found) == {(rule, field, "error")}
    assert (found["lines"], found["broken"]) == (2, 1)
    one = found["violations"][0]
    assert (one["count"], one["samples"][0]["line"], bool(one["fix"])) == (1, 2, True)


@pytest.mark.parametrize(
    "change",
    [
        {"http_status": 100}, {"http_status": 599}, {"duration_ms": 0}, {"duration_ms": 0.5}, {"retry_count": 0},
        {"timestamp": "2026-02-17 11:24:00+01:00"}, {"timestamp": "2026-02-17T11:24:60.123456789Z"}, {"region": None},
        {"duration": "30 s"}, {"customer_id": 7},
    ],
)  # fmt: skip
def test_edges_that_still_keep_to_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any]
) -> None:  # Any: JSON
    """The last value on the right side of each edge is fine."""
    status, found = _check(capsys, tmp_path / "a.jsonl", {**EXAMPLE, **change})

    assert (status, found["violations"]) == (0, [])


def test_advice_does_no_harm_and_names_the_field_that_is_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names in another style and error lines without their error are advice; a missing message that is called msg is told so."""
    bare = {key: EXAMPLE[key] for key in ("timestamp", "level", "service", "message")}

    status, found = _check(capsys, tmp_path / "a.jsonl", {**bare, "requestPath": "/a", "span_id": "f"})
    assert (status, found["ok"]) == (0, True)
    assert _rules(found) == {
        ("missing", "error_type", "advice"),
        ("missing", "error_message", "advice"),
        ("missing", "trace_id", "advice"),
        ("name", "requestPath", "advice"),
    }
    assert found["services"][0]["coverage_pct"] == pytest.approx(100 * 5 / 9)

    status, found = _check(capsys, tmp_path / "b.jsonl", {**EXAMPLE, "message": None, "msg": "x"})
    assert (status, found["violations"][0]["fix"]) == (3, "rename msg to message")


def test_lines_that_are_no_json_are_counted_and_sampled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Text, a list, bytes that are not UTF-8, a line of 2 MB and half a line at the end; blank lines are nothing."""
    log = tmp_path / "a.jsonl.gz"
    fine = json.dumps(EXAMPLE).encode()
    lines = [fine, b"plain text", b"", b"[1, 2]", b'{"a": "\xff"}', b"x" * (2 << 20), fine, fine[:40]]
    with gzip.open(log, "wb") as file:
        file.write(b"\n".join(lines))

    status = run(["logs", "check", "--json", str(log)])
    found = json.loads(capsys.readouterr().out)

    assert status == 3
    assert {one["rule"]: one["count"] for one in found["violations"]} == {"not_json": 3, "not_utf8": 1, "too_long": 1}
    assert (found["lines"], found["broken"]) == (7, 5)
    assert [one["line"] for one in found["violations"][0]["samples"]] == [2, 4, 8]


def test_a_damaged_file_is_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What could be unpacked is checked; the exit status says that something failed. A file that is not there as well."""
    log = tmp_path / "a.gz"
    log.write_bytes(gzip.compress((json.dumps(EXAMPLE) + "\n").encode() * 500)[:-9])

    assert run(["logs", "check", str(log)]) == 1
    assert "ends too early" in capsys.readouterr().out
    assert run(["logs", "check", str(tmp_path / "none")]) == 1
    assert "cannot read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "what", "secret"),
    [
        ("login of ada.lovelace@example.org", "e-mail address", "lovelace@"),
        ("key AKIAIOSFODNN7EXAMPLE used", "AWS access key", "IOSFODNN"),
        ("paid with 4242 4242 4242 4242", "payment card", "4242 4242 4242 4242"),
        ("from DE89 3704 0044 0532 0130 00", "bank account (IBAN)", "0532"),
        ("ssn 078-05-1120", "social security number", "05-1120"),
        ("call +44 20 7946 0958 now", "telephone number", "7946"),
        ("Authorization: Bearer abcdef0123456789abcdef", "authorization header", "0123456789"),
        ("postgres://app:hunter22@db/shop", "password in an address", "hunter22"),
        ("retry with password=hunter22", "password or secret", "hunter22"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----", "private key", "MIIEow"),
    ],
)
def test_secrets_and_personal_data_are_found_and_masked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, what: str, secret: str
) -> None:
    """Each is named, nowhere shown whole, and makes the answer no."""
    status, found = _check(capsys, tmp_path / "a.jsonl", {**EXAMPLE, "message": text, "level": "LOUD"})

    assert status == 3
    assert [one["what"] for one in found["exposed"]] == [what]
    assert secret not in json.dumps(found)


@pytest.mark.parametrize(
    "text",
    [
        "paid with 4242 4242 4242 4241",  # no card: Luhn's sum is 57
        "DE88 3704 0044 0532 0130 00",  # no IBAN
        "password=******** was wrong", "secret: [redacted]", "token expired after 30 s", "build 123-45-67890",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_let_be(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    """Sums are checked, and what is masked already is no secret."""
    _, found = _check(capsys, tmp_path / "a.jsonl", {**EXAMPLE, "message": text, "span_id": "4242424242424242"})

    assert found["exposed"] == []


def test_people_read_a_sentence_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """How many lines keep to it, then each violation with the line's place, then services."""
    log = tmp_path / "a.jsonl"
    log.write_text(json.dumps(EXAMPLE) + "\n" + json.dumps({**EXAMPLE, "level": "ERROR"}) + "\n")

    assert run(["logs", "check", str(log)]) == 3
    said = capsys.readouterr().out
    assert said.startswith("1 of 2 lines keep to the log standard; no secret or personal data was found by pattern.")
    assert "1 x level: enumeration: write one of trace, debug" in said
    assert f"{log}:2: " in said
    assert run(["logs", "check", str(log), "--min-coverage", "101"]) == 2
    capsys.readouterr()


def test_coverage_may_be_demanded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Eight of nine fields are 88.9 %: enough for 88, not for 89."""
    log = tmp_path / "a.jsonl"
    log.write_text(json.dumps({key: value for key, value in EXAMPLE.items() if key != "region"}) + "\n")

    assert run(["logs", "check", str(log), "--min-coverage", "88"]) == 0
    assert run(["logs", "check", str(log), "--min-coverage", "89"]) == 3
    capsys.readouterr()


def test_the_formatter_that_ships_writes_the_standard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Lines of `logging` and of structlog, with an exception, extra fields and line breaks: nothing to say against them."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(StandardFormatter("payment-api", environment="test", region="eu-west-1"))
    log = logging.Logger("payments")  # noqa: LOG001 - a logger of its own, that no other test sees
    log.addHandler(handler)
    log.info("Paid\nin full", extra={"duration_ms": 12, "trace_id": "t1", "span_id": "s1"})
    try:
        raise TimeoutError  # noqa: TRY301 - it is what is logged
    except TimeoutError as wrong:
        log.exception("Payment failed", extra={"trace_id": "t1", "span_id": "s2"})
        entry = {"event": "Refund failed", "exc_info": wrong, "trace_id": "t2", "span_id": "s3"}
        out.write(StandardRenderer("refund", environment="test", region="eu-west-1")(None, "error", entry) + "\n")

    status, found = _check(capsys, tmp_path / "a.jsonl", out.getvalue())

    assert (status, found["violations"]) == (0, [])
    assert [(one["service"], one["lines"], one["coverage_pct"]) for one in found["services"]] == [
        ("payment-api", 2, 100),
        ("refund", 1, 100),
    ]
    assert [json.loads(one)["error_type"] for one in out.getvalue().splitlines()[1:]] == ["TimeoutError"] * 2
