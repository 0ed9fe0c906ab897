"""What a town can carry: its accounts and budgets per inhabitant, by task field, beside all gemeenten and its groups.

Accounts are counts, not samples: they have no margin. A difference between towns may be one of tasks and of how they
book, not of thrift; and one year may hold a sale of land. That is why the mean of the last years stands beside the
last, and why nothing here is called good or bad. A budget is what a council meant to spend: it is told under its own
kind, ranked among budgets, and never stands where an account does.
Source: Iv3 (CBS), annual accounts and budgets; task fields of the Besluit begroting en verantwoording.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from stadspeil.analyses.tables import PURSE
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import check, empty

PEOPLE = "gemeente_inwoners_boekjaar"
COSTS, INCOME = "gemeente_lasten_1000_eur", "gemeente_baten_1000_eur"
EQUITY, BALANCE = "gemeente_eigen_vermogen_1000_eur", "gemeente_balanstotaal_1000_eur"
TASK = "taakveld_"
# Sums of money: part -> field.
AMOUNTS: Mapping[str, str] = {
    "lasten": COSTS, "baten": INCOME, "rijksbijdrage": "gemeente_rijksbijdrage_1000_eur",
    "specifieke_uitkeringen": "gemeente_specifieke_uitkeringen_1000_eur",
    "heffingen": "gemeente_heffingen_1000_eur", "salarissen": "gemeente_salarissen_1000_eur",
    "inhuur": "gemeente_inhuur_1000_eur", "eigen_vermogen": EQUITY,
    "toevoeging_reserves": "gemeente_reserve_toevoeging_1000_eur",
    "onttrekking_reserves": "gemeente_reserve_onttrekking_1000_eur",
}  # fmt: skip
# Shares in percent: part -> above and below the line.
SHARES: Mapping[str, tuple[str, str]] = {
    "aandeel_rijk": ("gemeente_rijksbijdrage_1000_eur", INCOME),
    "aandeel_sociaal": ("gemeente_lasten_sociaal_1000_eur", COSTS),
    "aandeel_inhuur": ("gemeente_inhuur_1000_eur", "gemeente_salarissen_1000_eur"),
    "solvabiliteit": (EQUITY, BALANCE),
}
# The chapters of the task fields by their first number.
CHAPTERS: Mapping[str, str] = {
    "bestuur_en_ondersteuning": "0", "veiligheid": "1", "verkeer": "2", "economie": "3", "onderwijs": "4",
    "sport_cultuur_recreatie": "5", "sociaal_domein": "6", "gezondheid_en_milieu": "7", "wonen_en_ruimte": "8",
}  # fmt: skip
FIELDS = (PEOPLE, *dict.fromkeys((*AMOUNTS.values(), *(field for pair in SHARES.values() for field in pair))))
ACCOUNT, BUDGET = "rekening", "begroting"
# Kind -> what its fields begin with.
KINDS: Mapping[str, str] = {ACCOUNT: "", BUDGET: "begroting_"}
_YEARS_BACK = 3
_EURO = 1000.0


def task_fields(catalogue: Catalogue) -> tuple[str, ...]:
    """The fields with the costs of a task field."""
    return tuple(each for each in catalogue.fields if each.startswith(TASK))


def purse_of(cells: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """PURSE of every gemeente, year and kind: euro per inhabitant, or percent, and its place among all of that year.

    Shape:   CELLS of gemeenten with FIELDS and `task_fields`, one per key. Place 1 has the most. Who gave no costs has
    no purse of that year: nobody spends nothing.
    """
    return pl.concat(_of_kind(_named(cells, front), kind, catalogue) for kind, front in KINDS.items())


def _named(cells: pl.DataFrame, front: str) -> pl.DataFrame:
    """The cells of one kind under the names that accounts have."""
    return cells.filter(pl.col("field").str.starts_with(front)).with_columns(pl.col("field").str.strip_prefix(front))


def _of_kind(cells: pl.DataFrame, kind: str, catalogue: Catalogue) -> pl.DataFrame:
    tasks = [each for each in task_fields(catalogue) if each in set(cells["field"].unique())]
    wanted = [*FIELDS, *tasks]
    keys = ["area", "year", "boundaries"]
    wide = cells.filter((pl.col("level") == "gemeente") & pl.col("field").is_in(wanted)).pivot(
        on="field", on_columns=wanted, index=keys, values="value"
    )
    wide = wide.filter((pl.col(PEOPLE) > 0) & (pl.col(COSTS) > 0))
    if not wide.height:
        return empty(PURSE)
    per = {part: pl.col(field) * _EURO / pl.col(PEOPLE) for part, field in AMOUNTS.items()}
    per["saldo"] = (pl.col(INCOME) - pl.col(COSTS)) * _EURO / pl.col(PEOPLE)
    kept = pl.col(AMOUNTS["onttrekking_reserves"]) - pl.col(AMOUNTS["toevoeging_reserves"])
    per["saldo_na_reserves"] = per["saldo"] + kept * _EURO / pl.col(PEOPLE)
    for chapter, number in CHAPTERS.items():
        inside = [each for each in tasks if each.startswith(f"{TASK}{number}_")]
        if inside:
            per[chapter] = pl.sum_horizontal(inside) * _EURO / pl.col(PEOPLE)
    per |= {each.removesuffix("_1000_eur"): pl.col(each) * _EURO / pl.col(PEOPLE) for each in tasks}
    share = {
        part: pl.when(pl.col(below) > 0).then(100 * pl.col(above) / pl.col(below))
        for part, (above, below) in SHARES.items()
    }
    units = dict.fromkeys(per, "euro per inwoner") | dict.fromkeys(share, "%")
    long = (
        wide.select(*keys, *(expression.alias(part) for part, expression in (per | share).items()))
        .unpivot(index=keys, variable_name="part", value_name="amount")
        .filter(pl.col("amount").is_not_null())
    )
    order = pl.Enum(list(units))
    block = ["part", "year"]
    return check(
        long.with_columns(
            kind=pl.lit(kind),
            unit=pl.col("part").replace_strict(units),
            place=pl.col("amount").rank("min", descending=True).over(block).cast(pl.Int32),
            ranked=pl.len().over(block).cast(pl.Int32),
            level=pl.lit("gemeente", dtype=PURSE.columns["level"]),
        )
        .sort(pl.col("part").cast(order), "year", "area")
        .select(list(PURSE.columns)),
        PURSE,
        "draagkracht",
    )


def over_budget(purse: pl.DataFrame, town: str) -> pl.DataFrame:
    """By how many percent a town's costs came above its budget, per year with both: year, budget, account, over."""
    costs = purse.filter((pl.col("area") == town) & (pl.col("part") == "lasten")).select("year", "kind", "amount")
    both = costs.filter(pl.col("kind") == BUDGET).join(
        costs.filter(pl.col("kind") == ACCOUNT), on="year", suffix="_spent"
    )
    return both.select(
        "year", budget="amount", account="amount_spent", over=100 * (pl.col("amount_spent") / pl.col("amount") - 1)
    ).sort("year")


