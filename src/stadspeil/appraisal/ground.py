"""The ground of an appraisal from a workspace: the buurten of the towns, and what is known of them last."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from stadspeil.appraisal.frame import Benchmark, Floats, Ground
from stadspeil.appraisal.simulated import INDICATORS
from stadspeil.areas import is_invented
from stadspeil.catalogue import Catalogue
from stadspeil.errors import QuestionError
from stadspeil.scores.marks import fit_scale, mark_rules
from stadspeil.shelf import has_shelf, read_shelf, shelf_parts
from stadspeil.sources.national_grid import to_metres
from stadspeil.workspace import Workspace

# What an indicator is counted over -> the field of the key figures that counts it, and the part of that which is meant.
COUNTS = {
    "inwoner": ("inwoners", ""),
    "huishouden": ("huishoudens", ""),
    "woning": ("woningen", ""),
    "leerling": ("inwoners_0_15", "pupils_of_0_15"),
    "jongere": ("inwoners_15_25", ""),
}
# By whom the homes of a buurt are owned: decides who gains by their value.
TENURE = "corporatiewoningen_aandeel"
# By which a euro of those who live there may be weighed.
INCOME = "gestandaardiseerd_inkomen"
_FIELDS = tuple(dict.fromkeys(field for field, _ in COUNTS.values()))
_COLUMNS = ("area", "level", "year", "boundaries", "indicator", "value", "spread")
_BROAD = 0.5
# What was last measured longer ago than so many years says nothing of what a package would find.
_RECENT = 8


@dataclass(frozen=True)
class Broad:
    """What towns are held against, of a whole country: standard deviations over its buurten, and benchmarks."""

    spreads: Mapping[str, float]
    fields: Mapping[str, Benchmark]


def broad_of(workspace: Workspace, catalogue: Catalogue) -> Broad:
    """The benchmarks of all indicators that an intervention may change: equal for every town, and long to read."""
    rows, _ = _recent_scores(workspace, sorted(asked_of(catalogue)), ())
    return Broad(_spreads(rows), _benchmarks(rows, catalogue))


def ground_of(
    workspace: Workspace, catalogue: Catalogue, towns: Sequence[str], indicators: Collection[str] | None = None,
    broad: Broad | None = None, own: pl.DataFrame | None = None,
) -> Ground:  # fmt: skip
    """The buurten of some towns with what is known of them.

    `indicators`: those that are asked for; none: all that an intervention of the catalogue may change. `broad` and `own`:
    the benchmarks, and SCORES of the towns, for who has them already.
    Raises:  QuestionError where there are no figures, or no buurten of a town.
    """
    for folder, verb in ((workspace.tables / "kerncijfers", "build"), (workspace.out / "scores", "score")):
        if not has_shelf(folder):
            raise QuestionError(
                f"werkmap {workspace.root}", f"{folder.name} ontbreekt; een pakket kan niet worden gewogen zonder cijfers",
                f"draai eerst 'stadspeil {verb}'",
            )  # fmt: skip
    counts = _counts(workspace, towns)
    wanted = sorted(asked_of(catalogue) if indicators is None else set(indicators))
    names = _names(workspace, counts["area"].to_list())
    codes = counts["area"].to_list()
    middles = _middles(workspace, codes, int(counts["year"][0]))
    counted = {
        per: counts[field].to_numpy().astype(float) * (catalogue.parameter(part) if part else 1.0)
        for per, (field, part) in COUNTS.items()
    }
    if broad is None or own is None:
        rows, own = _recent_scores(workspace, wanted, codes)
        broad = Broad(_spreads(rows), _benchmarks(rows, catalogue))
    else:
        own = own.filter(pl.col("indicator").is_in(wanted) & pl.col("year").is_in(_recent_years(workspace)))
    levels, errors, years = _levels(own, codes)
    remarks = []
    if np.isnan(counted["woning"]).all():
        counted["woning"] = counted["huishouden"]
        remarks.append("het aantal woningen per buurt is niet bekend; in plaats daarvan telt het aantal huishoudens")
    lost = int(np.isnan(middles[:, 0]).sum())
    if lost:
        remarks.append(
            f"van {lost} van de {len(codes)} buurten zijn geen grenzen bekend; hoe dicht die bij andere liggen is niet te "
            "zeggen, en uitstraling van en naar die buurten telt niet mee"
        )
    return Ground(
        codes=tuple(codes), names=tuple(names.get(code, code) for code in codes),
        towns=tuple(f"GM{code[2:6]}" for code in codes), wijken=tuple(f"WK{code[2:8]}" for code in codes),
        middles=middles, counted=counted, levels=levels, errors=errors, spreads=broad.spreads,
        gaps=_gaps(workspace, catalogue, levels, towns), fields=broad.fields, years=years,
        remarks=tuple(remarks), invented=any(is_invented(code) for code in codes),
    )  # fmt: skip


def asked_of(catalogue: Catalogue) -> set[str]:
    """Indicators that interventions change, that money is counted by, and the parts of the mechanisms."""
    found = {line.indicator for each in catalogue.interventions.values() for line in each.effects}
    found |= {each.indicator for each in catalogue.unit_values.values()}
    found |= {each.indicator for each in catalogue.claws.values()} | set(INDICATORS.values())
    found |= {TENURE} if any(each.by_tenure for each in catalogue.unit_values.values()) else set()
    found |= {INCOME} if any(each.by_income for each in catalogue.actors.values()) else set()
    for mechanism in catalogue.mechanisms.values():
        found |= set(leaves(catalogue, mechanism.composite)) if mechanism.composite else set(mechanism.indicators)
    return {each for each in found if each in catalogue.indicators}


def leaves(catalogue: Catalogue, id: str) -> tuple[str, ...]:
    """The indicators of which a composite is made, however deep; the indicator itself."""
    if id not in catalogue.composites:
        return (id,)
    return tuple(dict.fromkeys(leaf for part in catalogue.parts_of(id) for leaf in leaves(catalogue, part)))


def _counts(workspace: Workspace, towns: Sequence[str]) -> pl.DataFrame:
    """A row per buurt of the last year in which inhabitants of all towns are known: area, year, boundaries and counts."""
    known: set[str] = set()
    years = {int(year) for part in shelf_parts(workspace.tables / "kerncijfers") for year in part.holds.get("year", ())}
    for year in sorted(years, reverse=True):
        cells = _cells(workspace, towns, year)
        people = cells.filter((pl.col("field") == "inwoners") & pl.col("value").is_not_null())
        there = set(people["area"].str.slice(2, 4).unique())
        if there == {town[2:] for town in towns}:
            break
        known |= there
    else:
        lost = [town for town in towns if town[2:] not in known] or list(towns)
        raise QuestionError(
            f"buurten van {', '.join(lost)}", "er zijn geen buurten met inwoners in de kerncijfers van deze werkmap",
            "haal de kerncijfers wijken en buurten op met 'stadspeil fetch' of lees ze in met 'stadspeil import'",
        )  # fmt: skip
    cells = cells.filter(pl.col("boundaries") == pl.col("boundaries").max().over("area"))
    wide = cells.pivot(on="field", on_columns=list(_FIELDS), index=["area", "year", "boundaries"], values="value")
    return wide.sort("area").with_columns(pl.col(_FIELDS).fill_null(float("nan")))


def _cells(workspace: Workspace, towns: Sequence[str], year: int) -> pl.DataFrame:
    """Key figures of the buurten of some towns in a year."""
    wanted = {"field": _FIELDS, "year": [year], "level": ["buurt"]}
    cells = read_shelf(
        workspace.tables / "kerncijfers", wanted, ("area", "level", "year", "boundaries", "field", "value")
    )
    return cells.filter(pl.concat_str(pl.lit("GM"), pl.col("area").str.slice(2, 4)).is_in(list(towns)))


def _names(workspace: Workspace, codes: Sequence[str]) -> dict[str, str]:
    folder = workspace.tables / "areas"
    if not has_shelf(folder):
        return {}
    rows = read_shelf(folder, {"area": codes}, ("area", "name", "boundaries")).sort("boundaries")
    told = rows.filter(pl.col("name").is_not_null() & (pl.col("name") != pl.col("area")))
    return dict(told.unique("area", keep="last", maintain_order=True).select("area", "name").iter_rows())


def _middles(workspace: Workspace, codes: Sequence[str], year: int) -> Floats:
    """Middles in metres, from the boundaries nearest in time; NaN where there are none."""
    folder, found = workspace.tables / "areas", np.full((len(codes), 2), np.nan)
    if has_shelf(folder):
        rows = read_shelf(folder, {"area": codes}, ("area", "boundaries", "geometry"))
        rows = rows.filter(pl.col("geometry").is_not_null())
        rows = rows.with_columns(apart=(pl.col("boundaries").cast(pl.Int64) - year).abs())
        rows = rows.sort("area", "apart", "boundaries").unique("area", keep="first", maintain_order=True)
        if rows.height:
            points = to_metres(shapely.get_coordinates(shapely.centroid(shapely.from_wkb(rows["geometry"].to_list()))))
            place = {code: row for row, code in enumerate(codes)}
            found[[place[code] for code in rows["area"]]] = points
    return found


def _recent_years(workspace: Workspace) -> list[int]:
    return sorted({int(year) for part in shelf_parts(workspace.out / "scores") for year in part.holds["year"]})[
        -_RECENT:
    ]


def _recent_scores(
    workspace: Workspace, wanted: Sequence[str], codes: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The benchmark and the rows of our own buurten, read a year at a time so that a country fits in memory.

    The benchmark of each indicator and level is the last year on the newest division, unless an older one knows more than
    twice as many areas: a delivery of one province is no benchmark.
    """
    shelf = workspace.out / "scores"
    years = _recent_years(workspace)
    kept: dict[tuple[str, str], pl.DataFrame] = {}
    own: list[pl.DataFrame] = []
    for year in reversed(years):
        rows = read_shelf(shelf, {"indicator": wanted, "year": [year]}, _COLUMNS)
        rows = rows.filter(pl.col("value").is_not_null())
        own.append(rows.filter((pl.col("level") == "buurt") & pl.col("area").is_in(list(codes))))
        last = rows.filter(pl.col("boundaries") == pl.col("boundaries").max().over("indicator", "level"))
        for key, some in last.partition_by("indicator", "level", as_dict=True).items():
            indicator_and_level = (str(key[0]), str(key[1]))
            if indicator_and_level not in kept or _BROAD * some.height > kept[indicator_and_level].height:
                kept[indicator_and_level] = some
    empty_rows = read_shelf(shelf, {"indicator": [], "year": []}, _COLUMNS)
    return pl.concat([empty_rows, *kept.values()]), pl.concat([empty_rows, *own])


