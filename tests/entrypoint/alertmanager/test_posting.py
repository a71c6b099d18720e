"""POST /api/v2/alerts: each row of what was measured on Alertmanager, and the bodies that must not hurt."""

import gzip
import json
import time
import zlib

import pytest
from tests.entrypoint.alertmanager.conftest import Alert, Wire

UNREADABLE = [
    ("an object", "{}"),
    ("a text", '"x"'),
    ("cut off", '[{"labels":'),
    ("a number as a label", '[{"labels": {"a": 1}}]'),
    ("a list as labels", '[{"labels": []}]'),
    ("a list as an alert", "[[]]"),
    ("null as an alert", "[null]"),
    ("a date in words", '[{"labels": {"a": "1"}, "startsAt": "yesterday"}]'),
    ("a number as a date", '[{"labels": {"a": "1"}, "startsAt": 5}]'),
    ("a date that does not exist", '[{"labels": {"a": "1"}, "startsAt": "2026-02-31T00:00:00Z"}]'),
    ("a zone that does not exist", '[{"labels": {"a": "1"}, "startsAt": "2026-02-01T00:00:00+25:00"}]'),
    ("a leap second", '[{"labels": {"a": "1"}, "startsAt": "2016-12-31T23:59:60Z"}]'),
    ("NaN", '[{"labels": {"a": "1"}, "x": NaN}]'),
    ("Infinity", '[{"labels": {"a": "1"}, "x": -Infinity}]'),
    ("a comma too many", '[{"labels": {"a": "1"},}]'),
    ("single quotes", "[{'labels': {'a': '1'}}]"),
    ("something behind the end", '[{"labels": {"a": "1"}}] x'),
    ("a control character in a text", '[{"labels": {"a": "\n"}}]'),
    ("bytes that are no UTF-8", b'[{"labels": {"a": "\xff"}}]'),
    ("half a surrogate pair", '[{"labels": {"a": "\\ud800"}}]'),
    ("UTF-16", '[{"labels": {"a": "1"}}]'.encode("utf-16")),
    ("a byte order mark", b"\xef\xbb\xbf[]"),
    ("65 levels", '[{"labels": {"a": "1"}, "x": ' + "[" * 63 + "]" * 63 + "}]"),
    ("a hundred thousand levels", "[" * 100_000),
    ("an unclosed text of quotes", '["' + '\\"' * 50_000),
]


@pytest.mark.parametrize(("what", "body"), UNREADABLE, ids=[what for what, _ in UNREADABLE])
def test_a_body_that_cannot_be_read(wire: Wire, what: str, body: str | bytes) -> None:
    """400 in the framework's shape, at once, and nothing is stored."""
    began = time.perf_counter()
    answer = wire.post("/alerts", body)
    took = time.perf_counter() - began

    assert answer.status_code == 400
    assert answer.json()["code"] == 400
    assert answer.json()["message"].startswith('parsing alerts body from "" failed, because ')
    assert not answer.text.endswith("\n")
    assert took < 1, f"{what} kept the server busy for {took} s"
    assert wire.alerts() == []


def test_64_levels_are_read(wire: Wire) -> None:
    """The bound on nesting is one level further than what is still taken."""
    body = '[{"labels": {"alertname": "Deep"}, "x": ' + "[" * 62 + "]" * 62 + "}]"

    assert wire.post("/alerts", body).status_code == 200
    assert wire.names() == ["Deep"]


@pytest.mark.parametrize("body", ["[]", "null"])
def test_nothing_to_take_in(wire: Wire, body: str) -> None:
    """An empty list is answered 200 with an empty body and no type."""
    answer = wire.post("/alerts", body)

    assert answer.status_code == 200
    assert answer.content == b""
    assert "content-type" not in answer.headers


VALIDATION = [
    ("no body", "", 602, "alerts in body is required"),
    ("no labels", [{}], 602, "0.labels in body is required"),
    ("null as labels", [{"labels": None}], 602, "0.labels in body is required"),
    ("no labels in the second", [{"labels": {"a": "1"}}, {}], 602, "1.labels in body is required"),
    (
        "no URI",
        [{"labels": {"a": "1"}, "generatorURL": "not a uri"}],
        601,
        '0.generatorURL in body must be of type uri: "not a uri"',
    ),
]


