"""The walls around a process that reads what somebody sent: time, memory, files, and no way out.

The reader is careful by itself (sources/guarded.py). This is for the day that it is not careful enough: then a process
ends and the site goes on. On Windows there are no limits of this kind; there the time that the site waits is the wall.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from pathlib import Path
from typing import Any

CPU_SECONDS = 60
MEMORY_BYTES = 2 << 30
LARGEST_FILE_WRITTEN = 1 << 30
_OPEN_FILES = 128
# From linux/sched.h: a user and a network of its own, the last without any connection.
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_WAYS_OUT = (
    "socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "subprocess.Popen",
    "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "ftplib.connect", "urllib.Request", "pty.spawn",
    "webbrowser.open",
)  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def leave_the_network() -> None:
    """Put this process in a network of its own, where the kernel lets us. Before any thread starts."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).unshare(_NEW_USER | _NEW_NET)


def confine(writable: Path | None) -> None:
    """From here on: so much time and memory, no connection, no other program, and no file written but under `writable`."""
    _limit(writable is not None)
    root = None if writable is None else str(writable.resolve()) + os.sep

    def watch(event: str, given: tuple[Any, ...]) -> None:
        if event in _WAYS_OUT:
            raise PermissionError(f"{event} is not for a process that reads a workbook")
        # A number is a file that is open already; how it was opened was looked at then.
        if (
            event == "open"
            and not isinstance(given[0], int)
            and _writes(given[1], given[2])
            and _outside(given[0], root)
        ):
            raise PermissionError("a process that reads a workbook writes nothing elsewhere")

    sys.addaudithook(watch)


def _outside(path: Any, root: str | None) -> bool:
    return root is None or not os.path.realpath(os.fsdecode(path)).startswith(root)


def _writes(mode: Any, flags: Any) -> bool:
    return (isinstance(mode, str) and any(each in mode for each in "wax+")) or (
        isinstance(flags, int) and bool(flags & _WRITES)
    )


def _limit(may_write: bool) -> None:
    try:
        import resource
    except ImportError:
        return
    wanted = {
        resource.RLIMIT_CPU: CPU_SECONDS, resource.RLIMIT_AS: MEMORY_BYTES, resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: LARGEST_FILE_WRITTEN if may_write else 0, resource.RLIMIT_NOFILE: _OPEN_FILES,
    }  # fmt: skip
    for kind, most in wanted.items():
        _, hard = resource.getrlimit(kind)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # A platform that does not know a limit leaves the others.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (bound, bound))
