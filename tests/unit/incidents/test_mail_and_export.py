"""Who is written to, what leaves the house, and how a long timeline is shown."""

from datetime import UTC, datetime, timedelta

import pytest

from watchbill.incidents.model import (
    Audience,
    DetectedBy,
    Incident,
    Phase,
    Severity,
    StakeholderList,
    Status,
    StatusUpdate,
    UpdateKind,
)
from watchbill.incidents.rules.mailing import MOST_ATTEMPTS, addresses, again_in, concerned, message
from watchbill.incidents.rules.updates import house_template
from watchbill.kernel.ids import IncidentId, UpdateId

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
INCIDENT = Incident(
    id=IncidentId("inc_1"), number=1, title="cards <fail>", channel="inc-1", severity=Severity.SEV2, phase=Phase.DETECT,
    status=Status.OPEN, detected_by=DetectedBy.ALERT, declared_by="ann", declared_at=AT, detected_at=AT,
    service="payment", services=("payment", "checkout"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "reads"),
    [
        (StakeholderList("all"), True),
        (StakeholderList("one of its services", services=frozenset({"checkout", "wiki"})), True),
        (StakeholderList("another service", services=frozenset({"wiki"})), False),
        (StakeholderList("its severity", severities=frozenset({Severity.SEV1, Severity.SEV2})), True),
        (StakeholderList("worse only", severities=frozenset({Severity.SEV1})), False),
        (StakeholderList("customers", audience=Audience.CUSTOMERS), False),
    ],
    ids=lambda one: one.name if isinstance(one, StakeholderList) else "",
)
def test_a_list_reads_what_concerns_it(wanted: StakeholderList, reads: bool) -> None:  # noqa: FBT001 - the table's second column
    """Audience, services and severities all have to fit; what is left out fits always."""
    assert (concerned([wanted], INCIDENT, Audience.INTERNAL) == [wanted]) is reads


def test_each_address_is_written_to_once() -> None:
    """Whatever its capitals and however many lists name it; who has no address is left out."""
    lists = [
        StakeholderList("a", emails=("x@h.test",), people=("ann", "bob")),
        StakeholderList("b", emails=("X@h.test", "y@h.test")),
    ]

    found = addresses(lists, {"ann": "ann@h.test", "bob": None}.get)

    assert found == {"x@h.test": "a", "ann@h.test": "a", "y@h.test": "b"}


def test_a_mail_escapes_words_and_links_its_room() -> None:
    """Text of people is text in HTML as well; only the room's own link is one."""
    made = message(INCIDENT, _update(Audience.INTERNAL, "cards <fail>\nhttp://evil.test"), "http://wb.test/incidents/1")

    assert made.subject == "SEV2 INC-1: cards <fail>"
    assert made.html == (
        "<p>cards &lt;fail&gt;<br>http://evil.test</p>"
        '<p><a href="http://wb.test/incidents/1">http://wb.test/incidents/1</a></p>\n'
    )


def test_customers_get_the_text_alone() -> None:
    """The first line is the subject; no name of an incident, no link into the house."""
    made = message(
        INCIDENT, _update(Audience.CUSTOMERS, "Payments: a problem\n\nWe work on it."), "http://wb.test/incidents/1"
    )

    assert (made.subject, made.text) == ("Payments: a problem", "Payments: a problem\n\nWe work on it.\n")
    assert "wb.test" not in made.html


def test_a_mail_is_given_up_after_its_last_attempt() -> None:
    """The waits grow, and the sixth refusal is the last."""
    waits = [again_in(attempts) for attempts in range(1, MOST_ATTEMPTS)]

    assert waits == sorted(wait for wait in waits if wait is not None)
    assert waits[0] == timedelta(seconds=30)
    assert again_in(MOST_ATTEMPTS) is None


def test_a_house_template_needs_what_it_speaks_of() -> None:
    """Names in its tags are needed, words of its text are not."""
    needs = house_template("users and root_cause: {{ ic }} {% if known %}{{ known }}{% endif %}").needs

    assert set(needs) == {"ic", "known"}


def _update(audience: Audience, text: str) -> StatusUpdate:
    return StatusUpdate(UpdateId("upd_1"), INCIDENT.id, UpdateKind.FREE, audience, text, (), AT, "ann", AT, "ann")
