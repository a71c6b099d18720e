"""The static copy of a page in a folder, which any web server can show while watchbill is down."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from watchbill.kernel.errors import Unavailable

__all__ = ["write_copy"]

_READABLE = 0o644


def write_copy(folder: Path, files: Mapping[str, str]) -> int:
    """Write what changed, each file at once (a reader sees the old one or the new one, never half); how many were written.

    Files of earlier copies that are not among these stay: months of history go on being readable. Raises Unavailable.
    """
    written = 0
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            data = content.encode()
            if path.exists() and path.read_bytes() == data:
                continue
            handle, new = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                os.chmod(new, _READABLE)  # noqa: PTH101 - a web server of another user reads it
                os.replace(new, path)  # noqa: PTH105 - as the line above
            except BaseException:
                Path(new).unlink(missing_ok=True)
                raise
            written += 1
    except OSError as wrong:
        raise Unavailable(f"cannot write the copy of a status page to {folder}: {wrong.strerror}") from wrong
    return written
