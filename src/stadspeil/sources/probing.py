"""A damaged Parquet file can end the process that reads it, so a process of no consequence reads it first.

It takes about 0.15 s. The size is asked before anything is unpacked: a few bytes can stand for a billion equal rows.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from stadspeil.errors import SourceError

_SECONDS = 120
# Reserved, not used: the reader asks the system for far more than it needs.
_MOST_MEMORY = 16_000_000_000
_CHILD = f"""
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CPU, ({_SECONDS}, {_SECONDS}))
    resource.setrlimit(resource.RLIMIT_AS, ({_MOST_MEMORY}, {_MOST_MEMORY}))
except ImportError:
    pass
import polars
offered = polars.scan_parquet(sys.argv[1])
rows, columns = offered.select(polars.len()).collect().item(), len(offered.collect_schema())
print(rows, columns)
if rows * columns <= int(sys.argv[2]):
    polars.read_parquet(sys.argv[1])
"""


def size_of_parquet(content: bytes, file_name: str, most_cells: int) -> tuple[int, int]:
    """Rows and columns of a Parquet file that another process has read whole, unless it has more than `most_cells`.

    Raises: SourceError when that process could not read it within its limits of time and memory.
    """
    handle, name = tempfile.mkstemp(suffix=".parquet")
    try:
        with os.fdopen(handle, "wb") as writing:
            writing.write(content)
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, name, str(most_cells)],
            capture_output=True,
            check=False,
            timeout=2 * _SECONDS,
            text=True,
            errors="replace",
        )
    except subprocess.TimeoutExpired as fault:
        raise _unreadable(file_name, "het lezen duurt te lang") from fault
    finally:
        Path(name).unlink(missing_ok=True)
    size = done.stdout.split()
    if done.returncode or len(size) != 2:
        last = (done.stderr.strip().splitlines() or [f"de lezer hield op met {done.returncode}"])[-1]
        raise _unreadable(file_name, last[:200])
    return int(size[0]), int(size[1])


def _unreadable(file_name: str, why: str) -> SourceError:
    return SourceError(file_name, f"het parquetbestand is niet te lezen ({why})", "haal het opnieuw op")
