"""The house stays in order: small files, small functions, no attic names."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "src" / "watchbill"
SOFT, HARD, TEST_LIMIT, FUNCTION_LIMIT = 300, 400, 600, 50
# Files past the soft limit, each with the reason why splitting would make it worse.
LONG_FOR_A_REASON: dict[str, str] = {
    "src/watchbill/adapters/measure/counts/store.py": "one lock guards everything in it; taking in, asking and keeping share it",
    "src/watchbill/bootstrap/services.py": "one property a service, nothing else",
    "src/watchbill/reactions.py": "one table, to be read from top to bottom",
    "src/watchbill/operations/incident_views.py": "one record, whole",
}
ATTIC = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}


def _sources() -> Iterator[Path]:
    return (path for path in sorted(SOURCE.rglob("*.py")) if "migrations/versions" not in path.as_posix())


def _lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def test_source_files_stay_below_the_soft_limit() -> None:
    """No source file is longer than 300 lines, but for the listed few, which stay below 400."""
    limits = dict.fromkeys(LONG_FOR_A_REASON, HARD)

    long = [
        f"{name}: {count}"
        for path in _sources()
        if (count := _lines(path)) > limits.get(name := path.relative_to(ROOT).as_posix(), SOFT)
    ]

    assert long == []


def test_test_files_stay_below_their_limit() -> None:
    """No test file is longer than 600 lines."""
    long = [
        f"{path}: {count}" for path in sorted((ROOT / "tests").rglob("*.py")) if (count := _lines(path)) > TEST_LIMIT
    ]

    assert long == []


def test_functions_fit_on_a_screen() -> None:
    """No function is longer than 50 lines."""
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in _sources()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > FUNCTION_LIMIT
    ]

    assert long == []


def test_no_module_is_an_attic() -> None:
    """Every module is named after its subject."""
    attic = [str(path.relative_to(ROOT)) for path in SOURCE.rglob("*") if path.stem in ATTIC]

    assert attic == []


@pytest.mark.parametrize("name", ["base", "dev", "matrix"])
def test_locked_requirements_hold_hashes_and_no_registry_address(name: str) -> None:
    """Lock files pin by hash and name no place to download from."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")

    assert "--hash=sha256:" in text
    assert "://" not in text
    assert "--index-url" not in text
