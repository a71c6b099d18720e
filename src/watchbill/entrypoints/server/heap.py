"""How the garbage collector treats the server's heap: what was loaded at the start is not walked again and again."""

import ctypes
import gc

__all__ = ["settle"]

# Definitions, window sums and the alerts that fire are a large heap that hardly changes. With Python's own thresholds a full
# walk over it fell into about one page in ten and took 150 ms at 1,000 services (bench/p12_pages.py).
_YOUNG, _MIDDLE, _OLD = 20_000, 20, 50


def settle() -> None:
    """Call once, when everything is loaded: collect, leave what is left to itself, and walk the rest seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
    _give_back()


def _give_back() -> None:
    """Let the C library return what loading left unused, some 6 MB: it keeps it for itself otherwise. Only glibc can."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