@pytest.mark.parametrize(
    ("body", "code", "message"), [row[1:] for row in VALIDATION], ids=[row[0] for row in VALIDATION]
)
def test_what_the_framework_validates(wire: Wire, body: object, code: int, message: str) -> None:
    """422 with the framework's own code; nothing of the body is stored."""
    answer = wire.post("/alerts", body)

    assert answer.status_code == 422
    assert answer.json() == {"code": code, "message": message}
    assert wire.alerts() == []


HANDLED = [
    ("no labels left", {"labels": {}}, "at least one label pair required"),
    ("only empty values", {"labels": {"a": "", "b": ""}}, "at least one label pair required"),
    ("null as a value", {"labels": {"a": None}}, "at least one label pair required"),
    ("no name", {"labels": {"": "x"}}, 'invalid label set: invalid name ""'),
    ("no name of an annotation", {"labels": {"a": "1"}, "annotations": {"": "x"}}, 'invalid annotations: invalid name ""'),
    (
        "ends before it starts",
        {"labels": {"a": "1"}, "startsAt": "2026-01-02T00:00:00Z", "endsAt": "2026-01-01T00:00:00Z"},
        "start time must be before end time",
    ),
    ("starts after its time-out", {"labels": {"a": "1"}, "startsAt": "2046-01-01T00:00:00Z"}, "start time must be before end time"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "said"), [row[1:] for row in HANDLED], ids=[row[0] for row in HANDLED])
def test_one_bad_alert_among_good_ones(wire: Wire, alert: Alert, bad: dict[str, object], said: str) -> None:
    """400 with a bare JSON text on a line, and the good ones are stored all the same."""
    answer = wire.send(alert("Good1", service="quiet"), bad, alert("Good2"))

    assert answer.status_code == 400
    assert answer.text == json.dumps(said) + "\n"
    assert wire.names() == ["Good1", "Good2"]


def test_every_bad_alert_is_named(wire: Wire) -> None:
    """Reasons are joined, one for each bad alert."""
    answer = wire.send({"labels": {}}, {"labels": {"": "x"}})

    assert answer.json() == 'at least one label pair required; invalid label set: invalid name ""'


def test_the_fingerprint_is_the_originals(wire: Wire, alert: Alert) -> None:
    """FNV-1a over the sorted labels, whatever their order; empty ones do not count."""
    wire.send({"labels": {"service": "quiet", "empty": "", "alertname": "Good1"}}, alert("Good1", service="quiet"))

    assert [one["fingerprint"] for one in wire.alerts()] == ["b0ba7912aaa4c637"]
    assert wire.alerts()[0]["labels"] == {"alertname": "Good1", "service": "quiet"}


def test_vmalerts_duplicate_keys(wire: Wire) -> None:
    """A key that comes twice does not lose the alert: the last one counts."""
    assert wire.post("/alerts", '[{"labels": {"alertname": "V1", "alertname": "V2"}}]').status_code == 200
    assert wire.names() == ["V2"]


def test_unknown_fields(wire: Wire, alert: Alert) -> None:
    """What newer senders may add is ignored."""
    assert wire.send(alert("Good1", {"extra": {"deep": [1]}})).status_code == 200
    assert wire.names() == ["Good1"]


def test_names_in_any_script(wire: Wire) -> None:
    """Label names may be any UTF-8, as in current Alertmanagers, and can be asked for in quotes."""
    labels = {"alertname": "Good1", "bad-name": "x", "größe des Puffers": "viel", "温度": "高い"}

    assert wire.send({"labels": labels}).status_code == 200
    assert wire.alerts(("filter", '"größe des Puffers"="viel"'))[0]["labels"] == labels
    assert wire.alerts(("filter", "温度=~高.*"))[0]["labels"] == labels
    assert wire.alerts(("filter", '"bad-name"!="x"')) == []


