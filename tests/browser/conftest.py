"""Chromium, and worlds to look at: built once, copied for each test that changes something."""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.browser.world import Site, World

from watchbill.kernel.instants import from_text, to_text

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE, DESK = (390, 844), (1440, 900)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; a visible skip where there is none, and a failure in CI."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None and os.environ.get("CI") != "true":
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Kept:
    """A closed installation that can be copied, and the moment at which it stands."""

    folder: Path
    now: datetime


@pytest.fixture(scope="session")
def kept_worlds(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> dict[str, Kept]:
    """The three worlds: first run, a good day, and a fire; made once, by the first of the workers that needs them."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "worlds"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = folder / "moments.json"
        if not ready.exists():
            ready.write_text(json.dumps({name: to_text(now) for name, now in _make_worlds(folder).items()}))
        moments: dict[str, str] = json.loads(ready.read_text())
    return {name: Kept(folder / name, from_text(moment)) for name, moment in moments.items()}


def _make_worlds(folder: Path) -> dict[str, datetime]:
    moments = {}
    for name, make in (("empty", World.empty), ("calm", World.calm)):
        world = make(folder / name)
        moments[name] = world.clock.now()
        world.close()
    shutil.copytree(folder / "calm", folder / "burning")
    fire = World.reopen(folder / "burning", moments["calm"])
    fire.set_on_fire()
    moments["burning"] = fire.clock.now()
    fire.close()
    return moments


@dataclass(eq=False)
class Stage:
    """A world behind a socket, and browsers that look at it."""

    world: World
    chromium: Browser
    opened: list[BrowserContext] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.site = Site(self.world)

    def close(self) -> None:
        """Close what looks, what answers, and what is looked at."""
        for context in self.opened:
            context.close()
        self.site.close()
        self.world.close()

    def context(
        self, size: tuple[int, int] = DESK, *, scheme: str = "light", person: str | None = "ana", scripts: bool = True
    ) -> BrowserContext:
        """A browser of one person (None: nobody is logged in) who lives in Paris."""
        context = self.chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            is_mobile=size == PHONE,
            has_touch=size == PHONE,
            color_scheme="dark" if scheme == "dark" else "light",
            timezone_id="Europe/Paris",
            java_script_enabled=scripts,
            base_url=self.site.url,
            reduced_motion="reduce",
        )
        self.opened.append(context)
        if person is not None:
            secret = self.world.session(person)
            context.add_cookies(
                [{"name": "watchbill", "value": secret, "url": self.site.url, "httpOnly": True, "sameSite": "Lax"}]
            )
        return context


@contextlib.contextmanager
def staged(kept: Kept, copy: Path, chromium: Browser) -> Iterator[Stage]:
    """A copy of a world with its pages on a socket; everything is closed at the end."""
    shutil.copytree(kept.folder, copy)
    stage = Stage(World.reopen(copy, kept.now), chromium)
    try:
        yield stage
    finally:
        stage.close()


@pytest.fixture
def stage(kept_worlds: dict[str, Kept], tmp_path: Path, chromium: Browser) -> Iterator[Callable[[str], Stage]]:
    """Opens a world of one's own by its name, to change it."""
    with contextlib.ExitStack() as opened:
        yield lambda name: opened.enter_context(staged(kept_worlds[name], tmp_path / name, chromium))


@pytest.fixture(scope="module")
def gallery(
    kept_worlds: dict[str, Kept], tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> Iterator[Stage]:
    """The burning world for tests that only look."""
    with staged(kept_worlds["burning"], tmp_path_factory.mktemp("gallery") / "world", chromium) as stage:
        yield stage


@pytest.fixture(scope="module")
def viewers(gallery: Stage) -> dict[tuple[int, int], Page]:
    """Ana's phone and her desk, for tests that only look: one page each, which goes from address to address."""
    return {size: gallery.context(size).new_page() for size in (PHONE, DESK)}


@pytest.fixture
def burning(stage: Callable[[str], Stage]) -> Stage:
    """Checkout is on fire and nobody has answered yet."""
    return stage("burning")


@pytest.fixture
def phone(burning: Stage) -> Page:
    """Ana's phone in the night, logged in."""
    return burning.context(PHONE, scheme="dark").new_page()
