"""The operations on the catalog and on changes, through the application, over the shop of the example."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from watchbill.bootstrap import App, apply_folder
from watchbill.catalog.model import ChangeKind, ChangeRecorded, Risk, Tier
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.errors import Invalid, NotFound
from watchbill.operations import changes, services
from watchbill.people.model import Actor, Role

WHO = Actor(name="ci", role=Role.RESPONDER, via="token")
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SHOP = Path(__file__).parents[3] / "examples" / "shop"


@pytest.fixture
def shop(app: App) -> App:
    """The application with the shop's resources."""
    apply_folder(app, SHOP)
    return app


def _show(app: App, name: str) -> services.ServiceDetailView:
    with app.reading() as s:
        return services.show(s, WHO, services.NamedService(name=name))


def _add(app: App, **fields: Any) -> changes.ChangeEventView:
    with app.transaction() as s:
        return changes.add(s, WHO, changes.AddChange.model_validate(fields))


def test_the_list_is_sorted_by_tier_and_can_be_narrowed(shop: App) -> None:
    """Critical first, then by name."""
    with shop.reading() as s:
        everything = services.list_all(s, WHO, services.ListServices())
        critical = services.list_all(s, WHO, services.ListServices(tier=Tier.CRITICAL))
        discovery = services.list_all(s, WHO, services.ListServices(team="discovery"))

    assert [one.name for one in everything] == ["checkout", "payments", "storefront", "catalog-sync", "search"]
    assert [one.name for one in critical] == ["checkout", "payments"]
    assert [one.name for one in discovery] == ["catalog-sync", "search"]


def test_a_row_says_who_stands_watch_and_how_the_budget_is(shop: App) -> None:
    """The schedule's person of the week, and the promises, without data yet."""
    with shop.reading() as s:
        [row] = [one for one in services.list_all(s, WHO, services.ListServices()) if one.name == "checkout"]
        watch = s.schedules.on_call("shop-primary")

    assert row.oncall is not None
    assert (row.oncall.schedule, row.oncall.primary, row.oncall.secondary) == (
        "shop-primary",
        watch.primary,
        watch.secondary,
    )
    assert watch.primary is not None
    assert [one.slo for one in row.slos] == ["checkout-availability"]
    assert (row.budget_state, row.frozen, row.open_incidents) == (None, False, [])


def test_the_list_and_the_page_of_a_service_agree(shop: App) -> None:
    """What the page says at its top is the row of the list."""
    with shop.reading() as s:
        rows = {one.name: one.model_dump() for one in services.list_all(s, WHO, services.ListServices())}

    for name, row in rows.items():
        detail = _show(shop, name).model_dump()

        assert {key: detail[key] for key in row} == row


def test_a_service_shows_everything_known_about_it(shop: App) -> None:
    """By alias as well: fields of the template, neighbours, blast radius, defaults of the tier, where it is written."""
    detail = _show(shop, "payment-api")

    assert (detail.name, detail.tier, detail.type, detail.monthly_cost_usd) == ("payments", "critical", "api", 1480.0)
    assert (detail.suggested_target_pct, detail.review_cadence) == (99.99, "monthly")
    assert [(one.service, one.known, one.hard, one.external) for one in detail.upstream] == [
        ("card-network", False, True, True)
    ]
    assert [(one.service, one.known, one.tier) for one in detail.downstream] == [("checkout", True, "critical")]
    assert [(one.service, one.hops, one.hard, one.tier) for one in detail.blast_radius] == [
        ("checkout", 1, True, "critical"),
        ("storefront", 2, True, "important"),
    ]
    assert detail.cycles == []
    assert detail.origin is not None
    assert detail.origin.endswith("services.yaml")


def test_a_promise_tighter_than_its_dependencies_is_said(shop: App) -> None:
    """Checkout promises 99.9 % on payments at 99.95 %: fine. The storefront as much as checkout: just so."""
    checkout, storefront = _show(shop, "checkout").promise, _show(shop, "storefront").promise

    assert (checkout.own_target_pct, checkout.dependencies_allow_pct, checkout.tighter_than_possible) == (
        99.9,
        99.95,
        False,
    )
    assert storefront.sentence == "it promises 99.9 %, which they allow: its hard dependencies allow at most 99.9 %"