def beside_groups(
    purse: pl.DataFrame, town: str, catalogue: Catalogue, register: AreaRegister, kind: str = ACCOUNT
) -> pl.DataFrame:
    """The last year of a town, the mean of its last years, and the mean of its groups, region and all gemeenten: by
    accounts, or by budgets.

    Shape:   PURSE; a row per part with columns part, unit, year, amount, recent, place, ranked, and a column per group:
    `groep:<id>`, `regio` (net), `alle`. A group counts where at least half of its members are there.
    """
    purse = purse.filter(pl.col("kind") == kind)
    own = purse.filter(pl.col("area") == town)
    if not own.height:
        return pl.DataFrame(schema={"part": pl.String})
    last = int(own["year"].to_numpy().max())
    boundaries = int(own.filter(pl.col("year") == last)["boundaries"].to_numpy().max())
    recent = own.filter(pl.col("year") > last - _YEARS_BACK).group_by("part").agg(recent=pl.col("amount").mean())
    rows = own.filter(pl.col("year") == last).select("part", "unit", "year", "amount", "place", "ranked")
    rows = rows.join(recent, on="part", how="left", maintain_order="left")
    everyone = purse.filter(pl.col("year") == last)
    for name, members in _fields_of(town, catalogue, register, boundaries).items():
        inside = everyone if members is None else everyone.filter(pl.col("area").is_in(members))
        if members is not None and inside["area"].n_unique() * 2 < len(members):
            continue
        means = inside.group_by("part").agg(pl.col("amount").mean().alias(name))
        rows = rows.join(means, on="part", how="left", maintain_order="left")
    return rows


def _fields_of(
    town: str, catalogue: Catalogue, register: AreaRegister, boundaries: int
) -> dict[str, Sequence[str] | None]:
    """Who a town is held against: its own groups first, then the others, its region without the dominant gemeente, all."""
    found: dict[str, Sequence[str] | None] = {}
    for group in sorted(catalogue.groups.values(), key=lambda each: (town not in each.members, each.order)):
        found[f"groep:{group.id}"] = register.members_in(group.members, boundaries)
    region = catalogue.regions.get(town)
    if region is not None:
        net = [code for code in region.members if code != region.dominant]
        found["regio"] = register.members_in(net, boundaries)
    found["alle"] = None
    return found
