"""How bad it is: each cell of the matrix, each edge between its columns, each trigger and their order."""

from fractions import Fraction

import pytest

from watchbill.incidents.model import Impact, Impairment, Reach, Reason, Severity, Trigger
from watchbill.incidents.rules.severity import MATRIX, assess, column, floors, row_for, with_triggers
from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import Money

SEV1, SEV2, SEV3, SEV4 = Severity
LIMIT = Money.parse("500.00", "EUR")


@pytest.mark.parametrize(
    ("row", "severities"),
    [
        (Impairment.CORE_DOWN, (SEV3, SEV2, SEV1, SEV1)),
        (Impairment.DEGRADED, (SEV4, SEV3, SEV2, SEV1)),
        (Impairment.NON_CORE, (SEV4, SEV3, SEV3, SEV2)),
        (Impairment.COSMETIC, (SEV4, SEV4, SEV3, SEV3)),
    ],
)
def test_the_matrix_is_the_handbooks(row: Impairment, severities: tuple[Severity, ...]) -> None:
    """All sixteen cells, row by row, from one user to all."""
    assert tuple(MATRIX[row][reach] for reach in Reach) == severities


@pytest.mark.parametrize(
    ("affected", "total", "reach"),
    [
        (1, 1, Reach.ONE_USER),
        (1, 2, Reach.ONE_USER),
        (1, 1_000_000, Reach.ONE_USER),
        (2, 9, Reach.BELOW_QUARTER),
        (249, 1000, Reach.BELOW_QUARTER),
        (250, 1000, Reach.QUARTER_OR_MORE),
        (999, 1000, Reach.QUARTER_OR_MORE),
        (1000, 1000, Reach.ALL),
        (2, 2, Reach.ALL),
        (0, 1000, Reach.BELOW_QUARTER),
    ],
)
def test_heads_choose_the_column(affected: int, total: int, reach: Reach) -> None:
    """One user is always the first column, exactly a quarter the third, everybody the fourth."""
    found = column(Impact(users_affected=affected, users_total=total))

    assert (found.reach, found.assumed) == (reach, False)


@pytest.mark.parametrize(
    ("ratio", "reach"),
    [
        (Fraction(0), Reach.BELOW_QUARTER),
        (Fraction(2499, 10_000), Reach.BELOW_QUARTER),
        (Fraction(1, 4), Reach.QUARTER_OR_MORE),
        (Fraction(9999, 10_000), Reach.QUARTER_OR_MORE),
        (Fraction(1), Reach.ALL),
    ],
)
def test_a_share_without_heads_chooses_the_column(ratio: Fraction, reach: Reach) -> None:
    """Where only a share is known, the same edges hold."""
    assert column(Impact(affected_ratio=ratio)).reach is reach


@pytest.mark.parametrize(
    "impact", [Impact(), Impact(users_affected=40), Impact(users_total=1000), Impact(users_affected=0, users_total=0)]
)
def test_an_unknown_share_is_the_third_column_and_assumed(impact: Impact) -> None:
    """Without a share the column is taken to be 25 % or more, and says that it is an assumption."""
    found = column(impact)

    assert (found.reach, found.assumed) == (Reach.QUARTER_OR_MORE, True)


@pytest.mark.parametrize(
    ("tier", "bad_ratio", "row"),
    [
        ("critical", Fraction(1, 2), Impairment.CORE_DOWN),
        ("critical", Fraction(4999, 10_000), Impairment.DEGRADED),
        ("important", Fraction(1), Impairment.CORE_DOWN),
        ("important", None, Impairment.DEGRADED),
        (None, Fraction(1), Impairment.CORE_DOWN),
        ("standard", Fraction(1), Impairment.NON_CORE),
        ("experimental", None, Impairment.NON_CORE),
    ],
)
def test_the_row_that_nobody_has_named(tier: str | None, bad_ratio: Fraction | None, row: Impairment) -> None:
    """Half of the events failing is down, services below the core tiers are non-core."""
    assert row_for(tier, bad_ratio) is row


