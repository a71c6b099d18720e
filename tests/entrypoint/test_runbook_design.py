"""`runbook design` drafts a runbook that `apply` takes: facts from the rule, the history and similar runbooks, prompts for the rest."""

from collections.abc import Callable

import pytest

from watchbill.adapters.resources.files import SourceFile
from watchbill.bootstrap import App
from watchbill.kernel.errors import NotFound
from watchbill.operations.lint import RuleFileModel
from watchbill.operations.runbook_design import DesignRunbook, DraftView, design_runbook
from watchbill.people.model import Actor, Role

OWNER = Actor("owner", Role.ADMIN, "test")
HOUSE = """
person: {name: ann, email: ann@shop.test}
---
team: {name: payments, members: [ann]}
---
schedule: {name: primary, timezone: UTC, layers: [{name: weekly, rotation: weekly, start: "2026-01-05T09:00:00", people: [ann]}]}
---
service: {name: checkout, owner_team: payments, oncall_rotation: primary, dependencies: {upstream: [payment]}}
---
service: {name: payment}
---
runbook: {title: Checkout is slow, alert_name: CheckoutSlow, service: checkout, owner: payments, diagnosis: [{step: Look at the pool, command: "pool {{ service }}", expected: free}]}
"""
RULES = """
groups:
  - name: shop
    rules:
      - alert: CheckoutErrors
        expr: sum(rate(errors[5m])) / sum(rate(requests[5m])) > 0.05
        for: 10m
        labels: {severity: page, service: checkout}
        annotations: {summary: "Orders fail", description: "{{ $value }} of them"}
"""


@pytest.fixture
def draft(app: App) -> Callable[..., DraftView]:
    """Drafts for an alert of the house."""

    def made(alert: str, rules: str = "", slo: str | None = None) -> DraftView:
        files = [RuleFileModel(path="rules.yaml", text=rules)] if rules else []
        with app.reading() as s:
            return design_runbook(s, OWNER, DesignRunbook(alert=alert, rules=files, slo=slo))

    with app.transaction() as s:
        s.resources.apply([SourceFile("house.yaml", HOUSE)], OWNER)
    return made


def test_a_draft_can_be_applied_as_it_is(app: App, draft: Callable[..., DraftView]) -> None:
    """The resource is valid, and answers the alert from then on."""
    made = draft("CheckoutErrors", RULES)

    with app.transaction() as s:
        s.resources.apply([SourceFile("draft.yaml", made.yaml)], OWNER)
    with app.reading() as s:
        book = s.runbooks.find("CheckoutErrors")
    assert (book.title, book.owner, book.service) == ("checkout: CheckoutErrors", "payments", "checkout")
    assert book.escalation.contact == "schedule:primary"


def test_it_says_what_is_known_and_marks_what_is_not(draft: Callable[..., DraftView]) -> None:
    """The expression, the summary and the neighbours are there; Go templates are not; the rest is FILL IN."""
    made = draft("CheckoutErrors", RULES)

    assert "sum(rate(errors[5m])) / sum(rate(requests[5m])) > 0.05" in made.yaml
    assert "for 10m" in made.yaml
    assert "Orders fail" in made.yaml
    assert "$value" not in made.yaml
    assert "Check payment, which checkout calls" in made.yaml
    assert "pool {{ service }}" in made.yaml
    assert "from the runbook checkout-is-slow" in made.yaml
    assert "Never fired in the last 90 days" in made.yaml
    assert made.prompts == made.yaml.count("FILL IN:") > 3
    assert "rules.yaml:5" in made.sources[0]


def test_an_alert_that_nobody_knows_is_all_prompts(draft: Callable[..., DraftView]) -> None:
    """Nothing is made up: no owner, no service, no contact."""
    made = draft("Mystery")

    assert "service:" not in made.yaml
    assert "owner:" not in made.yaml
    assert "contact: 'FILL IN:" in made.yaml or 'contact: "FILL IN:' in made.yaml


def test_a_rule_file_without_the_alert_is_refused(draft: Callable[..., DraftView]) -> None:
    """The nearest name is offered."""
    with pytest.raises(NotFound, match="CheckoutErrors"):
        draft("CheckoutError", RULES)
