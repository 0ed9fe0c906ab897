"""The command `stadspeil` in the process of the tests: the same way in, the same words and exit code, without a start."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from stadspeil.cli import main


def answer_of(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """What the command says to these words, and its exit code. A fault of ours is raised, where a process shows a traceback."""
    typed = list(map(str, words))
    said, told = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="", write_through=True) for _ in range(2))
    with patch.object(sys, "argv", ["stadspeil", *typed]), redirect_stdout(said), redirect_stderr(told):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code
    return subprocess.CompletedProcess(typed, code or 0, _text(said), _text(told))


def _text(stream: io.TextIOWrapper) -> str:
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode("utf-8").replace("\r\n", "\n")
