"""Silences over the wire: what is refused and how, the life of one, changing, filtering and order."""

import uuid
from datetime import timedelta

import pytest
from tests.entrypoint.alertmanager.conftest import Alert, Wire

NOBODY = "00000000-0000-4000-8000-000000000000"


def _matcher(value: str = "Good1", name: str = "alertname", **more: object) -> dict[str, object]:
    return {"name": name, "value": value, "isRegex": False, **more}


VALIDATION = [
    ("comment", {"comment": None}, 602, "comment in body is required"),
    ("createdBy", {"createdBy": None}, 602, "createdBy in body is required"),
    ("endsAt", {"endsAt": None}, 602, "endsAt in body is required"),
    ("startsAt", {"startsAt": None}, 602, "startsAt in body is required"),
    ("matchers", {"matchers": None}, 602, "matchers in body is required"),
    ("an empty list", {"matchers": []}, 612, "matchers in body should have at least 1 items"),
    ("a matcher without anything", {"matchers": [{}]}, 602, "matchers.0.isRegex in body is required"),
    ("no name", {"matchers": [{"isRegex": False, "value": "x"}]}, 602, "matchers.0.name in body is required"),
    ("no value", {"matchers": [_matcher(), {"isRegex": False, "name": "x"}]}, 602, "matchers.1.value in body is required"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "code", "message"), [row[1:] for row in VALIDATION], ids=[row[0] for row in VALIDATION]
)
def test_what_the_framework_validates(wire: Wire, given: dict[str, object], code: int, message: str) -> None:
    """422 with the framework's code and the name of what is missing."""
    answer = wire.silence(**given)

    assert answer.status_code == 422
    assert answer.json() == {"code": code, "message": message}
    assert wire.silences() == []


@pytest.mark.parametrize(("body", "status"), [("", 422), ("{}", 422), ("null", 422), ("[]", 400), ('{"comment": 1}', 400), ('{"matchers": {}}', 400), ('{"x', 400), ('{"x": NaN}', 400), ('{"a":' * 65 + "1" + "}" * 65, 400)])  # fmt: skip
def test_bodies_that_are_no_silence(wire: Wire, body: str, status: int) -> None:
    """400 for what cannot be read, 422 for what is missing."""
    answer = wire.post("/silences", body)

    assert answer.status_code == status
    if status == 400:
        assert answer.json()["message"].startswith('parsing silence body from "" failed, because ')


HANDLED = [
    ("matches everything", {"matchers": [_matcher("")]}, "at least one matcher must not match the empty string"),
    ("a pattern that matches everything", {"matchers": [_matcher(".*", isRegex=True)]}, "at least one matcher must not match the empty string"),
    ("only differences", {"matchers": [_matcher("x", isEqual=False)]}, "at least one matcher must not match the empty string"),
    ("a bad pattern", {"matchers": [_matcher("[", isRegex=True)]}, 'invalid label matcher 0: invalid regular expression "["'),
    ("no name", {"matchers": [_matcher("x", name="")]}, 'invalid label matcher 0: invalid label name ""'),
]  # fmt: skip


@pytest.mark.parametrize(("given", "said"), [row[1:] for row in HANDLED], ids=[row[0] for row in HANDLED])
def test_a_silence_that_makes_no_sense(wire: Wire, given: dict[str, object], said: str) -> None:
    """400 with a bare JSON text."""
    answer = wire.silence(**given)

    assert answer.status_code == 400
    assert answer.json().startswith(f"silence invalid: {said}")


def test_times_that_make_no_sense(wire: Wire) -> None:
    """The start has to lie before the end, and the end not in the past; equal times are refused."""
    starts_late = "Failed to create silence: start time must be before end time"
    past = "Failed to create silence: end time can't be in the past"

    assert wire.silence(startsAt=wire.at(hours=2)).json() == starts_late
    assert wire.silence(startsAt=wire.at(hours=1)).json() == starts_late
    assert wire.silence(startsAt=wire.at(hours=-2), endsAt=wire.at(milliseconds=-1)).json() == past
    assert wire.silence(startsAt=wire.at(hours=-2), endsAt=wire.at()).status_code == 200


def test_who_and_why_may_be_empty(wire: Wire) -> None:
    """The keys are required, their values may be empty texts."""
    assert wire.silence(createdBy="", comment="").status_code == 200


def test_a_start_in_the_past(wire: Wire) -> None:
    """It becomes now: history is not silenced."""
    made = wire.silence(startsAt=wire.at(hours=-5)).json()["silenceID"]

    assert wire.get(f"/silence/{made}").json()["startsAt"] == wire.at()


def test_what_a_silence_looks_like(wire: Wire) -> None:
    """Every field of the description; the id is a UUID."""
    made = wire.silence(matchers=[_matcher(), _matcher("a|b", "job", isRegex=True, isEqual=False)]).json()["silenceID"]

    assert str(uuid.UUID(made)) == made
    assert wire.get(f"/silence/{made}").json() == {
        "id": made,
        "status": {"state": "active"},
        "matchers": [
            {"name": "alertname", "value": "Good1", "isRegex": False, "isEqual": True},
            {"name": "job", "value": "a|b", "isRegex": True, "isEqual": False},
        ],
        "startsAt": wire.at(),
        "endsAt": wire.at(hours=1),
        "updatedAt": wire.at(),
        "createdBy": "ana",
        "comment": "planned",
        "annotations": {},
    }


