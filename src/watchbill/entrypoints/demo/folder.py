"""The demo's folder: marked as such, used by one demo at a time, deleted without touching anything of somebody else's."""

import fcntl
import os
import shutil
from pathlib import Path
from typing import Self

from watchbill.kernel.errors import Conflict

__all__ = ["DemoFolder", "default_folder", "remove_demo"]

MARK = ".watchbill-demo"


def default_folder() -> Path:
    """Beside the default data directory: `$XDG_DATA_HOME/watchbill-demo`."""
    return Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser() / "watchbill-demo"


class DemoFolder:
    """An emptied folder while the context lasts. The lock lies on the mark, and dies with the process."""

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._mark: int | None = None

    def __enter__(self) -> Self:
        _refuse_foreign(self._path)
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._mark = _lock(self._path)
        _empty(self._path)
        self.logs.mkdir()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._mark is not None:
            os.close(self._mark)
            self._mark = None

    @property
    def logs(self) -> Path:
        """Where the shop writes."""
        return self._path / "logs"

    @property
    def data(self) -> Path:
        """The data directory of the demo's server."""
        return self._path / "data"


def remove_demo(path: Path) -> bool:
    """Delete an earlier demo's folder; False where there is none. Raises Conflict for a folder of others, or of a demo that runs."""
    if not path.exists():
        return False
    _refuse_foreign(path)
    mark = _lock(path)
    try:
        _empty(path)
        (path / MARK).unlink()
        path.rmdir()
    finally:
        os.close(mark)
    return True


def _refuse_foreign(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise Conflict(f"{path} is not a folder", hint="name another one with --data")
    if path.exists() and any(path.iterdir()) and not (path / MARK).exists():
        raise Conflict(f"{path} was not made by a demo", hint="name another folder with --data")


def _lock(path: Path) -> int:
    handle = os.open(path / MARK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Conflict(
            f"a demo is running in {path}", hint="stop it with Ctrl-C, or name another folder with --data"
        ) from None
    return handle


def _empty(path: Path) -> None:
    for found in path.iterdir():
        if found.name == MARK:
            continue
        if found.is_dir() and not found.is_symlink():
            shutil.rmtree(found)
        else:
            found.unlink()
