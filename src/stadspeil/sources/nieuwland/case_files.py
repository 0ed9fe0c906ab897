"""The worked case of Nieuwland: packages for De Kaden in Vierlingstad and an agenda, as files of the workspace's own
catalogue. They stand in `case/` as a town would write them; everything in them is invented."""

from __future__ import annotations

from pathlib import Path

CASE = "wijkaanpak_de_kaden"
# The case and what it is held against.
COMPARED = (CASE, "wijkaanpak_de_kaden_stil", "fysiek_de_kaden", "sociaal_de_kaden", "gericht_de_kaden")
AGENDA = "agenda_vierlingstad"
_FOLDER = Path(__file__).parent / "case"


def case_files() -> dict[str, str]:
    """Text per file, by its path in the catalogue folder."""
    return {
        path.relative_to(_FOLDER).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(_FOLDER.glob("*/*.toml"))
    }
