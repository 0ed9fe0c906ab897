"""Tables of what was weighed for a town, as its page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Cell, Column, Table
from stadspeil.report.weighed_words import (
    DECIMALS,
    MET,
    RUNS,
    Option,
    alike,
    homes_by_tenure,
    is_ordered,
    options_of,
    pairs_apart,
    tier_of,
    title,
    unit,
)
from stadspeil.report.wording import Wording
from stadspeil.simulation.balance import SURROGATES
from stadspeil.simulation.classes import TENURES
from stadspeil.simulation.flow_surrogate import FLOWS
from stadspeil.simulation.surrogate import CHAINS, CRITERIA
from stadspeil.simulation.weighed import Weighed

_PARTS = (("laag", "low", 0), ("midden", "middle", 1), ("hoog", "high", 2))


def trade_off_table(weighed: Weighed, options: Sequence[Option], asked: Mapping[str, float], words: Wording) -> Table:
    """All programmes with what they hold and what they do: the twin of the drawing. What meets the question comes first."""
    columns = (
        Column("mix", words("weighed.option")), Column("vraag", words("weighing.met")), Column("getekend", words("weighing.drawn")),
        *(Column(each, words(f"simulated.group.{each}"), "number") for each in TENURES),
        *(
            Column(f"{criterion}_{key}", f"{title(criterion, words)}: {words(f'building.{name}')}", "number", DECIMALS[criterion], unit(criterion, words))
            for criterion in CRITERIA for key, name, _ in _PARTS
        ),
        Column("lijkt_op", words("weighing.alike")),
    )  # fmt: skip
    homes, same = homes_by_tenure(weighed), alike(weighed)
    rows: list[dict[str, Cell]] = []
    for each in sorted(options, key=lambda option: MET.index(option.met(asked))):
        cells: dict[str, Cell] = {
            f"{criterion}_{key}": each.spans[criterion][at] if criterion in each.spans else None
            for criterion in CRITERIA for key, _, at in _PARTS
        }  # fmt: skip
        rows.append({
            "mix": each.id, "vraag": words(f"weighing.is_{each.met(asked)}") if asked else words("weighing.not_asked"),
            "getekend": words("words.yes" if each.shown else "words.no"), **homes.get(each.id, dict.fromkeys(TENURES)), **cells,
            "lijkt_op": ", ".join(same.get(each.id, [])),
        })  # fmt: skip
    return Table("afweging", words("weighing.all_caption"), columns, rows, words("weighing.none"))


def confirmed_table(weighed: Weighed, words: Wording) -> Table:
    """Of the handful both tiers beside each other, per criterion."""
    columns = (
        Column("mix", words("weighed.option")), Column("punt", words("weighing.criterion")), Column("eenheid", words("town.unit")),
        Column("trap", words("weighing.tier")), *(Column(f"{tier}_{key}", words(f"weighing.{tier}_{name}"), "number", 2) for tier in ("vooraf", "runs") for key, name, _ in _PARTS),
        Column("overlap", words("weighing.overlap")), Column("verslagen", words("weighing.beaten")),
    )  # fmt: skip
    simulated = {each.id: each for each in options_of(weighed, RUNS)}
    rows: list[dict[str, Cell]] = []
    for each in options_of(weighed):
        runs = simulated.get(each.id)
        for criterion in CRITERIA if runs else ():
            if runs is None or criterion not in runs.spans:
                continue
            one, other = each.spans[criterion], runs.spans[criterion]
            overlaps = other[0] <= one[2] and one[0] <= other[2]
            rows.append({
                "mix": each.id, "punt": title(criterion, words), "eenheid": unit(criterion, words), "trap": words(f"weighed.tier.{tier_of(weighed, criterion)}"),
                **{f"vooraf_{key}": one[at] for key, _, at in _PARTS}, **{f"runs_{key}": other[at] for key, _, at in _PARTS},
                "overlap": words("words.yes" if overlaps else "words.no"), "verslagen": words("words.yes" if runs.beaten else "words.no"),
            })  # fmt: skip
    return Table("microsimulatie", words("weighing.confirmed_caption"), columns, rows, words("weighed.not_confirmed"))


def apart_table(weighed: Weighed, words: Wording) -> Table:
    """Per criterion how many pairs of programmes it tells apart, by the surrogate and by the runs."""
    columns = (
        Column("punt", words("weighing.criterion")), Column("paren", words("weighing.pairs_of_mixes"), "number"),
        Column("onderscheiden", words("weighing.apart"), "number"), Column("volgorde", words("weighing.ordered")),
        Column("paren_runs", words("weighing.pairs_in_runs"), "number"),
        Column("onderscheiden_runs", words("weighing.apart_in_runs"), "number"), Column("volgorde_runs", words("weighing.ordered_in_runs")),
    )  # fmt: skip
    rows: list[dict[str, Cell]] = []
    for criterion in CRITERIA if weighed.distinctions.height else ():
        apart, pairs = pairs_apart(weighed, SURROGATES, criterion)
        apart_runs, pairs_runs = pairs_apart(weighed, RUNS, criterion)
        if not pairs + pairs_runs:
            continue
        rows.append({
            "punt": title(criterion, words), "paren": pairs, "onderscheiden": apart, "paren_runs": pairs_runs or None,
            "volgorde": _ordered(weighed, SURROGATES, criterion, words), "onderscheiden_runs": apart_runs if pairs_runs else None,
            "volgorde_runs": _ordered(weighed, RUNS, criterion, words) if pairs_runs else "",
        })  # fmt: skip
    return Table("onderscheid", words("weighing.apart_caption"), columns, rows, words("weighing.no_distinctions"))


def _ordered(weighed: Weighed, tiers: Sequence[str], criterion: str, words: Wording) -> str:
    return words("weighing.in_order" if is_ordered(weighed, tiers, criterion) else "weighing.not_in_order")


def judged_table(weighed: Weighed, words: Wording) -> Table:
    """Per criterion which tier judged it, and how well each went with the runs in Nieuwland; no rows for an older outcome."""
    columns = (
        Column("punt", words("weighing.criterion")), Column("trap", words("weighing.tier")),
        *(Column(f"rang_{tier}", words(f"weighing.rank_{tier}"), "number", 2) for tier in (CHAINS, FLOWS)),
    )  # fmt: skip
    agreed = weighed.account.get("agreed", {})
    rows: list[dict[str, Cell]] = [
        {
            "punt": title(each, words), "trap": words(f"weighed.tier.{tier_of(weighed, each)}"),
            **{f"rang_{tier}": agreed[each][tier] for tier in (CHAINS, FLOWS)},
        }
        for each in CRITERIA if each in agreed
    ]  # fmt: skip
    return Table("trappen", words("weighing.judged_caption"), columns, rows, words("weighing.judged_unknown"))


def content_table(site: Site, weighed: Weighed, words: Wording) -> Table:
    """What is built in each programme: homes by site and kind."""
    columns = (
        Column("mix", words("weighed.option")), Column("locatie", words("programmes.site")), Column("buurt", words("pockets.buurt")),
        Column("eigendom", words("build.tenure")), Column("vorm", words("build.form")), Column("prijs", words("build.price")),
        Column("woningen", words("building.homes"), "number"), Column("getekend", words("weighing.drawn")),
        Column("gebied", words("pockets.area"), "area"),
    )  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {
            "mix": row["option"], "locatie": row["site"], "buurt": site.name(row["buurt"]),
            **{key: words(f"simulated.group.{row[name]}") for key, name in (("eigendom", "tenure"), ("vorm", "form"), ("prijs", "price"))},
            "woningen": row["homes"], "getekend": words("words.yes" if row["shown"] else "words.no"), "gebied": row["buurt"],
        }
        for row in weighed.options.iter_rows(named=True)
    ]  # fmt: skip
    return Table("mixen", words("weighing.content_caption"), columns, rows, words("weighing.none"))


def site_table(site: Site, weighed: Weighed, words: Wording) -> Table:
    """Where could be built, and what."""
    columns = (
        Column("locatie", words("programmes.site")), Column("buurt", words("pockets.buurt")),
        Column("hoogstens", words("weighing.most"), "number"), Column("van", words("building.from")), Column("tot", words("building.until")),
        Column("soorten", words("weighing.kinds")), Column("gebied", words("pockets.area"), "area"),
    )  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {
            "locatie": each["id"], "buurt": site.name(each["buurt"]), "hoogstens": each["most"], "van": each["first"], "tot": each["last"],
            "soorten": _kinds(each["kinds"], words), "gebied": each["buurt"],
        }
        for each in weighed.account.get("sites", [])
    ]  # fmt: skip
    return Table("locaties", words("weighing.sites_caption"), columns, rows, words("weighing.sites_unknown"))


def _kinds(kinds: Sequence[Sequence[str]], words: Wording) -> str:
    """Kinds by tenure and form, with their prices where not all may be built."""
    if not kinds:
        return words("weighing.every_kind")
    prices: dict[tuple[str, str], list[str]] = {}
    for tenure, form, price in kinds:
        prices.setdefault((tenure, form), []).append(price)
    told = []
    for (tenure, form), found in prices.items():
        said = f"{words(f'simulated.group.{tenure}')} {words(f'simulated.group.{form}')}"
        some = "/".join(words(f"simulated.group.{each}") for each in found)
        told.append(said if len(found) == 3 else f"{said} ({words('building.price_of', price=some)})")
    return "; ".join(told)
