"""`slo try` as a first contact: several logs of different formats, standard input, and a report that hides nothing."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from watchbill.entrypoints.cli.main import run

ACCESS = '10.0.0.1 - - [24/Nov/2026:03:{:02}:00 +0000] "GET {} HTTP/1.1" {} 7 "-" "curl" 0.100\n'
JSON = '{{"timestamp": "2026-11-24T03:{:02}:00Z", "http_path": "/pay", "http_status": {}, "duration_ms": 50}}\n'


def _try(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, Any]]:  # Any: JSON
    status = run(["slo", "try", "--json", *more])
    return status, json.loads(capsys.readouterr().out)


def test_logs_of_two_formats_add_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A packed access log and JSON lines, with what each of them holds."""
    with gzip.open(tmp_path / "a.log.gz", "wt") as file:
        file.write(ACCESS.format(1, "/a", 200) + ACCESS.format(2, "/healthz", 200) + ACCESS.format(3, "/a", 500))
    (tmp_path / "b.jsonl").write_text(JSON.format(4, 200) + JSON.format(5, 503))

    status, found = _try(
        capsys, "--log", str(tmp_path / "a.log.gz"), "--log", str(tmp_path / "b.jsonl"), "--per-minute"
    )

    assert status == 0
    assert (found["lines"], found["rejected"], found["format"]) == (5, 0, "combined+json")
    assert (found["good"], found["total"], found["sli_ratio"]) == (2, 4, 0.5)
    assert [(one["status"], one["total"], one["bad"]) for one in found["statuses"]] == [
        (200, 2, 0),
        (500, 1, 1),
        (503, 1, 1),
    ]
    assert [one["total"] for one in found["per_minute"]] == [1, 1, 1, 1]
    assert found["latency_ms"]["p50"] == pytest.approx(50, rel=0.02)
    assert found["latency_ms"]["p99"] == pytest.approx(100, rel=0.02)


def test_rejects_have_reasons_samples_and_a_limit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its line, also those in another format; above --max-rejected the exit status is 3."""
    log = tmp_path / "a.log"
    log.write_text(ACCESS.format(1, "/a", 200) * 8 + ACCESS.format(1, "/a", 999) + JSON.format(1, 200))

    status, found = _try(capsys, "--log", str(log), "--max-rejected", "19")
    fine, _ = _try(capsys, "--log", str(log), "--max-rejected", "20")

    assert (status, fine) == (3, 0)
    assert found["reasons"] == {"bad_status": 1, "other_format": 1}
    assert found["samples"]["bad_status"][0]["line"] == 9
    assert found["other_formats"] == {"json": 1}


def test_targets_are_told_as_outage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One bad event of 200 in a day: half a percent, 7.2 minutes of outage; 99.5 % is exactly kept."""
    log = tmp_path / "a.log"
    log.write_text(ACCESS.format(1, "/a", 200) * 199 + ACCESS.format(2, "/a", 500))

    _, found = _try(capsys, "--log", str(log))
    kept = {one["target_pct"]: one for one in found["targets"]}

    assert (kept[99.5]["held"], kept[99.5]["budget_spent_pct"], kept[99.5]["outage_minutes"]) == (True, 100.0, 7.2)
    assert (kept[99.9]["held"], kept[99.9]["allowed_minutes"]) == (False, 1.44)
    assert found["sentence"] == "99.5 % would have held; 99.9 % would have been broken 5.0 times over"


@pytest.mark.parametrize("path", ["https://logs.example.org/a.log", "s3://bucket/a.log"])
def test_addresses_are_refused(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Logs are read from files; the hint says how to pipe one in."""
    assert run(["slo", "try", "--log", path]) == 1
    assert "add it (or a folder above it, ending in /) to WATCHBILL_LOG_ADDRESSES" in capsys.readouterr().err