@pytest.mark.parametrize(
    ("url", "taken"),
    [("", True), ("/graph?x=1", True), ("http://p:9090/graph?g0.expr=a%3Eb", True), ("urn:x", True), ("graph", False), ("http://a b/", False), ("/%zz", False)],
)  # fmt: skip
def test_generator_addresses(wire: Wire, alert: Alert, url: str, taken: bool) -> None:  # noqa: FBT001 - a column of the table
    """What Go takes for a request URI is taken; it is left out of the answer where it is empty."""
    answer = wire.send(alert("Good1", {"generatorURL": url}))

    assert answer.status_code == (200 if taken else 422)
    assert [one.get("generatorURL") for one in wire.alerts()] == ([url or None] if taken else [])


def test_a_password_in_an_address_is_not_kept(wire: Wire, alert: Alert) -> None:
    """The inbox is kept for days: passwords within addresses have no business in it."""
    wire.send(
        alert("Good1", {"generatorURL": "http://me:s3cret@p/graph", "annotations": {"url": "x https://u:s3cret@h/"}})
    )

    found = wire.alerts()[0]
    assert found["generatorURL"] == "http://me:***@p/graph"
    assert found["annotations"] == {"url": "x https://u:***@h/"}


@pytest.mark.parametrize(
    ("kind", "status"),
    [("application/json", 200), ("application/json; charset=utf-8", 200), ("Application/JSON", 200), ("text/plain", 415), ("application/x-www-form-urlencoded", 415), ("", 415)],
)  # fmt: skip
def test_the_content_type(wire: Wire, kind: str, status: int) -> None:
    """Only JSON that says so is read, which also keeps forms of other sites out."""
    answer = wire.post("/alerts", "[]", content_type=kind)

    assert answer.status_code == status
    if status == 415:
        named = kind or "application/octet-stream"
        message = f'unsupported media type "{named}", only [application/json] are allowed'
        assert answer.json() == {"code": 415, "message": message}


def test_a_client_that_takes_no_json(wire: Wire) -> None:
    """406 for reading; a sender gets no body and need not accept any."""
    assert wire.client.get("/api/v2/alerts", headers={"accept": "text/html"}).status_code == 406
    assert wire.post("/alerts", "[]", accept="text/html").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", "/alerts", "POST,GET"), ("OPTIONS", "/alerts", "POST,GET"), ("HEAD", "/alerts", "POST,GET"), ("POST", "/status", "GET"), ("PATCH", "/silence/x", "GET,DELETE")],
)  # fmt: skip
def test_a_method_that_is_not_there(wire: Wire, method: str, path: str, allowed: str) -> None:
    """405 names the methods that are."""
    answer = wire.client.request(method, f"/api/v2{path}")

    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed
    if method != "HEAD":
        assert answer.json() == {"code": 405, "message": f"method {method} is not allowed, but [{allowed}] are"}


@pytest.mark.parametrize("path", ["/api/v2", "/api/v2/", "/api/v2/nothing", "/api/v2/silence/", "/api/v2/alerts/x/y"])
def test_a_path_that_is_not_there(wire: Wire, path: str) -> None:
    """404 in the framework's shape, no redirect."""
    answer = wire.client.get(path, follow_redirects=False)

    assert answer.status_code == 404
    assert answer.json() == {"code": 404, "message": f"path {path} was not found"}


def test_a_body_at_the_limit(wire: Wire) -> None:
    """1 MiB is taken in, one byte more is not, and neither is more than that in a small gzip."""
    limit = wire.app.config.intake_max_body_bytes
    assert limit == 1 << 20
    alert = b'[{"labels":{"alertname":"Good1"}}]'
    padded = alert + b" " * (limit - len(alert))

    assert wire.post("/alerts", padded).status_code == 200
    assert wire.post("/alerts", padded + b" ").status_code == 413
    assert wire.post("/alerts", gzip.compress(padded), content_encoding="gzip").status_code == 200
    assert wire.post("/alerts", gzip.compress(padded + b" "), content_encoding="gzip").status_code == 413
    assert wire.post("/alerts", gzip.compress(b" " * (20 << 20), 9), content_encoding="gzip").status_code == 413