def test_the_graph_is_whole_or_around_one_service(shop: App) -> None:
    """With names outside of the catalog, and the size of each blast radius."""
    with shop.reading() as s:
        whole = services.graph(s, WHO, services.ServiceGraph())
        around = services.graph(s, WHO, services.ServiceGraph(name="search"))

    assert {one.name: one.blast_radius for one in whole.nodes} == {
        "card-network": 3,
        "catalog-sync": 2,
        "checkout": 1,
        "payments": 2,
        "search": 1,
        "storefront": 0,
        "supplier-feed": 3,
    }
    assert [(one.source, one.target, one.declared_by) for one in whole.edges if one.source == "checkout"] == [
        ("checkout", "payments", "both")
    ]
    assert {one.name for one in around.nodes} == {"catalog-sync", "search", "storefront", "supplier-feed"}


def test_an_unknown_service_gets_the_nearest(shop: App) -> None:
    """Names and aliases are offered."""
    with pytest.raises(NotFound, match=r"did you mean 'checkout'\?"):
        _show(shop, "chekout")


def test_a_change_is_recorded_told_and_listed(shop: App) -> None:
    """With its defaults: now, low risk, a summary made of kind and version; the event names it."""
    added = _add(shop, service="payment-api", version="842", author="bob")

    assert (added.service, added.kind, added.at, added.summary, added.risk, added.recorded_by) == (
        "payments",
        ChangeKind.DEPLOY,
        NOW,
        "deploy 842",
        Risk.LOW,
        "ci",
    )
    with shop.reading() as s:
        [recorded] = [one.recorded for one in s.records.events() if isinstance(one.recorded.event, ChangeRecorded)]
        listed = changes.list_all(s, WHO, changes.ListChanges(service="payments"))
    assert recorded.subject == added.id
    assert recorded.event == ChangeRecorded(added.id, "payments", ChangeKind.DEPLOY, Risk.LOW, NOW, "deploy 842")  # type: ignore[arg-type]  # the view's id is plain text
    assert listed.items == [added]
    assert _show(shop, "payments").changes == [added]


def test_a_change_of_an_unknown_service_or_of_tomorrow_is_refused(shop: App) -> None:
    """A build machine that is minutes ahead is believed."""
    with pytest.raises(NotFound, match="there is no service 'paymints'"):
        _add(shop, service="paymints")
    with pytest.raises(Invalid, match="at: lies in the future"):
        _add(shop, service="payments", at=NOW + timedelta(minutes=16))
    with pytest.raises(ValidationError, match="timezone"):
        _add(shop, service="payments", at="2026-11-24T02:00:00")

    assert _add(shop, service="payments", at=NOW + timedelta(minutes=15)).at == NOW + timedelta(minutes=15)


def test_changes_are_listed_in_pages_of_a_span(shop: App) -> None:
    """Newest first, each once; the cursor carries on."""
    for minutes in range(5):
        _add(shop, service="payments", version=str(minutes), at=NOW - timedelta(minutes=minutes))
    seen, cursor = [], None
    with shop.reading() as s:
        for _ in range(3):
            given = changes.ListChanges(limit=2, cursor=cursor, since=NOW - timedelta(minutes=3))
            page = changes.list_all(s, WHO, given)
            seen += [one.version for one in page.items]
            cursor = page.next
            if cursor is None:
                break

    assert seen == ["0", "1", "2", "3"]
    assert cursor is None


def test_a_cursor_that_is_none_is_a_fault(shop: App) -> None:
    """Not a crash."""
    with shop.reading() as s, pytest.raises(Invalid, match="cursor"):
        changes.list_all(s, WHO, changes.ListChanges(cursor="yesterday"))


def test_rest_answers_with_the_same(shop: App, admin: TestClient) -> None:
    """A change goes in and the service shows it; YAML goes in and faults come back with their places."""
    added = admin.post("/api/v1/changes", json={"service": "checkout", "kind": "flag", "summary": "pay later on"})
    shown = admin.get("/api/v1/services/checkout").json()
    refused = admin.post("/api/v1/resources/apply", json={"files": [{"path": "x.yaml", "text": "service: {name: X}"}]})
    schema = TestClient(admin.app).get("/api/v1/schemas", params={"kind": "slo"})

    assert added.status_code in {200, 201}
    assert shown["changes"][0]["summary"] == "pay later on"
    assert refused.status_code == 422
    assert [(one["path"], one["line"], one["column"]) for one in refused.json()["faults"]] == [("x.yaml", 1, 11)]
    assert schema.json()["required"] == ["slo"]


def test_who_stands_watch_follows_the_clock(shop: App) -> None:
    """A week later it is the next person."""
    first = _show(shop, "checkout").oncall
    assert isinstance(shop.clock, ManualClock)
    shop.clock.forward(timedelta(days=7))
    second = _show(shop, "checkout").oncall

    assert first is not None
    assert second is not None
    assert first.primary != second.primary
