"""Pin every dependency with its hashes: requirements/run.lock for users, requirements/dev.lock for us.

Needs uv (`pip install uv`), which is not part of the lock itself. No address of an index is written down. Every
Python gets the same versions ("fewest"): figures and type checks are then the same for everybody.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def lock(target: str, *words: str) -> None:
    """Write one lock file from pyproject.toml and what else is asked of uv."""
    command = [
        "uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11", "--fork-strategy", "fewest",
        "--generate-hashes", "--no-emit-index-url", "--no-annotate", "--custom-compile-command", "make lock", "--quiet",
        *words, "--output-file", f"requirements/{target}",
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True)


def main() -> None:
    """Write both files."""
    if shutil.which("uv") is None:
        sys.exit("uv is not on the path; install it outside this project: pip install uv")
    lock("run.lock")
    lock("dev.lock", "--group=dev", "--group=build", "--constraint=requirements/run.lock")


if __name__ == "__main__":
    main()
