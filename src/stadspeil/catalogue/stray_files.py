"""What lies in a workspace's catalogue and is not read: a folder or a file under another name than ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stadspeil.catalogue.reader import near_match

# Folders that a workspace may have and we have nothing for.
_ONLY_OWN = ("agendas",)
_DUTCH = {
    "pakketten": "packages", "fondsen": "funds", "ingrepen": "interventions", "interventies": "interventions",
    "studies": "evidence/effects", "bewijs": "evidence", "gebieden": "areas", "bronnen": "sources",
}  # fmt: skip


def stray_problems(own: Path, ours: Path) -> Iterator[str]:
    """Folders and TOML files of a workspace's catalogue that nobody reads, with what they may have been meant for."""
    if not own.is_dir():
        return
    folders = {each.relative_to(ours).as_posix() for each in ours.rglob("*") if each.is_dir()} | set(_ONLY_OWN)
    files = {each.name for each in ours.glob("*.toml")}
    for path in sorted(own.rglob("*")):
        name, above = path.relative_to(own).as_posix(), path.parent.relative_to(own).as_posix()
        if any(part.startswith((".", "_")) for part in Path(name).parts) or (above != "." and above not in folders):
            continue
        if path.is_dir():
            if name not in folders:
                yield f"map '{name}' wordt niet gelezen{_folder_meant(name, folders)}; kies uit {', '.join(sorted(folders))}"
        elif name.lower().endswith((".toml", ".toml.txt")):
            yield from _file(path, name, files if above == "." else None)


def _file(path: Path, name: str, files: set[str] | None) -> Iterator[str]:
    """A file whose name is not read; `files`: the only names that are, none where any is."""
    right = f"{path.name[: path.name.lower().index('.toml')]}.toml"
    if right != path.name:
        yield f"bestand '{name}' wordt niet gelezen; noem het '{right}', met .toml in kleine letters aan het eind"
    elif files is not None and path.name not in files:
        yield f"bestand '{name}' wordt hier niet gelezen{near_match(path.name, files)}; zet het in de map waar het bij hoort"


def _folder_meant(name: str, folders: set[str]) -> str:
    meant = _DUTCH.get(name.lower())
    return f"; bedoelde u '{meant}'?" if meant else near_match(name.lower(), folders)
