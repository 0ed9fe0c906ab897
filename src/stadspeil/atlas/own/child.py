"""The process that reads a workbook: bytes on its input, one line of JSON on its output.

    python -m stadspeil.atlas.own.child judge|keep WORKSPACE FILE_NAME

`judge` says all problems or what keeping would do, and writes nothing. `keep` imports, as `stadspeil import` does.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stadspeil.catalogue import Catalogue
    from stadspeil.errors import StadspeilError
    from stadspeil.sources.importing import Rehearsal
    from stadspeil.workspace import Workspace

_PLACE = re.compile(r"(?P<sheet>[^!]{1,31})!(?P<cell>[A-Z]{1,3}\d{1,7}): (?P<said>.*)", re.DOTALL)
_SHEET_ONLY = re.compile(r"(?P<sheet>Kolommen) \(kolom '(?P<cell>.*?)'\): (?P<said>.*)", re.DOTALL)
MOST_PROBLEMS = 2_000


def main(words: list[str]) -> None:
    """Read the input, answer, end."""
    from stadspeil.atlas.own.confining import confine, leave_the_network

    verb, root, file_name = words
    leave_the_network()
    # All that is needed is loaded before the walls go up.
    import fastexcel  # noqa: F401
    import polars  # noqa: F401

    from stadspeil.catalogue import load_catalogue
    from stadspeil.sources import importing  # noqa: F401
    from stadspeil.workspace import Workspace

    workspace = Workspace(Path(root))
    catalogue = load_catalogue(own=workspace.own_catalogue)
    content = sys.stdin.buffer.read()
    confine(workspace.root if verb == "keep" else None)
    answer = (_keep if verb == "keep" else _judge)(content, file_name, workspace, catalogue)
    sys.stdout.write(json.dumps(answer, ensure_ascii=True))
    sys.stdout.flush()


def _judge(content: bytes, file_name: str, workspace: Workspace, catalogue: Catalogue) -> dict[str, Any]:
    from stadspeil.errors import StadspeilError
    from stadspeil.sources.guarded import workbook_problems
    from stadspeil.sources.importing import Offered, rehearse
    from stadspeil.sources.town_workbook import is_town_workbook

    if content[:4] == b"PK\x03\x04" and not workbook_problems(content) and not is_town_workbook(content):
        return {
            "problems": [
                _problem("dit werkboek heeft geen blad 'Cijfers' of 'Breed'; vul het sjabloon van deze bladzijde in")
            ]
        }
    if content[:4] != b"PK\x03\x04":
        return {
            "problems": [
                _problem(
                    "dit is geen Excel-werkboek (.xlsx); vul het sjabloon van deze bladzijde in en bewaar het als .xlsx"
                )
            ]
        }
    try:
        rehearsal = rehearse(Offered(content, file_name), workspace, catalogue)
    except StadspeilError as fault:
        return {"problems": _told(fault, file_name)}
    return {"problems": [], "preview": _preview(rehearsal, workspace, catalogue)}


def _keep(content: bytes, file_name: str, workspace: Workspace, catalogue: Catalogue) -> dict[str, Any]:
    from stadspeil.errors import StadspeilError
    from stadspeil.sources.importing import Offered, take_in

    try:
        result = take_in([Offered(content, file_name)], workspace, catalogue)
    except StadspeilError as fault:
        return {"problems": _told(fault, file_name)}
    return {
        "problems": [], "added": [each.id for each in result.added], "known": [each.id for each in result.known],
        "held": [{"id": each.id, "reasons": list(each.reasons)} for each in result.held], "remarks": result.remarks,
    }  # fmt: skip


def _preview(rehearsal: Rehearsal, workspace: Workspace, catalogue: Catalogue) -> dict[str, Any]:
    """What the workbook holds and what keeping it would change, in numbers."""
    import polars as pl

    from stadspeil.atlas.own.previewing import changes_of, indicators_of

    cells, result = rehearsal.reading.cells, rehearsal.result
    return {
        "indicators": indicators_of(cells),
        "levels": dict(cells.group_by("level").agg(pl.col("area").n_unique()).cast({"level": pl.String}).sort("level").iter_rows()),
        "areas": cells["area"].n_unique(), "years": cells["year"].unique().sort().to_list(), "known": bool(result.known),
        "changes": changes_of(cells, rehearsal.reading.source.id, workspace, catalogue),
        "held": [reason for each in result.held for reason in each.reasons], "remarks": result.remarks,
    }  # fmt: skip


def _told(fault: StadspeilError, file_name: str) -> list[dict[str, str]]:
    found = [_problem(each.removeprefix(f"{file_name}: ")) for each in fault.problems[:MOST_PROBLEMS]]
    if len(fault.problems) > MOST_PROBLEMS:
        found.append(_problem(f"en nog {len(fault.problems) - MOST_PROBLEMS} problemen"))
    return found


def _problem(sentence: str) -> dict[str, str]:
    """A sentence as sheet, cell, what is wrong and what to do."""
    placed = _PLACE.fullmatch(sentence) or _SHEET_ONLY.fullmatch(sentence)
    sheet, cell, said = (placed["sheet"], placed["cell"], placed["said"]) if placed else ("", "", sentence)
    wrong, _, remedy = said.partition("; ")
    return {"sheet": sheet, "cell": cell, "wrong": wrong, "remedy": remedy}


if __name__ == "__main__":
    main(sys.argv[1:])
