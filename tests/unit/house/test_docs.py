"""The documentation holds together: links lead somewhere, commands that it names exist, the site builds without a warning."""

import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from watchbill.entrypoints.cli.main import COMMANDS

ROOT = Path(__file__).parents[3]
PAGES = [
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "examples/README.md")),
]
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_COMMAND = re.compile(r"(?:`|\$ )watchbill ((?:[a-z-]+ ?){1,2})")
_FENCED = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"\b(docs/[a-z-]+/[a-z0-9-]+\.md)")


def _verbs() -> dict[str, set[str]]:
    """Every noun with its verbs; none for a command of its own."""
    found = {}
    for command in COMMANDS:
        app = importlib.import_module(f"watchbill.entrypoints.cli.{command.module}").apps[command.name]
        found[command.name] = set(getattr(get_command(app), "commands", {}))
    return found


def _named(text: str) -> Iterator[tuple[str, str]]:
    blocks = "\n".join(_FENCED.findall(text)).replace("\nwatchbill ", "\n$ watchbill ")
    for found in _COMMAND.finditer(text + "\n" + blocks):
        noun, _, verb = found[1].strip().partition(" ")
        yield noun, verb


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_a_page_lead_to_files(page: Path) -> None:
    """A link without a scheme names a file that is there."""
    links = [link.partition("#")[0] for link in _LINK.findall(page.read_text("utf-8")) if "://" not in link]

    assert [link for link in links if link and not (page.parent / link).exists()] == []


def test_commands_named_in_docs_and_hints_exist() -> None:
    """Whoever types what a page or an error message says is not told that there is no such command."""
    verbs = _verbs()
    sources = [*PAGES, *sorted((ROOT / "src").rglob("*.py")), *sorted((ROOT / "examples").rglob("*.yaml"))]
    wrong = {
        f"{path.relative_to(ROOT)}: watchbill {noun} {verb}"
        for path in sources
        for noun, verb in _named(path.read_text("utf-8"))
        if noun not in {"version", "--help"}
        and (noun not in verbs or (verb and verbs[noun] and verb not in verbs[noun]))
    }

    assert wrong == set()


def test_pages_named_in_the_source_exist() -> None:
    """A message or a comment that sends the reader to a page names one that is there."""
    named = {
        found
        for path in [*(ROOT / "src").rglob("*.py"), *(ROOT / "src").rglob("*.css")]
        for found in _PATH.findall(path.read_text("utf-8"))
    }

    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    """`mkdocs build --strict`: navigation, links and anchors."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert built.returncode == 0, built.stderr
    assert (tmp_path / "site" / "tutorial" / "first-ten-minutes" / "index.html").exists()
