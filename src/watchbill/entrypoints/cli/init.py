"""`init`: the first folder of resources, from four answers; every answer has a flag."""

import getpass
import re
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from watchbill.entrypoints.cli.shown import line
from watchbill.entrypoints.cli.verbs import Cli, new_app, verb
from watchbill.kernel.clock import SystemClock
from watchbill.kernel.errors import Conflict, Invalid

__all__ = ["apps"]

app = new_app("Write a first set of resources for your own service.")
apps = {"init": app}

TIERS = {"critical": "99.99", "important": "99.95", "standard": "99.9", "experimental": "99"}
_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Answers:
    """What `init` has to know."""

    service: str
    tier: str
    team: str
    log: str
    prometheus: str
    person: str
    email: str
    monday: datetime


@verb(app, "init")
def init(
    cli: Cli,
    folder: Annotated[Path, typer.Argument(help="Where to write.")] = Path("watchbill"),
    *,
    service: Annotated[str | None, typer.Option("--service", help="The service's name.")] = None,
    tier: Annotated[str | None, typer.Option("--tier", help="critical, important, standard or experimental.")] = None,
    team: Annotated[str | None, typer.Option("--team", help="The team that owns it.")] = None,
    log: Annotated[
        str | None, typer.Option("--log", help="Its access log (JSON lines or nginx/Apache combined).")
    ] = None,
    prometheus: Annotated[
        str | None, typer.Option("--prometheus", metavar="URL", help="A Prometheus that measures it.")
    ] = None,
    email: Annotated[str | None, typer.Option("--email", help="Where pages to you go.")] = None,
) -> None:
    """Ask four things and write YAML that validates as it stands."""
    if folder.exists() and any(folder.iterdir()):
        raise Conflict(f"{folder} is not empty", hint="name another folder: watchbill init DIR")
    answers = _answers(service, tier, team, (log, prometheus), email)
    written = []
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in _documents(answers).items():
        (folder / name).write_text(text, "utf-8")
        written.append(str(folder / name))
    if cli.as_json:
        cli.json({"files": written})
        return
    for path in written:
        line(f"wrote {path}")
    line()
    line(f"Next: watchbill validate {folder} && watchbill diff {folder} && watchbill apply {folder}")


def _answers(
    service: str | None, tier: str | None, team: str | None, source: tuple[str | None, str | None], email: str | None
) -> Answers:
    log, prometheus = source
    service = _name("--service", service or _ask("Which service?", Path.cwd().name.lower().replace("_", "-")))
    tier = tier or _ask(f"How important is it ({', '.join(TIERS)})?", "standard")
    if tier not in TIERS:
        raise Invalid("--tier", f"{tier!r} is none of {', '.join(TIERS)}")
    team = _name("--team", team or _ask("Which team owns it?", "sre"))
    if log is None and prometheus is None:
        source_text = _ask("Its access log, or the address of a Prometheus (empty: neither yet)?", "")
        log, prometheus = (
            (None, source_text) if source_text.startswith(("http://", "https://")) else (source_text, None)
        )
    person = re.sub(r"[^a-z0-9-]+", "-", getpass.getuser().lower()).strip("-") or "me"
    email = email or _ask("Where do pages to you go (e-mail)?", f"{person}@example.org")
    now = SystemClock().now()
    monday = (now - timedelta(days=now.weekday())).replace(hour=9, minute=0, second=0, microsecond=0)
    return Answers(
        service, tier, team, str(Path(log).absolute()) if log else "", prometheus or "", person, email, monday
    )


def _ask(question: str, default: str) -> str:
    """On a terminal a prompt, elsewhere the default: every answer has a flag."""
    if not sys.stdin.isatty():
        return default
    answer: str = typer.prompt(question, default=default, show_default=bool(default))
    return answer.strip()


