"""Workbooks that were sent and not yet kept: in out/atlas/drafts, each in a folder with a name that nobody can guess.

A draft is looked at once, in a process apart, and never carried out. It goes when its sender says so, and after a day.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stadspeil.atlas.preparing import FOLDER
from stadspeil.errors import QuestionError
from stadspeil.workspace import Workspace, publish_bytes, publish_json

LIFE_SECONDS = 24 * 3600.0
MOST = 40
_TOKEN = re.compile(r"[A-Za-z0-9_-]{24}")
_BOOK, _TOLD = "werkboek.xlsx", "oordeel.json"
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Draft:
    """What is known of a draft: what it is called, what reading gave, and what was done with it."""

    token: str
    file_name: str
    size: int
    judged: Mapping[str, Any]
    kept: Mapping[str, Any] | None = None

    @property
    def problems(self) -> list[dict[str, str]]:
        """What is wrong with it, by cell."""
        return list(self.judged["problems"])


class Drafts:
    """The drafts of a workspace."""

    def __init__(self, workspace: Workspace, life: float = LIFE_SECONDS) -> None:
        self.folder = workspace.out / FOLDER / "drafts"
        self._life = life

    def add(self, content: bytes, file_name: str, judged: Mapping[str, Any]) -> Draft:
        """Put a workbook aside under a new name. One with problems cannot be kept, so its bytes are not."""
        self.sweep()
        draft = Draft(secrets.token_urlsafe(18), plain_name(file_name), len(content), judged)
        place = self.folder / draft.token
        place.mkdir(parents=True, mode=0o700)
        if not draft.problems:
            publish_bytes(content, place / _BOOK)
            (place / _BOOK).chmod(0o600)
        self._tell(draft)
        return draft

    def find(self, token: str) -> Draft:
        """The draft of a name. QuestionError where there is none, or none any more."""
        self.sweep()
        told = self._place(token) / _TOLD
        try:
            known = json.loads(told.read_text(encoding="utf-8"))
            return Draft(token, known["file_name"], known["size"], known["judged"], known["kept"])
        except (OSError, ValueError, KeyError) as fault:
            raise _gone() from fault

    def content(self, draft: Draft) -> bytes:
        """The bytes of a draft that may still be kept."""
        try:
            return (self._place(draft.token) / _BOOK).read_bytes()
        except OSError as fault:
            raise _gone() from fault

    def done(self, draft: Draft, kept: Mapping[str, Any]) -> None:
        """Remember what came of keeping it; the workbook itself is in the store of snapshots now."""
        (self._place(draft.token) / _BOOK).unlink(missing_ok=True)
        self._tell(Draft(draft.token, draft.file_name, draft.size, draft.judged, kept))

    def drop(self, token: str) -> None:
        """Away with it."""
        shutil.rmtree(self._place(token), ignore_errors=True)

    def sweep(self) -> None:
        """Away with what is older than a day, and with the oldest where there are too many."""
        if not self.folder.is_dir():
            return
        known = sorted((each.stat().st_mtime, each) for each in self.folder.iterdir() if _TOKEN.fullmatch(each.name))
        oldest = time.time() - self._life
        for number, (made, place) in enumerate(known):
            if made < oldest or number < len(known) - MOST:
                shutil.rmtree(place, ignore_errors=True)

    def _place(self, token: str) -> Path:
        if not _TOKEN.fullmatch(token):
            raise _gone()
        return self.folder / token

    def _tell(self, draft: Draft) -> None:
        told = {"file_name": draft.file_name, "size": draft.size, "judged": draft.judged, "kept": draft.kept}
        publish_json(told, self._place(draft.token) / _TOLD)


def plain_name(given: str) -> str:
    """The name of a file without folders and without signs that mean something elsewhere."""
    last = re.split(r"[/\\]", given)[-1]
    name = re.sub(r"[^\w .()-]", "_", last).strip(" .")[-_LONGEST_NAME:]
    return name if name.lower().endswith(".xlsx") else f"{name or 'werkboek'}.xlsx"


def _gone() -> QuestionError:
    return QuestionError(
        "dit werkboek", "het is bewaard, weggegooid of langer dan een dag geleden opgestuurd", "stuur het opnieuw op"
    )
