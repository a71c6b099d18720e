"""Copies what the web pages ship from npm into static/vendor, with hashes and licences: run it after changing package.json.

`python scripts/vendor.py` installs exactly what package-lock.json pins, in a temporary folder, and copies the files of the
table below. `python scripts/vendor.py --lock` renews the lock file first. The copies are committed, so that neither users
nor builds need Node, and no page ever asks a content network for anything.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "src/watchbill/entrypoints/web/static/vendor"


@dataclass(frozen=True, slots=True)
class Part:
    """One vendored file: where it lies in its package, and what it is called here ({v} is the package's version)."""

    package: str
    source: str
    target: str
    subset: bool = False


PARTS = (
    Part("htmx.org", "dist/htmx.min.js", "htmx-{v}.min.js"),
    Part("htmx.org", "dist/ext/hx-sse.min.js", "htmx-sse-{v}.min.js"),
    Part("htmx.org", "LICENSE", "htmx-{v}.LICENSE.txt"),
    # Two cuts of one font: the small one holds plain text and is all that most pages load; the other adds accents.
    Part("@fontsource-variable/inter", "files/inter-latin-wght-normal.woff2", "inter-core-{v}.woff2", subset=True),
    Part("@fontsource-variable/inter", "files/inter-latin-wght-normal.woff2", "inter-latin-{v}.woff2"),
    Part("@fontsource-variable/inter", "LICENSE", "inter-{v}.LICENSE.txt"),
)

# Printable ASCII and the typographic signs that the pages themselves write; weights 400 to 650 are the ones in use.
CORE_TEXT = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "\u00a0\u00b0\u00b1\u00b7\u00d7\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2192\u2212"
)
SUBSET_JS = """
const [source, target, text] = process.argv.slice(1), fs = require('fs');
require('subset-font')(fs.readFileSync(source), text, {
  targetFormat: 'woff2', keepFeatures: ['kern', 'tnum', 'rvrn'], variationAxes: {wght: {min: 400, max: 650}}, noHinting: true,
}).then(font => fs.writeFileSync(target, font));
"""


def main() -> None:
    """Vendor everything; `--lock` renews package-lock.json first."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copy(ROOT / "package.json", work)
        if "--lock" in sys.argv[1:]:
            _npm(work, "install", "--package-lock-only", "--ignore-scripts")
            _save_lock(work / "package-lock.json")
        shutil.copy(ROOT / "package-lock.json", work)
        _npm(work, "ci", "--ignore-scripts")
        shutil.rmtree(VENDOR, ignore_errors=True)
        VENDOR.mkdir(parents=True)
        rows = [_vendor(work, part) for part in PARTS]
    (VENDOR / "vendor.json").write_text(json.dumps(rows, indent=2) + "\n", "utf-8")


def _npm(work: Path, *arguments: str) -> None:
    subprocess.run(["npm", *arguments, "--no-audit", "--no-fund"], cwd=work, check=True)  # noqa: S603, S607 - fixed words; npm is whatever the developer installed


def _save_lock(made: Path) -> None:
    """Keep versions and integrity hashes, drop the addresses that npm was configured to download from."""
    lock = json.loads(made.read_text("utf-8"))
    for entry in lock["packages"].values():
        entry.pop("resolved", None)
    (ROOT / "package-lock.json").write_text(json.dumps(lock, indent=2) + "\n", "utf-8")


def _vendor(work: Path, part: Part) -> dict[str, str]:
    home = work / "node_modules" / part.package
    about = json.loads((home / "package.json").read_text("utf-8"))
    target = VENDOR / part.target.format(v=about["version"])
    if part.subset:
        command = ["node", "-e", SUBSET_JS, str(home / part.source), str(target), CORE_TEXT]
        subprocess.run(command, cwd=work, check=True)  # noqa: S603 - the script above, on files that were just installed
    else:
        shutil.copyfile(home / part.source, target)
    digest = base64.b64encode(hashlib.sha384(target.read_bytes()).digest()).decode()
    return {
        "file": target.name,
        "package": part.package,
        "version": about["version"],
        "from": part.source,
        "licence": about["license"],
        "integrity": f"sha384-{digest}",
    }


if __name__ == "__main__":
    main()
