"""Resource files on disk: walks folders, reads regular files only, never leaves the root that was named."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from watchbill.adapters.resources.reading.decode import MAX_BYTES, decoded
from watchbill.kernel.errors import Fault, NotFound

__all__ = ["Files", "SourceFile", "read_paths"]

_SUFFIXES = {".yaml", ".yml"}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file's path, as it shows in faults and as origin, and its text."""

    path: str
    text: str


@dataclass(slots=True)
class Files:
    """What could be read, and why the rest could not."""

    files: list[SourceFile] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_paths(paths: Sequence[str | Path]) -> Files:
    """Files as named, and all `*.yaml` and `*.yml` below folders, by name; raises NotFound for a path that is not there."""
    result = Files()
    for path in map(Path, paths):
        if not path.exists():
            raise NotFound("file or folder", str(path))
        if path.is_dir():
            count = len(result.files) + len(result.faults)
            for found in _below(path, path.resolve(), result):
                _read(found, result)
            if count == len(result.files) + len(result.faults):
                result.faults.append(Fault(str(path), 1, 1, "", "no *.yaml file is in this folder", "name another one"))
        else:
            _read(path, result)
    return result


def _below(folder: Path, root: Path, result: Files) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda one: one.name)
    except OSError as wrong:
        result.faults.append(_unreadable(folder, wrong))
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _below(path, root, result)
        elif path.suffix.lower() in _SUFFIXES:
            if not entry.is_symlink() or _is_mounted(path, root):
                yield path
            else:
                reason = "a symbolic link is not followed, it is skipped"
                result.faults.append(Fault(str(path), 1, 1, "", reason, "put the file itself here", "warning"))


def _is_mounted(link: Path, root: Path) -> bool:
    """A link to a regular file in a hidden folder below the root, as Kubernetes mounts files (`..data`); read nowhere else."""
    target = link.resolve()
    if not target.is_relative_to(root) or not target.is_file():
        return False
    return any(part.startswith(".") for part in target.relative_to(root).parts[:-1])


def _read(path: Path, result: Files) -> None:
    """Open without waiting (a FIFO would block), then look at what was opened, not at what the name said before."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - Path cannot open a descriptor
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                reason = "is no regular file, it is not read"
                result.faults.append(Fault(str(path), 1, 1, "", reason, "name a file or a folder"))
                return
            data = file.read(MAX_BYTES + 1)
    except OSError as wrong:
        result.faults.append(_unreadable(path, wrong))
        return
    text = decoded(str(path), data)
    if isinstance(text, Fault):
        result.faults.append(text)
    else:
        result.files.append(SourceFile(str(path), text))


def _unreadable(path: Path, wrong: OSError) -> Fault:
    return Fault(str(path), 1, 1, "", f"cannot be read: {wrong.strerror or wrong}", "check its permissions")