def _levels(
    scores: pl.DataFrame, codes: Sequence[str]
) -> tuple[dict[str, Floats], dict[str, Floats], dict[str, tuple[int, int]]]:
    """The last value of every buurt, its standard error, and from which year to which those are."""
    place = {code: row for row, code in enumerate(codes)}
    small = scores.filter(
        (pl.col("level") == "buurt") & pl.col("area").is_in(list(codes)) & pl.col("value").is_not_null()
    ).sort("indicator", "area", "year", "boundaries")
    small = small.unique(["indicator", "area"], keep="last", maintain_order=True)
    levels: dict[str, Floats] = {}
    errors: dict[str, Floats] = {}
    years: dict[str, tuple[int, int]] = {}
    for (key,), rows in small.group_by("indicator", maintain_order=True):
        indicator, at = str(key), [place[code] for code in rows["area"]]
        levels[indicator], errors[indicator] = np.full(len(codes), np.nan), np.full(len(codes), np.nan)
        levels[indicator][at] = rows["value"].to_numpy()
        errors[indicator][at] = rows["spread"].to_numpy()
        known = rows["year"].to_numpy()
        years[indicator] = int(known.min()), int(known.max())
    return levels, errors, years


def _spreads(broad: pl.DataFrame) -> dict[str, float]:
    """Standard deviation over the buurten of the country; of what is not measured there over gemeenten."""
    told = broad.group_by("indicator", "level").agg(pl.col("value").std(ddof=0).alias("sd"), pl.len())
    found: dict[str, float] = {}
    for level in ("gemeente", "buurt"):
        rows = told.filter((pl.col("level") == level) & (pl.col("len") > 2) & pl.col("sd").is_not_null())
        found |= dict(rows.select("indicator", "sd").iter_rows())
    return found