@pytest.mark.parametrize(
    ("encoding", "body", "status"),
    [
        ("gzip", b"no gzip", 400),
        ("gzip", gzip.compress(b"[]", mtime=0)[:-9], 400),
        ("gzip", gzip.compress(b"[]", mtime=0), 200),
        ("identity", b"[]", 200),
        ("zstd", b"[]", 415),
        ("deflate", zlib.compress(b"[]"), 415),
        ("gzip, gzip", b"[]", 415),
    ],
)
def test_encodings(wire: Wire, encoding: str, body: bytes, status: int) -> None:
    """A gzip is understood, anything else refused, and a broken one is an error of the client."""
    assert wire.post("/alerts", body, content_encoding=encoding).status_code == status


def _labels(count: int) -> dict[str, str]:
    return {f"label_{number}": "x" for number in range(count)}


BOUNDS = [
    ("256 labels", {"labels": _labels(256)}, True),
    ("257 labels", {"labels": _labels(257)}, False),
    ("257 annotations", {"labels": {"a": "1"}, "annotations": _labels(257)}, False),
    ("a value of 16 KiB", {"labels": {"a": "x" * (16 << 10)}}, True),
    ("a longer value", {"labels": {"a": "x" * ((16 << 10) + 1)}}, False),
    ("a value of 16 KiB in long letters", {"labels": {"a": "€" * 5_461}}, True),
    ("a longer value in long letters", {"labels": {"a": "€" * 5_462}}, False),
    ("a name of 1 KiB", {"labels": {"n" * 1_024: "x"}}, True),
    ("a longer name", {"labels": {"n" * 1_025: "x"}}, False),
    ("an annotation of 64 KiB", {"labels": {"a": "1"}, "annotations": {"t": "x" * (64 << 10)}}, True),
    ("a longer annotation", {"labels": {"a": "1"}, "annotations": {"t": "x" * ((64 << 10) + 1)}}, False),
    ("a NUL in a label", {"labels": {"a": "x\0"}}, False),
    ("a NUL in a name", {"labels": {"a\0": "x"}}, False),
    ("a NUL in an annotation", {"labels": {"a": "1"}, "annotations": {"t": "\0"}}, False),
]


@pytest.mark.parametrize(("given", "taken"), [row[1:] for row in BOUNDS], ids=[row[0] for row in BOUNDS])
def test_bounds(wire: Wire, alert: Alert, given: dict[str, object], taken: bool) -> None:  # noqa: FBT001 - a column of the table
    """What exceeds watchbill's own bounds gets 422 that says where; its neighbours are stored."""
    answer = wire.send(alert("Neighbour"), given)

    assert answer.status_code == (200 if taken else 422)
    assert len(wire.alerts()) == 1 + taken
    if not taken:
        assert answer.json()["code"] == 605
        assert answer.json()["message"].startswith("1.")


def test_ten_thousand_alerts_with_one_bad(wire: Wire) -> None:
    """A large batch is never half silent: the good ones are there, and the answer says what is wrong with the other."""
    batch = [{"labels": {"alertname": "Many", "n": str(number)}} for number in range(10_000)]
    batch[5_000] = {"labels": {}}

    assert wire.send(*batch).json() == "at least one label pair required"
    wire.fold()
    assert len(wire.client.get("/api/v2/alerts").json()) == 9_999


def test_the_same_alert_a_thousand_times_in_one_batch(wire: Wire, alert: Alert) -> None:
    """One alert, however often it is said."""
    wire.send(*[alert("Good1") for _ in range(1_000)])

    assert wire.names() == ["Good1"]


def test_markup_is_kept_as_it_is(wire: Wire, alert: Alert) -> None:
    """Texts are data: stored raw, to be escaped by whoever shows them."""
    text = "<script>alert(1)</script> ${jndi:ldap://x} {{7*7}} =cmd|' /C calc'!A0 \x1b[31m\r\nBcc: x"
    wire.send(alert("Good1", {"annotations": {"summary": text}}, shown=text))

    assert wire.alerts()[0]["annotations"] == {"summary": text}
    assert wire.alerts()[0]["labels"]["shown"] == text