def test_the_life_of_a_silence(wire: Wire, alert: Alert) -> None:
    """Pending, active, expired; it hides from its start on and no longer than its end."""
    wire.send(alert("Good1", {"endsAt": wire.at(days=1)}))
    made = wire.silence(startsAt=wire.at(minutes=10), endsAt=wire.at(minutes=20)).json()["silenceID"]

    def seen() -> tuple[str, str]:
        (found,) = wire.alerts()
        return wire.get(f"/silence/{made}").json()["status"]["state"], found["status"]["state"]

    assert seen() == ("pending", "active")
    wire.let_pass(minutes=10)
    assert seen() == ("active", "suppressed")
    wire.let_pass(minutes=10, milliseconds=-1)
    assert seen() == ("active", "suppressed")
    wire.let_pass(milliseconds=1)
    assert seen() == ("expired", "active")


def test_expiring(wire: Wire) -> None:
    """DELETE ends it now; doing it twice is as good as once; it is still shown."""
    made = wire.silence().json()["silenceID"]
    wire.clock.forward(timedelta(minutes=1))
    ended = wire.at()

    assert (wire.delete(made).status_code, wire.delete(made).content) == (200, b"")
    wire.clock.forward(timedelta(minutes=1))
    assert wire.delete(made).status_code == 200
    found = wire.get(f"/silence/{made}").json()
    assert (found["status"]["state"], found["endsAt"]) == ("expired", ended)


def test_expiring_one_that_has_not_begun(wire: Wire) -> None:
    """It never begins."""
    made = wire.silence(startsAt=wire.at(minutes=10)).json()["silenceID"]
    wire.delete(made)

    found = wire.get(f"/silence/{made}").json()
    assert (found["status"]["state"], found["startsAt"], found["endsAt"]) == ("expired", wire.at(), wire.at())


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_ids(wire: Wire, method: str) -> None:
    """What is no UUID is refused by its form, one that nobody has is not found."""
    bad = wire.client.request(method, "/api/v2/silence/not-a-uuid")
    unknown = wire.client.request(method, f"/api/v2/silence/{NOBODY}")

    assert bad.status_code == 422
    assert bad.json() == {"code": 601, "message": 'silenceID in path must be of type uuid: "not-a-uuid"'}
    assert (unknown.status_code, unknown.content) == (404, b"")


@pytest.mark.parametrize("unknown", [NOBODY, "x"])
def test_changing_one_that_is_not_there(wire: Wire, unknown: str) -> None:
    """404 as a bare text, and no silence is made."""
    answer = wire.silence(id=unknown)

    assert (answer.status_code, answer.json()) == (404, "silence not found")
    assert wire.silences() == []


def test_changing_the_end(wire: Wire) -> None:
    """Same matchers, same start to the second: the silence keeps its id."""
    start = wire.at()
    made = wire.silence().json()["silenceID"]
    wire.clock.forward(timedelta(minutes=5))

    changed = wire.silence(id=made, startsAt=start, endsAt=wire.at(hours=9), comment="longer").json()["silenceID"]

    assert changed == made
    (found,) = wire.silences()
    assert (found["startsAt"], found["endsAt"], found["comment"]) == (start, wire.at(hours=9), "longer")


@pytest.mark.parametrize("change", ["matchers", "start"])
def test_changing_what_makes_it_another(wire: Wire, change: str) -> None:
    """The old one is expired and a new one made under an id of its own."""
    made = wire.silence().json()["silenceID"]
    wire.clock.forward(timedelta(minutes=5))
    others: dict[str, dict[str, object]] = {
        "matchers": {"matchers": [_matcher("Good2")]},
        "start": {"startsAt": wire.at()},
    }

    changed = wire.silence(id=made, **others[change]).json()["silenceID"]

    assert changed != made
    assert {one["id"]: one["status"]["state"] for one in wire.silences()} == {made: "expired", changed: "active"}


def test_changing_an_expired_one(wire: Wire) -> None:
    """It comes back as a new silence."""
    made = wire.silence().json()["silenceID"]
    wire.delete(made)

    assert wire.silence(id=made).json()["silenceID"] != made


def test_order(wire: Wire) -> None:
    """Active ones by their end, then pending ones by their start, then expired ones, the latest first."""
    spans = {
        "active late": (0, 50),
        "pending late": (30, 60),
        "active soon": (0, 10),
        "pending soon": (20, 60),
        "expired first": (0, 1),
        "expired last": (0, 2),
    }
    for name, (start, end) in spans.items():
        wire.silence(comment=name, startsAt=wire.at(minutes=start), endsAt=wire.at(minutes=end))
    wire.clock.forward(timedelta(minutes=3))

    assert [one["comment"] for one in wire.silences()] == [
        "active soon",
        "active late",
        "pending soon",
        "pending late",
        "expired last",
        "expired first",
    ]
    assert [one["comment"] for one in wire.silences(("expired", "false"), ("pending", "false"))] == [
        "active soon",
        "active late",
    ]


def test_filters_compare(wire: Wire) -> None:
    """A filter is compared with the silence's own matchers, never evaluated against them."""
    wire.silence(matchers=[_matcher("Good.*", isRegex=True), _matcher("x", "job")])

    assert wire.silences(("filter", 'alertname="Good1"')) == []
    assert len(wire.silences(("filter", 'alertname=~"Good.*"'))) == 1
    assert len(wire.silences(("filter", "job=x"), ("filter", 'alertname=~"Good.*"'))) == 1
    assert wire.silences(("filter", "job=x"), ("filter", "job=y")) == []


def test_who_did_it_is_audited(wire: Wire) -> None:
    """Setting and expiring a silence leaves its trace."""
    made = wire.silence().json()["silenceID"]
    wire.delete(made)

    with wire.app.reading() as s:
        assert [entry.action for entry in s.audit.list(subject=made)] == [
            "silence.set",
            "silence.expire",
        ]
