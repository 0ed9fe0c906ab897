"""How the wijken and buurten of one year lie in those of the next: links with weights, or a known gap.

Statistics Netherlands gives with every edition a flag per wijk and buurt (`IndelingswijzigingWijkenEnBuurten`,
`ind_wbi` in its workbooks): 1 same code and ground as a year before, 2 same ground under another code, 3 other
ground, meaning that a border moved some five metres or more. What the flag does not tell is where the old area went.

A link has a weight, the share of the old area's dwellings (or addresses) that lies in the new one. Where nobody
counted, an old area is linked to nothing and a new area to nothing: a break, which no series may cross unseen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from stadspeil.areas.codes import gemeente_of, is_code, level_of
from stadspeil.areas.names import fold
from stadspeil.areas.overlaps import Overlaps
from stadspeil.areas.register import AreaRegister
from stadspeil.contracts import Contract, check
from stadspeil.errors import ContractError

SAME, RECODED, CHANGED = 1, 2, 3

# From what a reader may trust most to what nobody knows; a product of links is as good as its weakest link.
BASES = ("same", "recoded", "name", "dwellings", "geometry", "unknown")
Basis = pl.Enum(BASES)
# The ground is the same, so that every figure may pass under the new code.
WHOLE_BASES = ("same", "recoded", "name")

LINKS = Contract(
    name="links",
    row="a share of an old wijk or buurt that lies in a new one; an empty side means that nobody knows which",
    key=("from_area", "to_area", "from_boundaries", "to_boundaries"),
    columns={
        "from_area": pl.String, "to_area": pl.String, "from_boundaries": pl.Int16, "to_boundaries": pl.Int16,
        "weight": pl.Float64, "basis": Basis, "broken_in": pl.Int16, "reason": pl.String,
    },
    required=("from_boundaries", "to_boundaries", "basis", "reason"),
)  # fmt: skip

# Two maps of the same ground differ by their generalization; below this they show other ground.
_SAME_GROUND = 0.98
# Addresses are located anew every year, so that a few seem to cross a border that did not move.
_STRAY = 0.02
# Published weights are rounded.
_ROUNDING = 0.001
_ESTIMATED_GROUND = 0.95


@dataclass(frozen=True)
class Division:
    """The wijken, or the buurten, of one boundary year.

    `areas` has `area` and `name`, and where known `geometry` (WKB, longitude and latitude) and `dwellings`.
    """

    boundaries: int
    areas: pl.DataFrame


@dataclass
class _Linking:
    """What is settled so far; areas are free until a link takes them."""

    before: Division
    after: Division
    free_old: dict[str, str]
    free_new: dict[str, str]
    heirs: Mapping[str, frozenset[str]]
    links: list[tuple[str | None, str | None, float | None, str, str]] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    old_reasons: dict[str, str] = field(default_factory=dict)

    def settle(self, old: str, new: str, basis: str) -> None:
        """The whole old area is the whole new area."""
        self.links.append((old, new, 1.0, basis, ""))
        del self.free_old[old], self.free_new[new]

    def may_become(self, old: str, new: str) -> bool:
        """Whether ground of this gemeente can lie in that one."""
        gemeente = gemeente_of(old)
        return gemeente_of(new) in self.heirs.get(gemeente, frozenset({gemeente}))


def link_small_areas(
    before: Division,
    after: Division,
    flags: Mapping[str, int | None],
    register: AreaRegister,
    weights: pl.DataFrame | None = None,
    area_weights: bool = False,
) -> pl.DataFrame:
    """The links from the wijken (or buurten) of one year to those of the next.

    `flags` are those of the later year. `weights` (from_area, to_area, weight) are shares of addresses or dwellings.
    With `area_weights` changed areas without weights are divided by land, an estimate with basis `geometry`: half
    the land is seldom half the homes, so it is never done unasked.

    Shape:   LINKS; the weights of a from_area add up to 1, or it has one row without to_area, weight and with reason.
             A to_area that may hold ground of unknown origin has a row without from_area.
    Raises:  ContractError for lists, flags or weights that cannot be right, all problems at once.
    """
    given = _weight_rows(weights)
    _refuse_bad_input(before, after, flags, given)
    linking = _Linking(
        before, after, _names(before), _names(after), _heirs(register, before.boundaries, after.boundaries)
    )
    _link_same(linking, flags, given)
    _link_recoded(linking, flags)
    _link_by_weights(linking, given)
    if area_weights:
        _link_by_land(linking)
    _leave_unknown(linking, flags)
    return _as_links(linking)


def shares_of_counts(counts: pl.DataFrame) -> pl.DataFrame:
    """Counts of addresses per pair (from_area, to_area, count) as weights; pairs of areas without any are left out."""
    total = pl.col("count").sum().over("from_area")
    return counts.filter(total > 0).select("from_area", "to_area", weight=pl.col("count") / total)


def same_links(areas: list[str], boundaries: int) -> pl.DataFrame:
    """The links of a division to itself."""
    rows = [(area, area, boundaries, boundaries, 1.0, "same", None, "") for area in sorted(areas)]
    return pl.DataFrame(rows, schema=dict(LINKS.columns), orient="row")


def check_links(links: pl.DataFrame, where: str) -> pl.DataFrame:
    """The same links, or a ContractError when weights do not add up to 1 or an empty weight has no reason."""
    links = check(links, LINKS, where)
    empty = pl.col("weight").is_null()
    sums = (
        links.filter(pl.col("from_area").is_not_null())
        .group_by("from_area", "from_boundaries", "to_boundaries")
        .agg(total=pl.col("weight").sum(), unknown=empty.any())
        .filter(~pl.col("unknown") & ((pl.col("total") - 1).abs() > 1e-6))
        .sort("from_area")
    )
    problems = [f"de gewichten van {row[0]} tellen op tot {row[3]:.4f} en niet tot 1" for row in sums.iter_rows()]
    silent = links.filter(empty & ((pl.col("reason") == "") | pl.col("broken_in").is_null()))
    if silent.height:
        problems.append(f"{silent.height} koppelingen zonder gewicht hebben geen reden of geen jaar")
    outside = links.filter((pl.col("weight") <= 0) | (pl.col("weight") > 1 + 1e-6))
    if outside.height:
        problems.append(f"{outside.height} gewichten liggen niet tussen 0 en 1")
    if problems:
        raise ContractError(where, problems[:20])
    return links


def _link_same(linking: _Linking, flags: Mapping[str, int | None], given: Mapping[str, dict[str, float]]) -> None:
    for new in [each for each in linking.free_new if flags.get(each) == SAME]:
        if new not in linking.free_old:
            linking.reasons[new] = (
                f"volgens de uitgever ongewijzigd, maar deze code bestond in {linking.before.boundaries} niet"
            )
        elif new in given and given[new].get(new, 0.0) < 1 - _STRAY:
            linking.reasons[new] = (
                f"volgens de uitgever ongewijzigd, maar volgens de gewichten bleef {_percent(given[new].get(new, 0.0))}"
            )
        else:
            linking.settle(new, new, "same")


def _link_recoded(linking: _Linking, flags: Mapping[str, int | None]) -> None:
    """Areas whose ground stayed: found on the map, else by a name that only one old and one new area have."""
    wanted = [each for each in linking.free_new if flags.get(each) in (RECODED, None)]
    overlaps = Overlaps.between(linking.before.areas, linking.after.areas, linking.free_old, wanted)
    for new in wanted:
        matches = [old for old in overlaps.same_ground(new, _SAME_GROUND) if old in linking.free_old]
        if len(matches) == 1:
            linking.settle(matches[0], new, "recoded" if matches[0] != new else "same")
    for new in [each for each in wanted if each in linking.free_new]:
        if flags.get(new) == RECODED and overlaps.has_map(new):
            linking.reasons[new] = "hernummerd volgens de uitgever, maar de kaarten tonen geen oud gebied op deze grond"
    by_name = [
        each
        for each in wanted
        if flags.get(each) == RECODED and each in linking.free_new and each not in linking.reasons
    ]
    for new, old in _unique_names(linking, by_name):
        linking.settle(old, new, "name")
    for new in by_name:
        if new in linking.free_new:
            linking.reasons[new] = (
                "hernummerd volgens de uitgever; welk oud gebied het was is niet met zekerheid bekend"
            )


def _unique_names(linking: _Linking, wanted: list[str]) -> list[tuple[str, str]]:
    """Pairs (new, old) with one name, where no other area of the gemeenten concerned has that name.

    The others count too, also those that are settled: some editions give every buurt the name of its gemeente.
    """
    old_names, new_names = _names(linking.before), _names(linking.after)
    olds: dict[str, list[str]] = {}
    for old, name in old_names.items():
        olds.setdefault(fold(name), []).append(old)
    carriers = Counter((gemeente_of(new), fold(name)) for new, name in new_names.items())
    pairs = []
    for new in wanted:
        name = fold(new_names[new])
        same_name = [old for old in olds.get(name, []) if linking.may_become(old, new)]
        alone = len(same_name) == 1 and carriers[gemeente_of(new), name] == 1
        if name and alone and same_name[0] in linking.free_old:
            pairs.append((new, same_name[0]))
    claims = Counter(old for _, old in pairs)
    return [(new, old) for new, old in pairs if claims[old] == 1]


def _link_by_weights(linking: _Linking, given: Mapping[str, dict[str, float]]) -> None:
    """Old areas whose counted shares all lie in new areas that are still free."""
    doubtful = set(linking.reasons)
    placed: list[str] = []
    reached: set[str] = set()
    for old in [each for each in linking.free_old if each in given]:
        shares = {new: share for new, share in given[old].items() if share > 0}
        elsewhere = sorted(new for new in shares if new not in linking.free_new or new in doubtful)
        strayed = sum(shares[new] for new in elsewhere)
        if strayed > _STRAY:
            linking.old_reasons[old] = (
                f"volgens de gewichten ligt {_percent(strayed)} in {', '.join(elsewhere[:3])}, "
                "waarvan de uitgever iets anders zegt"
            )
            continue
        kept = {new: share for new, share in shares.items() if new not in elsewhere}
        linking.links += [(old, new, share / sum(kept.values()), "dwellings", "") for new, share in kept.items()]
        placed.append(old)
        reached |= set(kept)
    _take(linking, placed, reached)


def _link_by_land(linking: _Linking) -> None:
    wanted = [each for each in linking.free_new if each not in linking.reasons]
    overlaps = Overlaps.between(linking.before.areas, linking.after.areas, linking.free_old, wanted)
    placed: list[str] = []
    reached: set[str] = set()
    for old in list(linking.free_old):
        shares = overlaps.shares_of(old)
        if sum(shares.values()) < _ESTIMATED_GROUND:
            continue
        reason = "geschat naar oppervlakte"
        linking.links += [(old, new, share / sum(shares.values()), "geometry", reason) for new, share in shares.items()]
        placed.append(old)
        reached |= set(shares)
    _take(linking, placed, reached)


def _take(linking: _Linking, placed: list[str], reached: set[str]) -> None:
    for old in placed:
        del linking.free_old[old]
    for new in reached:
        del linking.free_new[new]


def _leave_unknown(linking: _Linking, flags: Mapping[str, int | None]) -> None:
    """What is left is a break, and so is a counted area that may hold ground of an old area that was lost."""
    dwellings = _dwellings(linking.before)
    lost = [old for old in linking.free_old if dwellings.get(old) != 0]
    for new, name in linking.free_new.items():
        reason = linking.reasons.get(new) or (
            f"grens gewijzigd in {linking.after.boundaries} en er zijn geen gewichten van woningen of adressen"
            if flags.get(new) == CHANGED
            else "de uitgever zegt niet of dit gebied is gewijzigd, en er is geen kaart van beide jaren"
        )
        linking.links.append((None, new, None, "unknown", f"{name}: {reason}" if name else reason))
    for old in linking.free_old:
        reason = linking.old_reasons.get(old) or f"in {linking.after.boundaries} niet teruggevonden"
        linking.links.append((old, None, None, "unknown", reason))
    counted = sorted({new for _, new, _, basis, _ in linking.links if new and basis in ("dwellings", "geometry")})
    heirs = {new: [old for old in lost if linking.may_become(old, new)] for new in counted} if lost else {}
    for new, olds in heirs.items():
        if olds:
            shown = ", ".join(olds[:3]) + (" en andere" if len(olds) > 3 else "")
            reason = f"het oude gebied {shown} is niet teruggevonden en kan hierin zijn opgegaan"
            linking.links.append((None, new, None, "unknown", reason))


def _as_links(linking: _Linking) -> pl.DataFrame:
    early, late = linking.before.boundaries, linking.after.boundaries
    rows = [
        (old, new, early, late, weight, basis, late if weight is None else None, reason)
        for old, new, weight, basis, reason in linking.links
    ]
    links = pl.DataFrame(rows, schema=dict(LINKS.columns), orient="row").sort("from_area", "to_area", nulls_last=True)
    return check_links(links, f"koppeling van gebieden {early} naar {late}")


def _names(division: Division) -> dict[str, str]:
    return {area: name or "" for area, name in division.areas.sort("area").select("area", "name").iter_rows()}


def _dwellings(division: Division) -> dict[str, float]:
    if "dwellings" not in division.areas.columns:
        return {}
    return dict(division.areas.select("area", "dwellings").iter_rows())


def _heirs(register: AreaRegister, early: int, late: int) -> dict[str, frozenset[str]]:
    """For every old gemeente those that its ground can lie in."""
    pairs = register.weights(early, late).group_by("from_code").agg("to_code")
    return {code: frozenset(to_codes) for code, to_codes in pairs.iter_rows()}


def _weight_rows(weights: pl.DataFrame | None) -> dict[str, dict[str, float]]:
    """Shares per old area; an old area of which one share is not known counts as not given."""
    rows: dict[str, dict[str, float]] = {}
    if weights is not None:
        known = weights.filter(pl.col("weight").is_not_null().all().over("from_area"))
        for old, new, weight in known.select("from_area", "to_area", "weight").iter_rows():
            row = rows.setdefault(old, {})
            row[new] = row.get(new, 0.0) + weight
    return rows


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")


def _refuse_bad_input(
    before: Division, after: Division, flags: Mapping[str, int | None], given: Mapping[str, dict[str, float]]
) -> None:
    problems = [*_division_problems(before), *_division_problems(after), *_weight_problems(given, before, after)]
    if after.boundaries != before.boundaries + 1:
        problems.append(
            f"de wijzigingsvlag vergelijkt met een jaar eerder; {before.boundaries} en {after.boundaries} "
            "zijn geen opeenvolgende jaren"
        )
    odd = sorted({str(flag) for flag in flags.values() if flag not in (SAME, RECODED, CHANGED, None)})
    if odd:
        problems.append(f"de wijzigingsvlag is 1, 2 of 3; gevonden: {', '.join(odd[:5])}")
    if problems:
        raise ContractError(
            f"koppeling van gebieden {before.boundaries} naar {after.boundaries}",
            problems[:20],
            "controleer de lijsten en vlaggen van beide jaren bij de uitgever",
        )


def _division_problems(division: Division) -> Iterator[str]:
    where = f"gebieden van {division.boundaries}"
    codes = division.areas["area"]
    wrong = sorted(code for code in codes.unique() if not is_code(code) or level_of(code) not in ("wijk", "buurt"))
    if wrong:
        yield f"{where}: {len(wrong)} codes zijn geen wijk of buurt, eerste: {wrong[0]}"
    elif len({level_of(code) for code in codes}) > 1:
        yield f"{where}: wijken en buurten staan door elkaar; koppel ze apart"
    doubled = division.areas.filter(pl.col("area").is_duplicated())
    if doubled.height:
        yield f"{where}: gebied {doubled['area'][0]} staat er dubbel in"


def _weight_problems(given: Mapping[str, dict[str, float]], before: Division, after: Division) -> Iterator[str]:
    known_old, known_new = set(before.areas["area"]), set(after.areas["area"])
    for old, row in sorted(given.items()):
        strangers = ([] if old in known_old else [old]) + sorted(set(row) - known_new)
        if strangers:
            yield f"gewichten van {old}: niet in de lijst van dat jaar: {', '.join(strangers[:3])}"
        elif any(weight < 0 for weight in row.values()) or abs(sum(row.values()) - 1) > _ROUNDING:
            yield f"gewichten van {old} tellen op tot {sum(row.values()):.4f}, verwacht 1"
