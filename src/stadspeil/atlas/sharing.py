"""Answers that any worker of a site made, for all of them: a file each, in a folder that goes when the site stops.

What a reader waits for once no other reader waits for, whichever worker is asked. A file is written whole or not at all,
and one that cannot be read, written or understood counts as not there: the answer is then made.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SHARED_BYTES = 64_000_000
# The folder is looked through when a worker has added this part of the room to it.
_PART = 8
Key = tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What was sent: headers as bytes, the packed content, its mark, whether it may stand in a frame, and of which
    pattern of addresses it is, for the log.
    """

    headers: tuple[tuple[bytes, bytes], ...]
    content: bytes
    mark: str
    framed: bool
    pattern: str


class Shared:
    """The answers of all workers of one site; the oldest make room when `most` bytes are kept."""

    def __init__(self, folder: Path, most: int = SHARED_BYTES) -> None:
        self.folder, self.most = folder, most
        # What others keep is not known yet: the first answer looks.
        self._added = most

    def read(self, key: Key) -> Answer | None:
        """The answer of a key, if any worker has it."""
        try:
            head, _, content = self._path(key).read_bytes().partition(b"\n")
            told = json.loads(head)
            headers = tuple((_bytes(name), _bytes(value)) for name, value in told["headers"])
            found = Answer(headers, content, str(told["mark"]), bool(told["framed"]), str(told["pattern"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if told["sum"] == _sum(content) else None

    def write(self, key: Key, answer: Answer) -> None:
        """Keep an answer for all workers. A disk that is full or gone is no fault: then each worker makes its own."""
        told = {
            "headers": [[each.decode("latin-1") for each in header] for header in answer.headers],
            "mark": answer.mark, "framed": answer.framed, "pattern": answer.pattern, "sum": _sum(answer.content),
        }  # fmt: skip
        content = json.dumps(told).encode() + b"\n" + answer.content
        path = self._path(key)
        aside = path.with_name(f"{path.name}-{secrets.token_hex(4)}.part")
        try:
            aside.write_bytes(content)
            os.replace(aside, path)
        except OSError:
            with contextlib.suppress(OSError):
                aside.unlink(missing_ok=True)
            return
        self._added += len(content)
        if self._added > self.most // _PART:
            self._make_room()
            self._added = 0

    def _make_room(self) -> None:
        """Take the oldest answers away until the rest leaves room for what all workers add before they look again."""
        files = sorted(self._files(), reverse=True)
        room = self.most - self.most // _PART
        for _, size, path in files:
            room -= size
            if room < 0:
                with contextlib.suppress(OSError):
                    os.unlink(path)

    def _files(self) -> Sequence[tuple[int, int, str]]:
        found = []
        with contextlib.suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                # Another worker may have taken it away.
                with contextlib.suppress(OSError):
                    known = entry.stat()
                    found.append((known.st_mtime_ns, known.st_size, entry.path))
        return found

    def _path(self, key: Key) -> Path:
        return self.folder / hashlib.sha256(json.dumps(key).encode()).hexdigest()


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _bytes(word: str) -> bytes:
    return word.encode("latin-1")