def _gaps(
    workspace: Workspace, catalogue: Catalogue, levels: Mapping[str, Floats], towns: Sequence[str]
) -> dict[str, Floats]:
    """How far the mean of the first group of gemeenten to which the town belongs lies on the favourable side."""
    own = [each.id for each in catalogue.groups.values() if set(each.members) & set(towns)]
    means: dict[str, float] = {}
    if own and has_shelf(workspace.out / "group_scores"):
        rows = read_shelf(workspace.out / "group_scores", {"group": own[:1], "indicator": list(levels)})
        rows = rows.filter(pl.col("value").is_not_null()).sort("year", "boundaries")
        means = dict(rows.unique("indicator", keep="last").select("indicator", "value").iter_rows())
    signs = {"higher_is_better": 1.0, "lower_is_better": -1.0, "neutral": 0.0}
    return {
        indicator: np.fmax(signs[catalogue.indicators[indicator].direction] * (means[indicator] - level), 0.0)
        for indicator, level in levels.items()
        if indicator in means
    }


def _benchmarks(broad: pl.DataFrame, catalogue: Catalogue) -> dict[str, Benchmark]:
    rules, found = mark_rules(catalogue), dict[str, Benchmark]()
    for (indicator,), rows in broad.group_by("indicator", maintain_order=True):
        direction = catalogue.indicators[indicator].direction
        towns, small = (rows.filter(pl.col("level") == level).sort("area") for level in ("gemeente", "buurt"))
        values = towns["value"].to_numpy()
        found[indicator] = Benchmark(
            direction, tuple(towns["area"]), values,
            fit_scale(values, direction, rules), fit_scale(small["value"].to_numpy(), direction, rules),
        )  # fmt: skip
    return found


def kernel(middles: Floats, home: NDArray[np.int64], half: float, cut: float) -> Floats:
    """How much of an effect in `home` reaches every area: 1 at no distance, half per `half` metres, nothing from `cut`, and
    nothing where it is not known how far (NaN).

    Shape:   N x 2 and rows of N; N.  Source: Koster & Van Ommeren 2013 (half per 250 m); where several areas are near
    the nearest counts.
    """
    apart = np.sqrt(((middles[:, None, :] - middles[None, home, :]) ** 2).sum(axis=2))
    nearest = np.where(np.isnan(apart), np.inf, apart).min(axis=1)
    nearest[home] = 0.0
    return np.where(nearest < cut, 0.5 ** (nearest / half), 0.0)
