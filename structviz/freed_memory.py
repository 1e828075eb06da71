"""Memory that a process has freed and still holds, for the operating system to have back.

The C library keeps what large temporary arrays have freed between what is still in use: several hundred megabytes after
the matrices of a large projector have been built.
"""

import ctypes
import sys

__all__ = ["give_back_freed"]


def give_back_freed() -> bool:
    """Whether something was given back: always False where the C library is not glibc."""
    if not sys.platform.startswith("linux"):
        return False
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim is not None and bool(trim(0))
