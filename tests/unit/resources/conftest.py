"""How the tests of resources read a text: as one file among others that make it whole."""

from collections.abc import Callable

import pytest

from watchbill.adapters.resources.validation import Report
from watchbill.bootstrap import validate_files
from watchbill.kernel.errors import Fault

# What most resources refer to, so that a test can say only what it is about.
HOUSE = """\
person: {name: ann, email: ann@example.org}
---
person: {name: bob, email: bob@example.org}
---
team: {name: payments, members: [ann, bob], lead: ann}
---
service: {name: checkout, tier: critical}
---
sli:
  name: success
  service: checkout
  measurement: {good: "status < 500", source: {logs: {path: /var/log/checkout.log}}}
---
runbook: {title: Checkout fails, alert_name: SLOBurn}
---
schedule:
  name: primary
  timezone: UTC
  layers: [{name: weekly, rotation: weekly, start: "2026-01-05T09:00:00", people: [ann, bob]}]
---
escalation_policy: {name: payments, steps: [{notify: [schedule:primary], wait: 5m}]}
"""
Read = Callable[[str], Report]
Faults = Callable[[str], list[Fault]]


@pytest.fixture
def read() -> Read:
    """Checks `a.yaml` with this text, alone."""
    return lambda text: validate_files([("a.yaml", text)])


@pytest.fixture
def faults() -> Faults:
    """The faults of `a.yaml` with this text, in a house where people, a service, an SLI and a schedule exist."""
    return lambda text: list(validate_files([("house.yaml", HOUSE), ("a.yaml", text)]).faults)