@pytest.mark.parametrize(
    ("start", "impact", "reasons"),
    [
        (SEV4, Impact(), ()),
        (SEV4, Impact(data_loss=True), (Reason(Trigger.DATA_LOSS, SEV4, SEV1),)),
        (SEV4, Impact(data_loss=False), ()),
        (SEV1, Impact(data_loss=True), ()),
        (SEV3, Impact(pii_breach=True), (Reason(Trigger.PII_BREACH, SEV3, SEV1),)),
        (SEV3, Impact(data_loss=True, pii_breach=True), (Reason(Trigger.DATA_LOSS, SEV3, SEV1),)),
        (SEV4, Impact(revenue=True), (Reason(Trigger.REVENUE, SEV4, SEV2),)),
        (SEV2, Impact(revenue=True), ()),
        (SEV4, Impact(sla_imminent=True), (Reason(Trigger.SLA_IMMINENT, SEV4, SEV3),)),
        (SEV2, Impact(sla_imminent=True), (Reason(Trigger.SLA_IMMINENT, SEV2, SEV1),)),
        (SEV1, Impact(sla_imminent=True), ()),
        (
            SEV4,
            Impact(revenue=True, sla_imminent=True),
            (Reason(Trigger.REVENUE, SEV4, SEV2), Reason(Trigger.SLA_IMMINENT, SEV2, SEV1)),
        ),
        (SEV4, Impact(data_loss=True, sla_imminent=True), (Reason(Trigger.DATA_LOSS, SEV4, SEV1),)),
    ],
)
def test_triggers_in_their_order(start: Severity, impact: Impact, reasons: tuple[Reason, ...]) -> None:
    """Floors first, the SLA's one level last, once, and never above SEV1; what moves nothing is no reason."""
    assert with_triggers(start, impact) == reasons


@pytest.mark.parametrize(
    ("lost", "limit", "least"),
    [
        (Money.parse("500.01", "EUR"), LIMIT, SEV1),
        (Money.parse("500.00", "EUR"), LIMIT, SEV2),
        (None, LIMIT, SEV2),
        (Money.parse("900.00", "EUR"), None, SEV2),
        (Money.parse("900.00", "USD"), LIMIT, SEV2),
    ],
)
def test_revenue_is_sev1_only_above_the_limit(lost: Money | None, limit: Money | None, least: Severity) -> None:
    """Exactly the limit is not above it; unknown amounts and other currencies do not compare."""
    assert [floor.least for floor in floors(Impact(revenue=True, revenue_per_minute=lost), limit)] == [least]


def test_an_assessment_says_how_it_came_about() -> None:
    """Row, column, cell and every trigger stand in one sentence."""
    found = assess(
        Impact(users_affected=3, users_total=1000, sla_imminent=True), tier="critical", bad_ratio=Fraction(3, 4)
    )

    assert found.severity is SEV1
    assert not found.provisional
    assert (
        found.sentence
        == "core function down, fewer than 25 % of users: SEV2; an SLA is about to be broken: SEV2 to SEV1"
    )


def test_what_a_person_says_is_broken_wins_over_data() -> None:
    """A named row is taken as it is, whatever share of events fails."""
    found = assess(
        Impact(impairment=Impairment.COSMETIC, affected_ratio=Fraction(1)), tier="critical", bad_ratio=Fraction(1)
    )

    assert found.severity is SEV3


@pytest.mark.parametrize(("text", "severity"), [("SEV1", SEV1), ("sev2", SEV2), (" 3 ", SEV3), ("Sev4", SEV4)])
def test_severities_are_read_as_people_write_them(text: str, severity: Severity) -> None:
    """Case does not matter, and the digit alone is enough."""
    assert Severity.read(text) is severity


@pytest.mark.parametrize("text", ["P0", "SEV0", "SEV5", "sev 1", "", "critical"])
def test_what_is_no_severity_is_refused(text: str) -> None:
    """P0 to P3 are the severities of alerts, and nothing is guessed."""
    with pytest.raises(Invalid, match="not a severity of incidents"):
        Severity.read(text)


def test_news_lie_over_what_was_known() -> None:
    """What is said again replaces, what is not said stays, and a broken SLA stays broken."""
    known = Impact(users_affected=3, users_total=10, data_loss=True, sla_imminent=True)

    learnt = known.learn(Impact(data_loss=False, customer_tickets=4))

    assert learnt == Impact(users_affected=3, users_total=10, data_loss=False, customer_tickets=4, sla_imminent=True)


def test_a_new_share_replaces_old_heads() -> None:
    """Told that 40 % are affected, nobody counts the three users of before any more."""
    learnt = Impact(users_affected=3, users_total=10).learn(Impact(affected_ratio=Fraction(2, 5)))

    assert learnt.ratio == Fraction(2, 5)


@pytest.mark.parametrize(
    ("impact", "field"),
    [
        ({"users_affected": -1}, "users_affected"),
        ({"customer_tickets": -1}, "customer_tickets"),
        ({"affected_ratio": Fraction(3, 2)}, "affected_ratio"),
        ({"users_affected": 11, "users_total": 10}, "users_affected"),
    ],
)
def test_impossible_damage_is_refused(impact: dict[str, object], field: str) -> None:
    """Counts are not negative, a share is a share, and a part is not more than the whole."""
    with pytest.raises(Invalid) as refused:
        Impact(**impact)  # type: ignore[arg-type]  # wrong on purpose

    assert refused.value.field == field
