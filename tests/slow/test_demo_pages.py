"""The demo is real: a shop, its logs, an outage, a page."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_the_demo_pages_and_ends_with_the_chain(tmp_path: Path) -> None:
    """A killed payment provider leads to a delivered page and an incident; the chain is one JSON list, the status 0."""
    where = ["--data", str(tmp_path / "demo"), "--port", "0"]
    command = [sys.executable, "-m", "watchbill", "demo", *where, "--exit-after-page", "--json"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WATCHBILL_")}

    done = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False, env=environment)

    assert done.returncode == 0, done.stderr[-2000:]
    kinds = {link["kind"] for link in json.loads(done.stdout)}
    assert {"alert", "escalation", "page", "incident"} <= kinds
    assert "PAGE for" in done.stderr
