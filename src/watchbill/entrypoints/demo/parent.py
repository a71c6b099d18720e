"""The demo's processes end with the demo, whatever ended it: they hold one end of a pipe whose other end it has."""

import os
import threading

__all__ = ["end_with_parent"]


def end_with_parent() -> None:
    """Leave this process when standard input ends, which it does when the parent dies, by kill -9 as well."""

    def watch() -> None:
        # Not through sys.stdin: a thread inside its buffer makes the interpreter's own end fail.
        while os.read(0, 4096):
            pass
        os._exit(0)

    threading.Thread(target=watch, daemon=True, name="parent").start()
