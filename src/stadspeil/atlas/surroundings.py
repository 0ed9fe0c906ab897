"""What a profile needs beside the scores of its own gemeente, made once per set of results, in out/atlas:

fields       averages of every field            neighbours   areas that share a border
structure    what buurten are like              estimates, pockets   analyses of buurten, a part per gemeente
ground       shapes of buurten, a part per gemeente
inner        buurten in the newest edition of every figure, a part per gemeente
standing     rows of every area from the year that counts on, a part per gemeente
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from stadspeil.analyses.kin import STRUCTURE, Structure, structure_of
from stadspeil.analyses.store import read_analysis
from stadspeil.analyses.tables import ANALYSES
from stadspeil.atlas import fields, inner, neighbours, standing_rows
from stadspeil.atlas.fields import FIELDS, write_fields
from stadspeil.atlas.inner import INNER, write_inner
from stadspeil.atlas.neighbours import NEIGHBOURS, write_neighbours
from stadspeil.atlas.preparing import BY_AREA, BY_INDICATOR, FOLDER, Progress
from stadspeil.atlas.standing_rows import STANDING, write_standing
from stadspeil.contracts import AREAS, VALUES, empty
from stadspeil.indicators.by_area import owner_of
from stadspeil.shelf import Part, has_shelf, read_shelf, shelf_sum, write_shelf
from stadspeil.tables.building import read_elsewhere
from stadspeil.workspace import Workspace, file_fingerprint, publish_json, reuse_or_make

STRUCTURE_TABLE = "structure"
GROUND = "ground"
# Analyses with rows of buurten that a page asks of one gemeente: whole they would fill a worker.
OF_BUURTEN = ("estimates", "pockets", "renewal_stock", "renewal_wave", "renewal_peaks")
Making = tuple[str, dict[str, object], str, Callable[[], None]]
_ABOUT_STRUCTURE = ["area", "level", "year", "boundaries", "indicator", "value"]


def prepare_surroundings(workspace: Workspace, progress: Progress = None) -> None:
    """Make each of these tables, unless it was made from the same results. After `prepare`."""
    out, areas, elsewhere = workspace.out, workspace.tables / "areas", read_elsewhere(workspace)
    steps: tuple[Making, ...] = (
        (FIELDS, {"scores": shelf_sum(out / FOLDER / BY_INDICATOR)}, fields.__file__, lambda: write_fields(out)),
        (NEIGHBOURS, {"areas": shelf_sum(areas)}, neighbours.__file__,
         lambda: write_neighbours(areas, out / FOLDER / NEIGHBOURS)),
        (STRUCTURE_TABLE, {"values": shelf_sum(out / "values")}, __file__, lambda: _write_structure(out)),
        (STANDING, {"scores": shelf_sum(out / FOLDER / BY_AREA), "elsewhere": sorted(elsewhere)}, standing_rows.__file__,
         lambda: write_standing(out, elsewhere)),
        (GROUND, {"areas": shelf_sum(areas)}, __file__, lambda: _write_ground(workspace)),
        *(_of_buurten(workspace, name) for name in OF_BUURTEN),
        (INNER, {"scores": shelf_sum(out / FOLDER / BY_AREA), "estimates": shelf_sum(out / "analyses" / "estimates")},
         inner.__file__, lambda: write_inner(out)),
    )  # fmt: skip
    for number, (name, inputs, code, make) in enumerate(steps):
        if progress is not None:
            progress("klaarzetten van profielen", number, len(steps))
        _step(out / FOLDER / name, {**inputs, "code": file_fingerprint(Path(code))}, make)


def read_structure(table: pl.DataFrame) -> Structure:
    """What `structure_of` gave, from out/atlas/structure."""
    figures = tuple(name for name in STRUCTURE if name in table.columns)
    values = table.select(figures).cast(pl.Float64).fill_null(np.nan).to_numpy() if figures else np.zeros((0, 0))
    return Structure(tuple(table["area"]) if "area" in table.columns else (), figures, values)


def _of_buurten(workspace: Workspace, name: str) -> Making:
    made_from: dict[str, object] = {"table": shelf_sum(workspace.out / "analyses" / name)}
    return name, made_from, __file__, partial(_write_by_owner, workspace, name)


def _step(folder: Path, inputs: dict[str, object], make: Callable[[], None]) -> None:
    target = folder.with_suffix(".json")
    if not has_shelf(folder):
        target.unlink(missing_ok=True)

    def make_and_tell() -> None:
        make()
        publish_json(inputs, target)

    reuse_or_make(target, inputs, make_and_tell)


def _write_structure(out: Path) -> None:
    folder = out / "values"
    values = empty(VALUES).select(_ABOUT_STRUCTURE)
    if has_shelf(folder):
        values = read_shelf(folder, {"indicator": list(STRUCTURE), "level": ["buurt"]}, _ABOUT_STRUCTURE)
    found = structure_of(values)
    columns = {"area": list(found.areas)} | {
        name: found.values[:, number].tolist() for number, name in enumerate(found.figures)
    }
    table = pl.DataFrame(columns, schema={"area": pl.String, **dict.fromkeys(found.figures, pl.Float64)})
    write_shelf(out / FOLDER / STRUCTURE_TABLE, [Part(STRUCTURE_TABLE, table.fill_nan(None))])


def _write_by_owner(workspace: Workspace, name: str) -> None:
    """The analysis again, with a part per gemeente."""
    table = read_analysis(workspace, name) if name in ANALYSES else pl.DataFrame()
    order = ["owner", "area", *({"indicator"} & set(table.columns))]
    owned = table.with_columns(owner_of(pl.col("area"))).sort(order, maintain_order=True)
    parts = [Part(str(owner), own, {"owner": [str(owner)]})
             for (owner,), own in owned.partition_by("owner", as_dict=True, maintain_order=True).items()]  # fmt: skip
    write_shelf(workspace.out / FOLDER / name, parts or [Part("none", owned)])


def _write_ground(workspace: Workspace) -> None:
    """AREAS of buurten with their shapes, with a part per gemeente."""
    folder = workspace.tables / "areas"
    areas = read_shelf(folder, {"level": ["buurt"]}) if has_shelf(folder) else empty(AREAS)
    owned = areas.with_columns(owner_of(pl.col("area"))).sort("owner", "boundaries", "area")
    parts = [Part(str(owner), own, {"owner": [str(owner)]})
             for (owner,), own in owned.partition_by("owner", as_dict=True, maintain_order=True).items()]  # fmt: skip
    write_shelf(workspace.out / FOLDER / GROUND, parts or [Part("none", owned)])
