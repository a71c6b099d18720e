"""Lints alerts as they are written: rule files of other systems, and the alerts of watchbill's own promises."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from watchbill.alerts.model.written import Expression, LintFinding, Place, Weight, WrittenAlert
from watchbill.alerts.rules.lint import Surroundings, lint
from watchbill.alerts.rules.noise import PAGES_A_WEEK
from watchbill.alerts.service.noise import NoiseService
from watchbill.kernel.errors import Fault
from watchbill.slo.model import Slo, TierSeverity

__all__ = ["LintService", "Linted", "ReadRules"]

# Path and text of a rule file -> its alerts, and what could not be read.
ReadRules = Callable[[str, str], tuple[Sequence[WrittenAlert], Sequence[Fault]]]
_UNREADABLE = "WB000"
_LOOK_BACK_DAYS = 28


@dataclass(frozen=True, slots=True)
class Linted:
    """What was found in how many alerts; `links` are the addresses of their runbooks, which a caller may try."""

    alerts: int
    findings: Sequence[LintFinding]
    links: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LintService:
    """Reads only. `runbooks`: steps of each by name. `origin_of`: the file that a promise came from."""

    read_rules: ReadRules
    slos: Callable[[], Sequence[Slo]]
    runbooks: Callable[[], Mapping[str, int]]
    runbook_for: Callable[[str], str | None]
    origin_of: Callable[[str], str | None]
    noise: NoiseService

    def files(self, files: Iterable[tuple[str, str]], *, broken_links: Mapping[str, str]) -> Linted:
        """Lint the rule files; one that cannot be read is a finding itself."""
        alerts, findings = list[WrittenAlert](), list[LintFinding]()
        for path, text in files:
            found, faults = self.read_rules(path, text)
            alerts += found
            findings += [_finding(fault) for fault in faults]
        return self._lint(alerts, findings, broken_links)

    def own(self, *, broken_links: Mapping[str, str]) -> Linted:
        """Lint the burn alerts of all promises."""
        alerts = [_of_tier(slo, number, self.origin_of(slo.name)) for slo in self.slos() for number in range(len(slo.tiers))]  # fmt: skip
        return self._lint(alerts, [], broken_links)

    def _lint(
        self, alerts: Sequence[WrittenAlert], before: Sequence[LintFinding], broken_links: Mapping[str, str]
    ) -> Linted:
        review = self.noise.review(_LOOK_BACK_DAYS)
        weeks = Fraction(_LOOK_BACK_DAYS, 7)
        known = Surroundings(
            runbooks=self.runbooks(),
            runbook_for=self.runbook_for,
            pages_a_week={one.name: float(one.tally.pages / weeks) for one in review.names},
            pages_target=PAGES_A_WEEK,
            broken_links=broken_links,
        )
        findings = [*before, *(one for alert in alerts for one in lint(alert, known))]
        links = {
            address
            for alert in alerts
            for address in (alert.annotations.get("runbook_url", ""), alert.annotations.get("runbook", ""))
            if "://" in address and "{{" not in address
        }
        return Linted(len(alerts), findings, sorted(links))


def _finding(fault: Fault) -> LintFinding:
    said = f"{fault.field}: {fault.reason}" if fault.field else fault.reason
    return LintFinding(_UNREADABLE, Weight.ERROR, "", Place(fault.path, fault.line, fault.column), said, fault.hint)


def _of_tier(slo: Slo, number: int, origin: str | None) -> WrittenAlert:
    """The alert that one burn tier of a promise sends, as its author would have had to write it."""
    tier = slo.tiers[number]
    severity = {TierSeverity.PAGE: "critical", TierSeverity.TICKET: "warning"}[tier.severity]
    runbook = {"runbook_url" if "://" in slo.runbook else "runbook": slo.runbook} if slo.runbook else {}
    return WrittenAlert(
        name=f"{slo.name}/{tier.name}",
        place=Place(origin or f"slo {slo.name}"),
        expression=Expression(windows=(tier.short_window, tier.long_window), joined=True, compares=True),
        labels={"slo": slo.name, "service": slo.service, "severity": severity},
        annotations={"summary": slo.description or slo.name} | runbook,
        own=True,
    )