def _name(flag: str, name: str) -> str:
    if not _SLUG.fullmatch(name):
        raise Invalid(flag, f"{name!r} is not a name", hint="use a-z, 0-9 and -, at most 64 characters")
    return name


def _documents(given: Answers) -> dict[str, str]:
    return {
        "service.yaml": _SERVICE.format(a=given),
        "slo.yaml": _SLO.format(a=given, target=TIERS[given.tier], source=_source(given)),
        "oncall.yaml": _ONCALL.format(a=given, start=given.monday.strftime("%Y-%m-%dT%H:%M:%S")),
        "runbook.yaml": _RUNBOOK.format(a=given),
    }


def _source(given: Answers) -> str:
    if given.log:
        return f'    source: {{logs: {{path: "{given.log}", format: auto}}}}'
    if given.prometheus:
        return (
            f'    source: {{prometheus: {{url: "{given.prometheus}",\n'
            f'      good: \'sum(rate(http_requests_total{{service="{given.service}",code!~"5.."}}[$window]))\',\n'
            f"      total: 'sum(rate(http_requests_total{{service=\"{given.service}\"}}[$window]))'}}}}"
        )
    return "    source: {push: {}}  # POST /api/v1/counts, until a log or a Prometheus is there"


_SERVICE = """# yaml-language-server: $schema=http://127.0.0.1:8427/api/v1/schemas
service:
  name: {a.service}
  tier: {a.tier}
  owner_team: {a.team}
  type: api
  oncall_rotation: {a.team}-primary
"""

_SLO = """# yaml-language-server: $schema=http://127.0.0.1:8427/api/v1/schemas
sli:
  name: request_success_rate
  service: {a.service}
  description: "Share of valid requests that are answered without a server error"
  type: availability
  measurement:
    good: "status < 500"
    total: "true"
{source}
  exclusions:
    - "path IN ('/healthz', '/readyz')"
---
slo:
  service: {a.service}
  sli: request_success_rate
  name: {a.service}-availability
  target: {target}
  window: 28d
  owner: {a.team}
  runbook: {a.service}-errors
"""

_ONCALL = """# yaml-language-server: $schema=http://127.0.0.1:8427/api/v1/schemas
person:
  name: {a.person}
  email: {a.email}
  contacts:
    - {{channel: terminal}}  # in the terminal of `watchbill serve`, until mail is set up: WATCHBILL_SMTP_URL
    - {{channel: email, address: {a.email}}}
---
team:
  name: {a.team}
  members: [{a.person}]
  lead: {a.person}
---
schedule:
  name: {a.team}-primary
  timezone: UTC
  layers:
    - name: weekly
      rotation: weekly
      start: "{start}"
      people: [{a.person}]
---
escalation_policy:
  name: {a.team}
  steps:
    - {{notify: ["schedule:{a.team}-primary"], wait: 5m}}
    - {{notify: ["team:{a.team}"], wait: 10m}}
  repeat: 2
  fallback: ["person:{a.person}"]
---
route:
  match: ['service="{a.service}"']
  service: {a.service}
  escalation_policy: {a.team}
  declare_incident: {{when: P0}}
"""

_RUNBOOK = """# yaml-language-server: $schema=http://127.0.0.1:8427/api/v1/schemas
runbook:
  name: {a.service}-errors
  title: "{a.service} answers with errors"
  alert_name: SLOBurn
  owner: {a.team}
  overview: |
    More requests fail than the promise of {a.service} allows.
  impact: |
    People who use {a.service} see errors.
  diagnosis:
    - step: "What changed in the last hour?"
      command: "watchbill change list {a.service}"
      expected: "nothing"
      if_unexpected: "Roll the newest change back."
  mitigation:
    - option: "Rollback"
      when: "A change came shortly before the errors"
      steps: ["Roll the change back", "Watch the budget: watchbill slo show {a.service}-availability"]
  escalation:
    after_minutes: 30
    contact: "team:{a.team}"
    context_to_provide: "The incident's number and what was tried"
"""
