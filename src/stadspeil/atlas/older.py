"""Outcomes that another version of the program made: which of those that a page shows, and what to type to make them anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from stadspeil.atlas.views import Older
from stadspeil.report.wording import Wording
from stadspeil.workspace import made_by_other


@dataclass(frozen=True)
class Stored:
    """An outcome as the workspace keeps it: its title, what its JSON tells, and the command that makes it."""

    title: str
    told: Mapping[str, Any]
    command: str


def older(kept: Iterable[Stored], words: Wording, key: str = "said") -> Older | None:
    """What to say of those that other code made; None where there are none. `key`: of texts/<lang>/site.toml, [older]."""
    found = [each for each in kept if made_by_other(each.told)]
    if not found:
        return None
    said = words(f"older.{key}", titles=words.listing([each.title for each in found]))
    return Older(said, tuple(dict.fromkeys(each.command for each in found)))
