"""What the pages ship from npm is exactly what was vendored: hashes, licences, no registry address, no surprise."""

import base64
import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).parents[3]
VENDOR = ROOT / "src/watchbill/entrypoints/web/static/vendor"
ROWS = json.loads((VENDOR / "vendor.json").read_text("utf-8"))
STYLE_BUDGET, FONT_BUDGET = 25 << 10, 16 << 10


def test_vendored_files_have_the_hashes_that_were_written_down() -> None:
    """Nobody edited a vendored file by hand."""
    found = {row["file"]: hashlib.sha384((VENDOR / row["file"]).read_bytes()).digest() for row in ROWS}

    assert {row["file"]: row["integrity"] for row in ROWS} == {
        name: f"sha384-{base64.b64encode(digest).decode()}" for name, digest in found.items()
    }


def test_no_file_lies_there_that_was_not_vendored() -> None:
    """The list is complete."""
    assert {path.name for path in VENDOR.iterdir()} == {row["file"] for row in ROWS} | {"vendor.json"}


def test_every_package_brings_its_licence() -> None:
    """Its name in the list, its text beside the files."""
    licensed = {row["package"] for row in ROWS if row["file"].endswith(".LICENSE.txt")}

    assert licensed == {row["package"] for row in ROWS}
    assert all(row["licence"] for row in ROWS)


def test_the_lock_pins_the_vendored_versions_and_names_no_registry() -> None:
    """Versions and hashes stand in the lock file, addresses do not."""
    text = (ROOT / "package-lock.json").read_text("utf-8")
    packages = json.loads(text)["packages"]

    assert '"resolved"' not in text
    assert {(row["package"], row["version"]) for row in ROWS} == {
        (row["package"], packages[f"node_modules/{row['package']}"]["version"]) for row in ROWS
    }
    assert all("integrity" in entry for name, entry in packages.items() if name)


def test_the_style_sheet_and_the_first_font_stay_small() -> None:
    """25 KB of style as it is served, 16 KB for the font that the 3 AM page waits for."""
    from watchbill.entrypoints.web.assets import assets

    assert len(assets()["watchbill.css"].content) <= STYLE_BUDGET
    assert len(assets()["inter-core.woff2"].content) <= FONT_BUDGET
