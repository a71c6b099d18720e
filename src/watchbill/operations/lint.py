"""Operation `alerts.lint`: alerts as they are written, against the playbook's six design rules."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from watchbill.alerts.model.written import Weight
from watchbill.alerts.rules.lint import RULES
from watchbill.alerts.service.linting import Linted
from watchbill.bootstrap import Services
from watchbill.people.model import Actor

__all__ = ["LintAlerts", "LintFindingView", "LintRuleView", "LintView", "RuleFileModel", "lint"]


class RuleFileModel(BaseModel):
    """One rule file: its path as findings shall show it, and its text."""

    model_config = ConfigDict(extra="forbid")

    path: str = Field(min_length=1, max_length=1024)
    text: str = Field(max_length=8 << 20)


class LintAlerts(BaseModel):
    """Input of `alerts.lint`: rule files; none at all: watchbill's own alerts. `broken_links`: runbooks that a caller tried."""

    model_config = ConfigDict(extra="forbid")

    files: list[RuleFileModel] = Field(default_factory=list, max_length=1_000)
    broken_links: dict[str, str] = Field(default_factory=dict)


class LintFindingView(BaseModel):
    """One finding, with the place of what it is about and the step that repairs it."""

    rule: str
    level: Weight
    alert: str
    file: str
    line: int
    column: int
    message: str
    fix: str


class LintRuleView(BaseModel):
    """One rule. `design_rule` is its number in the playbook; 0: what has to hold before any of them can."""

    id: str
    name: str
    design_rule: int
    level: Weight
    summary: str


class LintView(BaseModel):
    """The findings, the rules that were asked, and the addresses of runbooks that somebody may try."""

    alerts: int
    verdict: Literal["clean", "findings"]
    findings: list[LintFindingView]
    rules: list[LintRuleView]
    runbook_links: list[str]


def lint(s: Services, who: Actor, given: LintAlerts) -> LintView:
    """Lint the files, or what watchbill itself would send."""
    if given.files:
        return _view(
            s.alert_quality.lint.files([(one.path, one.text) for one in given.files], broken_links=given.broken_links)
        )
    return _view(s.alert_quality.lint.own(broken_links=given.broken_links))


def _view(linted: Linted) -> LintView:
    return LintView(
        alerts=linted.alerts,
        verdict="findings" if linted.findings else "clean",
        findings=[
            LintFindingView(
                rule=one.rule,
                level=one.weight,
                alert=one.alert,
                file=one.place.file,
                line=one.place.line,
                column=one.place.column,
                message=one.message,
                fix=one.fix,
            )
            for one in linted.findings
        ],
        rules=[
            LintRuleView(
                id=rule.id, name=rule.name, design_rule=rule.design_rule, level=rule.weight, summary=rule.summary
            )
            for rule in RULES
        ],
        runbook_links=list(linted.links),
    )
